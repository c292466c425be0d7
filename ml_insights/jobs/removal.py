"""The jobs' part of removing a data set: runs over it go, and those under way are asked to stop."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from ml_insights.jobs.tables import JobRun, JobStatus

REMOVED = "rule:data-removed"
UNDER_WAY = col(JobRun.status).in_((JobStatus.QUEUED, JobStatus.RUNNING))


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many finished runs worked on the data set."""
    return {"job_runs": session.exec(select(func.count()).where(col(JobRun.dataset) == dataset, ~UNDER_WAY)).one()}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove finished runs; ask the others to stop before they publish anything."""
    own = col(JobRun.dataset) == dataset
    session.exec(update(JobRun).where(own, UNDER_WAY).values(cancel_requested=True, cancelled_by=REMOVED))
    return {"job_runs": session.exec(delete(JobRun).where(own, ~UNDER_WAY)).rowcount}
