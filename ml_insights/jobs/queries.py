"""Reads of jobs, schedules, runs and their logs."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.errors import NotFound
from ml_insights.jobs.declared import declared, find_job
from ml_insights.jobs.facts import JobFact, LeaderFact, LogLine, RunFact
from ml_insights.jobs.policy import PATIENCE, UNDER_WAY, schedule_of, status_at
from ml_insights.jobs.tables import JobLogLine, JobRun, JobSchedule, JobStatus, Lease


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


def telling_run(session: Session, wanted: Mapping[str, str | None]) -> RunFact | None:
    """Of the runs of these jobs, each on its data set: the newest that is under way, else the newest."""
    ours = or_(*((col(JobRun.job) == job) & (col(JobRun.dataset) == dataset) for job, dataset in wanted.items()))
    newest = select(JobRun).where(ours).order_by(col(JobRun.status).in_(UNDER_WAY).desc(), col(JobRun.id).desc())
    row = session.exec(newest.limit(1)).first()
    return _fact(row) if row else None


def last_ended(session: Session, job: str, dataset: str) -> RunFact | None:
    """The newest run of `job` on `dataset` that worked or found out why it could not."""
    same = (col(JobRun.job) == job) & (col(JobRun.dataset) == dataset)
    told = (col(JobRun.status) != JobStatus.SKIPPED) | col(JobRun.error).is_not(None)
    over = col(JobRun.status).not_in((JobStatus.QUEUED, JobStatus.RUNNING))
    row = session.exec(select(JobRun).where(same, told, over).order_by(col(JobRun.id).desc()).limit(1)).first()
    return _fact(row) if row else None


def usual_seconds(session: Session, job: str) -> float | None:
    """How long `job` took the last time that it was done; None before the first."""
    done = select(JobRun.seconds).where(JobRun.job == job, JobRun.status == JobStatus.DONE)
    return session.exec(done.order_by(col(JobRun.id).desc()).limit(1)).first()


def job_facts(session: Session) -> list[JobFact]:
    """Every declared job: those with a schedule first, in the order of their next firing, then the others by title."""
    schedules = {row.job: row for row in session.exec(select(JobSchedule))}
    last = {run.job: _fact(run) for run in _shown(session)}
    facts = [
        JobFact(
            job.name,
            job.title,
            job.area,
            schedule_of(job.schedule, schedules.get(job.name), company().timezone),
            last.get(job.name),
        )
        for job in declared().values()
    ]
    return sorted(facts, key=_order)


def _shown(session: Session) -> list[JobRun]:
    """The run of each job that tells most: the newest that is under way, else the newest. By job, what counts last."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    present = newest.where(col(JobRun.status).in_(UNDER_WAY))
    ended, active = (list(session.exec(select(JobRun).where(col(JobRun.id).in_(ids)))) for ids in (newest, present))
    return ended + active


def _order(fact: JobFact) -> tuple[bool, bool, float, str]:
    next_at = fact.schedule.next_at if fact.schedule else None
    return (fact.schedule is None, next_at is None, next_at.timestamp() if next_at else 0.0, fact.title)


def job_fact(session: Session, name: str) -> JobFact:
    """The job of that name. Raises NotFound."""
    find_job(name)
    return next(fact for fact in job_facts(session) if fact.name == name)


def history(
    session: Session, job: str, statuses: Sequence[JobStatus] = (), limit: int = 25, offset: int = 0
) -> tuple[list[RunFact], int]:
    """One page of a job's runs, newest first, and how many there are; only those with one of `statuses`, if given."""
    wanted = [col(JobRun.job) == job]
    if statuses:
        wanted.append(col(JobRun.status).in_(statuses))
    total = session.exec(select(func.count()).select_from(JobRun).where(*wanted)).one()
    rows = session.exec(select(JobRun).where(*wanted).order_by(col(JobRun.id).desc()).limit(limit).offset(offset))
    return [_fact(row) for row in rows], total


def log_lines(session: Session, run_id: int, after: int = 0) -> list[LogLine]:
    """What a run said, oldest first; only lines whose id is above `after`."""
    rows = session.exec(
        select(JobLogLine).where(JobLogLine.run_id == run_id, col(JobLogLine.id) > after).order_by(col(JobLogLine.id))
    )
    return [LogLine(row.id or 0, row.attempt, row.at, row.level, row.text) for row in rows]


def leader(session: Session, name: str) -> LeaderFact | None:
    """Who fires the schedule; nobody where its lease ended long ago (a long import keeps SQLite from renewing it)."""
    lease = session.get(Lease, name)
    if lease is None or not lease.holder or lease.expires_at + PATIENCE < clock.now():
        return None
    return LeaderFact(lease.holder, lease.expires_at)


def firings_between(session: Session, job: str, first: datetime, last: datetime) -> set[datetime]:
    """The firings of `job` that have been recorded from `first` to `last`."""
    found = select(JobRun.firing_at).where(JobRun.job == job, col(JobRun.firing_at).between(first, last))
    return {moment for moment in session.exec(found) if moment}


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
        firing_at=row.firing_at,
        worker=row.worker,
        seconds=row.seconds,
    )
