"""The life of a run, one conditional UPDATE per step, so that two workers never hold the same run."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ml_insights.capabilities import capabilities
from ml_insights.commerce.queries import active_dataset, data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core import audit, clock
from ml_insights.core.capability import ModelSpec, load
from ml_insights.core.errors import NotFound, ProductError
from ml_insights.jobs.declared import declared, find_job, is_light, limit_of
from ml_insights.jobs.errors import RunCancelled, RunNotStartable, TookTooLong, WorkerDidNotStart
from ml_insights.jobs.policy import ENDED, PATIENCE, STARTABLE, UNDER_WAY
from ml_insights.jobs.tables import JobRun, JobStatus

EVERYTHING = "compute-everything"
"""The job that does other jobs' runs within its own."""
TIME = "rule:time-limit"
"""Who asks a run to stop that takes longer than its job may."""


def models_to_compute(session: Session, dataset: Dataset) -> list[ModelSpec]:
    """The models of every capability of which readers of `dataset` see nothing yet, or what is older than the data."""
    version = data_version(session, dataset)
    seen = {spec: load(spec.published)(session, dataset) for one in capabilities() for spec in one.models}
    return [spec for spec, published in seen.items() if published is None or published.data_version != version]


def enqueue(session: Session, job_name: str, actor: str, **arguments: Any) -> JobRun:
    """Ask for a run of a job; the one that is already queued or running on the same data is returned where there is."""
    job = find_job(job_name)
    dataset = dataset_of(session, job_name, arguments)
    slot = slot_of(job_name, dataset)
    mark_interrupted(session, slot)
    running = holding(session, slot)
    if running:
        return running
    run = JobRun(
        job=job_name,
        title=job.title,
        dataset=dataset,
        slot=slot,
        arguments=arguments,
        actor=actor,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        winner = holding(session, slot)
        if winner is None:
            raise
        return winner
    audit.record(session, actor, "job.enqueue", job_name, run=run.id)
    return run


def enqueue_again(session: Session, job_name: str, actor: str, **arguments: Any) -> JobRun:
    """Ask for a run that knows what this transaction writes: one that is under way already is followed by another.

    However often that is asked for, one run follows. Whoever claims a run waits for this transaction, and so sees it.
    """
    while True:
        run = enqueue(session, job_name, actor, **arguments)
        holds = (col(JobRun.id) == run.id) & (col(JobRun.slot) == run.slot)
        if session.connection().execute(update(JobRun).where(holds).values(again=True)).rowcount:
            return run


def under_way(session: Session, job: str, dataset: str | None) -> int | None:
    """The run of `job` on `dataset` that waits or whose worker lives."""
    present = (col(JobRun.status) == JobStatus.QUEUED) | (col(JobRun.heartbeat_at) >= clock.now() - PATIENCE)
    same = (col(JobRun.job) == job) & (col(JobRun.dataset) == dataset)
    found = select(JobRun.id).where(same, present, col(JobRun.status).in_(UNDER_WAY))
    return session.exec(found.order_by(col(JobRun.id)).limit(1)).first()


def dataset_of(session: Session, job: str, arguments: dict[str, Any]) -> str | None:
    """The data set that a run with these arguments works on; none where its job works on none."""
    if arguments.get("dataset"):
        return str(arguments["dataset"])
    known = declared().get(job)
    return active_dataset(session).value if known and known.per_dataset else None


def slot_of(job: str, dataset: str | None) -> str:
    """What only one run at a time may hold."""
    return f"{job}/{dataset or ''}"


def holding(session: Session, slot: str) -> JobRun | None:
    """The run that is queued or running there."""
    return session.exec(select(JobRun).where(JobRun.slot == slot)).first()


def claim(session: Session, run_id: int, worker: str = "") -> JobRun:
    """Take a queued or interrupted run for this worker. Raises NotFound, RunNotStartable.

    What names no data set works on the one that is active by now, which may not be what was when it was asked for.
    """
    now = clock.now()
    run = session.get(JobRun, run_id)
    if run is None:
        raise NotFound(kind="run", name=run_id)
    dataset = dataset_of(session, run.job, run.arguments)
    slot = slot_of(run.job, dataset)
    mark_interrupted(session, slot)
    values = {
        "dataset": dataset,
        "status": JobStatus.RUNNING,
        "attempt": JobRun.attempt + 1,
        "again": False,
        "slot": slot,
        "worker": worker or None,
        "started_at": now,
        "heartbeat_at": now,
        "finished_at": None,
        "share": 0.0,
        "error": None,
    }
    startable = (col(JobRun.id) == run_id) & col(JobRun.status).in_(STARTABLE)
    try:
        with session.begin_nested():
            claimed = session.connection().execute(update(JobRun).where(startable).values(**values)).rowcount
    except IntegrityError:
        claimed = 0
    session.refresh(run)
    if not claimed:
        raise RunNotStartable(run=run_id, run_status=str(run.status))
    return run


def beat(session: Session, run_id: int, attempt: int, **values: Any) -> bool:
    """Show that the worker lives, and write what it reports; False when the run is no longer this worker's."""
    return _update(session, run_id, attempt, heartbeat_at=clock.now(), **values)


def stop_of(session: Session, run_id: int) -> RunCancelled | TookTooLong | None:
    """What to raise in a run that somebody wants to stop, or whose time is over; None where it may go on."""
    asked = select(JobRun.job, JobRun.cancelled_by).where(JobRun.id == run_id, col(JobRun.cancel_requested))
    found = session.exec(asked).first()
    return stopped_by(*found) if found else None


def stopped_by(job: str, asked_by: str) -> RunCancelled | TookTooLong:
    """Why a run ended that was asked to stop."""
    if asked_by == TIME:
        return TookTooLong(minutes=int(limit_of(job).total_seconds() // 60))
    return RunCancelled(person=asked_by or "–")


def held_by(session: Session, worker: str) -> list[JobRun]:
    """The runs that a worker process is doing: its own, and those within it."""
    mine = (col(JobRun.status) == JobStatus.RUNNING) & (col(JobRun.worker) == worker)
    return list(session.exec(select(JobRun).where(mine).execution_options(populate_existing=True)))


def end_held(session: Session, worker: str) -> None:
    """Note how the runs of a worker ended that was killed because one of them did not stop when asked."""
    held = held_by(session, worker)
    stopped = [run for run in held if run.cancel_requested]
    for run in held:
        if run.job == EVERYTHING and run not in stopped:  # it is taken up again, but without what was stopped
            run.arguments = {**run.arguments, "without": [one.job for one in stopped]}
    session.flush()
    for run in stopped:
        error = stopped_by(run.job, run.cancelled_by)
        status = JobStatus.FAILED if isinstance(error, TookTooLong) else JobStatus.CANCELLED
        seconds = (clock.now() - run.started_at).total_seconds() if run.started_at else None
        finish(session, run.id or 0, run.attempt, status, seconds=seconds, **reason(error))


def finish(session: Session, run_id: int, attempt: int, status: JobStatus, **values: Any) -> bool:
    """End the run, and queue the one that is to follow it; False when it was no longer this worker's."""
    now = clock.now()
    if status == JobStatus.DONE:
        values["share"] = 1.0
    ended = _update(session, run_id, attempt, status=status, slot=None, finished_at=now, heartbeat_at=now, **values)
    if ended and status in ENDED:
        _follow(session, run_id)
    if ended and status == JobStatus.DONE:
        _forget_former(session, run_id)
    return ended


def _follow(session: Session, run_id: int) -> None:
    run = session.get(JobRun, run_id, populate_existing=True)
    if run and run.again:
        copied = {name: getattr(run, name) for name in ("job", "title", "dataset", "arguments", "actor")}
        copied["arguments"] = {name: value for name, value in run.arguments.items() if name != "without"}
        session.add(JobRun(**copied, slot=slot_of(run.job, run.dataset), created_at=clock.now()))
        session.flush()


def _forget_former(session: Session, run_id: int) -> None:
    """Remove the runs of a light job before this one, but for those that went wrong: it may run every minute."""
    run = session.get(JobRun, run_id)
    if run and is_light(run.job):
        former = (col(JobRun.job) == run.job) & (col(JobRun.id) < run_id)
        session.exec(delete(JobRun).where(former, col(JobRun.status).in_((JobStatus.DONE, JobStatus.SKIPPED))))


def waiting(session: Session, run_id: int) -> int | None:
    """The run that was queued to follow this one."""
    run = session.get(JobRun, run_id)
    follows = run and select(JobRun.id).where(
        JobRun.slot == slot_of(run.job, run.dataset), JobRun.status == JobStatus.QUEUED, col(JobRun.id) > run_id
    )
    return session.exec(follows).first() if follows is not None else None


def request_cancel(session: Session, run_id: int, actor: str) -> None:
    """Stop a run: at once when it waits, else at its next progress report, or with its worker process where it makes
    none within seconds. Raises NotFound."""
    run = session.get(JobRun, run_id)
    if run is None:
        raise NotFound(kind="run", name=run_id)
    waiting = (col(JobRun.id) == run_id) & (col(JobRun.status) == JobStatus.QUEUED)
    cancelled = {"status": JobStatus.CANCELLED, "slot": None, "finished_at": clock.now(), "cancelled_by": actor}
    cancelled |= reason(RunCancelled(person=actor))
    stopped = session.connection().execute(update(JobRun).where(waiting).values(**cancelled)).rowcount
    if not stopped:
        asked = {"cancel_requested": True, "again": False, "cancelled_by": actor}
        session.connection().execute(update(JobRun).where(col(JobRun.id) == run_id).values(**asked))
    audit.record(session, actor, "job.cancel", run.job, run=run_id)
    session.refresh(run)


def mark_interrupted(session: Session, slot: str) -> int:
    """Free `slot` where the worker that holds it died. Returns how many runs that ended."""
    dead = (
        (col(JobRun.slot) == slot)
        & (col(JobRun.status) == JobStatus.RUNNING)
        & (col(JobRun.heartbeat_at) < clock.now() - PATIENCE)
    )
    return _interrupt(session, dead)


def give_up(session: Session, run_id: int, attempt: int, heartbeat_at: datetime | None) -> bool:
    """End an attempt whose heartbeat has stood still, unless it beat in between."""
    still = (
        (col(JobRun.id) == run_id)
        & (col(JobRun.attempt) == attempt)
        & (col(JobRun.status) == JobStatus.RUNNING)
        & (col(JobRun.heartbeat_at) == heartbeat_at)
    )
    return _interrupt(session, still) == 1


def worker_ended(session: Session, run_id: int, worker: str, exit_code: int) -> None:
    """Note that a worker process is gone, where it has not said so itself: it was killed, or never began."""
    mine = (col(JobRun.status) == JobStatus.RUNNING) & (col(JobRun.worker) == worker)
    if exit_code == 0 or _interrupt(session, mine):
        return
    waiting = (col(JobRun.id) == run_id) & (col(JobRun.status) == JobStatus.QUEUED)
    failed = {"status": JobStatus.FAILED, "slot": None, "finished_at": clock.now()}
    failed |= reason(WorkerDidNotStart(exit_code=exit_code))
    session.connection().execute(update(JobRun).where(waiting).values(**failed))


def reason(error: ProductError) -> dict[str, Any]:
    """`error` as the columns of a run: a template, translated with its values where it is shown."""
    return {
        "error": " ".join((type(error).__doc__ or "").split()),
        "error_values": {key: value if isinstance(value, dict) else str(value) for key, value in error.values.items()},
    }


def _interrupt(session: Session, which: ColumnElement[bool]) -> int:
    values = {"status": JobStatus.INTERRUPTED, "slot": None, "finished_at": clock.now()}
    return session.connection().execute(update(JobRun).where(which).values(**values)).rowcount


def _update(session: Session, run_id: int, attempt: int, **values: Any) -> bool:
    mine = (col(JobRun.id) == run_id) & (col(JobRun.attempt) == attempt) & (col(JobRun.status) == JobStatus.RUNNING)
    return session.connection().execute(update(JobRun).where(mine).values(**values)).rowcount == 1
