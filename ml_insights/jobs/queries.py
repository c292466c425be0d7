"""Reads of runs."""

from sqlmodel import Session, col, select

from ml_insights.core import clock
from ml_insights.core.errors import NotFound
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.policy import status_at
from ml_insights.jobs.tables import JobRun, JobStatus


def run_fact(session: Session, run_id: int) -> RunFact:
    """The run with this number. Raises NotFound."""
    row = session.get(JobRun, run_id)
    if row is None:
        raise NotFound(kind="run", name=run_id)
    return _fact(row)


def latest_run(session: Session, job: str, dataset: str | None = None) -> RunFact | None:
    """The newest run of `job`, on `dataset` where one is given."""
    query = select(JobRun).where(JobRun.job == job).order_by(col(JobRun.id).desc()).limit(1)
    if dataset is not None:
        query = query.where(JobRun.dataset == dataset)
    row = session.exec(query).first()
    return _fact(row) if row else None


def _fact(row: JobRun) -> RunFact:
    return RunFact(
        id=row.id or 0,
        job=row.job,
        title=row.title,
        dataset=row.dataset,
        attempt=row.attempt,
        status=status_at(clock.now(), JobStatus(row.status), row.heartbeat_at),
        share=row.share,
        message=row.message,
        message_values=row.message_values,
        error=row.error,
        error_values=row.error_values,
        result=row.result,
        actor=row.actor,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
