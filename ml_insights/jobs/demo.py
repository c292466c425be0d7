"""The jobs' part of removing the demo company: runs over it go, and those under way are asked to stop."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.jobs.tables import JobRun, JobStatus

OF_DEMO = col(JobRun.dataset) == Dataset.DEMO.value
UNDER_WAY = col(JobRun.status).in_((JobStatus.QUEUED, JobStatus.RUNNING))


def count(session: Session) -> dict[str, int]:
    """How many finished runs worked on the demo company."""
    return {"job_runs": session.exec(select(func.count()).where(OF_DEMO, ~UNDER_WAY)).one()}


def clear(session: Session) -> dict[str, int]:
    """Remove finished runs; ask the others to stop before they publish anything."""
    session.exec(update(JobRun).where(OF_DEMO, UNDER_WAY).values(cancel_requested=True))
    return {"job_runs": session.exec(delete(JobRun).where(OF_DEMO, ~UNDER_WAY)).rowcount}
