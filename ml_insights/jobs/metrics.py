"""Figures of jobs for Prometheus."""

from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from ml_insights.core.metrics import Metric
from ml_insights.jobs import queries
from ml_insights.jobs.policy import UNDER_WAY
from ml_insights.jobs.scheduler import LEASE
from ml_insights.jobs.tables import JobRun, JobStatus


def job_figures(session: Session) -> Iterable[Metric]:
    """Runs by job and outcome, how long they took, which are under way, when the last good one ended, and whether a
    scheduler leads."""
    yield Metric("ai_job_runs_total", "Runs that ended, by outcome.", "counter", _ended(session))
    yield Metric("ai_job_duration_seconds", "How long runs that were done took.", "summary", _durations(session))
    yield Metric("ai_job_running", "Runs that wait or are under way.", "gauge", _under_way(session))
    yield Metric(
        "ai_job_last_success_timestamp_seconds", "End of the newest run that was done.", "gauge", _last_done(session)
    )
    leading = queries.leader(session, LEASE) is not None
    yield Metric("ai_scheduler_up", "1 while a scheduler leads.", "gauge", [({}, float(leading))])


def _ended(session: Session) -> list[tuple[dict[str, str], float]]:
    counted = (
        select(JobRun.job, JobRun.status, func.count())
        .where(col(JobRun.status).not_in(UNDER_WAY))
        .group_by(JobRun.job, col(JobRun.status))
    )
    return [({"job": job, "outcome": JobStatus(status).value}, runs) for job, status, runs in session.exec(counted)]


def _durations(session: Session) -> list[tuple[dict[str, str], tuple[int, float]]]:
    done = (
        select(JobRun.job, func.count(col(JobRun.seconds)), func.sum(JobRun.seconds))
        .where(JobRun.status == JobStatus.DONE)
        .group_by(JobRun.job)
    )
    return [({"job": job}, (runs, seconds or 0.0)) for job, runs, seconds in session.exec(done)]


def _under_way(session: Session) -> list[tuple[dict[str, str], float]]:
    active = select(JobRun.job, func.count()).where(col(JobRun.status).in_(UNDER_WAY)).group_by(JobRun.job)
    return [({"job": job}, runs) for job, runs in session.exec(active)]


def _last_done(session: Session) -> list[tuple[dict[str, str], float]]:
    newest = (
        select(JobRun.job, func.max(JobRun.finished_at)).where(JobRun.status == JobStatus.DONE).group_by(JobRun.job)
    )
    return [({"job": job}, at.timestamp()) for job, at in session.exec(newest) if at]
