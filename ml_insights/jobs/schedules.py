"""Schedules: what people change about them, and what a firing does. Commits nothing.

A schedule waits for one moment, `next_at`. Whoever leads (see `scheduler`) settles it once that moment has come: the
firing becomes a row, unique by job and moment, and the schedule waits for the next one. Both happen in one transaction
that also holds the lease, so that a firing takes effect once, whoever else believes to lead and whatever the clock
does.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ml_insights.core import audit, clock
from ml_insights.core.capability import Job
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.jobs import queries, service
from ml_insights.jobs.cron import Cron
from ml_insights.jobs.declared import declared, find_job
from ml_insights.jobs.errors import InterruptedTooOften, NotScheduled, UnknownZone
from ml_insights.jobs.facts import ScheduleFact
from ml_insights.jobs.policy import MOST_ATTEMPTS, schedule_of, takes_place
from ml_insights.jobs.tables import JobRun, JobSchedule, JobStatus, Misfire

ACTOR = "schedule"
MISSED = N_("Missed: no scheduler was running when it was due.")
STILL_BUSY = N_("Left out: the run before it had not ended.")


def pause(session: Session, name: str, actor: str) -> None:
    """Keep a job from running by itself. Raises NotFound, NotScheduled."""
    row = _row(session, find_job(name))
    _edited(session, row, actor, "job.pause")
    row.enabled, row.next_at = False, None


def resume(session: Session, name: str, actor: str) -> None:
    """Let a job run by itself again, from its next firing on. Raises NotFound, NotScheduled."""
    row = _row(session, find_job(name))
    _edited(session, row, actor, "job.resume")
    row.enabled, row.next_at = True, _first(row)


def edit(session: Session, name: str, cron: str, zone: str, misfire: Misfire, actor: str) -> None:
    """Run a job at other times. What equals the default goes back to following it.

    Raises NotFound, InvalidCron, NeverFires, UnknownZone.
    """
    job = find_job(name)
    checked = read(cron, zone)
    row = session.get(JobSchedule, name) or JobSchedule(job=name)
    default = job.schedule
    row.cron = None if default and default.cron == checked.expression else checked.expression
    row.zone = None if zone == company().timezone else zone
    row.misfire = None if default and default.misfire == misfire else misfire
    session.add(row)
    _edited(session, row, actor, "job.schedule", cron=checked.expression, zone=zone, misfire=misfire.value)
    row.next_at = _first(row) if row.enabled else None


def read(cron: str, zone: str) -> Cron:
    """The schedule that was written. Raises InvalidCron, NeverFires, UnknownZone."""
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError) as error:
        raise UnknownZone(zone=zone) from error
    return Cron(cron, zone)


def upcoming(cron: Cron, count: int = 3) -> list[datetime]:
    """The next firings from now on."""
    firings = [cron.after(clock.now())]
    while len(firings) < count:
        firings.append(cron.after(firings[-1]))
    return firings


def settle(session: Session, fence: int) -> dict[str, datetime]:
    """Record the firings that are due. Returns for each job that is waited for when that is.

    Only for who holds the lease in this transaction; `fence` is its token.
    """
    waiting = {}
    for job in declared().values():
        schedule = schedule_of(job.schedule, session.get(JobSchedule, job.name), company().timezone)
        if schedule and schedule.enabled:
            row = _row(session, job)
            row.next_at = _settle_one(session, job, schedule, fence)
            waiting[job.name] = row.next_at
    return waiting


def _settle_one(session: Session, job: Job, schedule: ScheduleFact, fence: int) -> datetime:
    """Fire `job` if it is due; when it will be due next."""
    now, cron = clock.now(), Cron(schedule.cron, schedule.zone)
    waited_for = schedule.next_at
    if waited_for is None or not cron.names(waited_for):  # new, or its default or zone has changed
        return cron.after(now)
    if waited_for <= now:
        fire(session, job, cron.latest(waited_for, now), schedule, fence)
        return cron.after(now)
    following = cron.after(now)
    if following < waited_for:  # the clock was set back: what has fired already does not fire again
        fired = queries.firings_between(session, job.name, following, waited_for)
        while following in fired:
            following = cron.after(following)
    return following


def fire(session: Session, job: Job, firing_at: datetime, schedule: ScheduleFact, fence: int) -> None:
    """Record that a job is due, as a run that waits, or that was left out where it is late or under way already."""
    now, dataset = clock.now(), service.dataset_of(session, job.name, {})
    firing = {"job": job.name, "title": job.title, "dataset": dataset, "actor": ACTOR, "created_at": now}
    firing |= {"firing_at": firing_at, "fence": fence}
    left_out = {"status": JobStatus.SKIPPED, "finished_at": now}
    if not takes_place(schedule, firing_at, now):
        _add(session, JobRun(**firing, **left_out, message=MISSED))
    elif not _add(session, JobRun(**firing, slot=service.slot_of(job.name, dataset))):
        _add(session, JobRun(**firing, **left_out, message=STILL_BUSY))


def _add(session: Session, run: JobRun) -> bool:
    """Whether the row could be added: neither its slot nor its firing was taken."""
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        return False
    return True


def to_start(session: Session, fence: int) -> list[int]:
    """Runs that should be under way and are not, once those that were interrupted have been put back in the queue."""
    newest: dict[str, JobRun] = {}
    ours = col(JobRun.firing_at).is_not(None) | col(JobRun.job).in_([j.name for j in declared().values() if j.resumes])
    interrupted = select(JobRun).where(ours, JobRun.status == JobStatus.INTERRUPTED).order_by(col(JobRun.id))
    for run in session.exec(interrupted):
        newest[run.job] = run
    for run in newest.values():
        _requeue(session, run, fence)
    waiting = ours | (col(JobRun.created_at) < clock.now() - service.PATIENCE)
    queued = select(JobRun.id).where(JobRun.status == JobStatus.QUEUED, waiting).order_by(col(JobRun.id))
    return [run_id for run_id in session.exec(queued) if run_id]


def _requeue(session: Session, run: JobRun, fence: int) -> None:
    """Only the newest run of a job is taken up again: a later one has done its work already."""
    later = select(JobRun.id).where(
        JobRun.job == run.job, col(JobRun.id) > run.id, col(JobRun.status) != JobStatus.SKIPPED
    )
    if session.exec(later.limit(1)).first():
        return
    if run.cancel_requested:
        run.status = JobStatus.CANCELLED
        run.sqlmodel_update(service.reason(service.stopped_by(run.job, run.cancelled_by)))
    elif run.attempt >= MOST_ATTEMPTS:
        run.status = JobStatus.FAILED
        for name, value in service.reason(InterruptedTooOften(attempts=run.attempt)).items():
            setattr(run, name, value)
    else:
        run.status, run.slot, run.fence = JobStatus.QUEUED, service.slot_of(run.job, run.dataset), fence
        run.finished_at = None
    session.flush()


def _row(session: Session, job: Job) -> JobSchedule:
    """The job's row, made where there is none yet. Raises NotScheduled."""
    row = session.get(JobSchedule, job.name) or JobSchedule(job=job.name)
    if schedule_of(job.schedule, row, company().timezone) is None:
        raise NotScheduled(job=job.title)
    session.add(row)
    return row


def _first(row: JobSchedule) -> datetime | None:
    schedule = schedule_of(find_job(row.job).schedule, row, company().timezone)
    return Cron(schedule.cron, schedule.zone).after(clock.now()) if schedule else None


def _edited(session: Session, row: JobSchedule, actor: str, action: str, **detail: str) -> None:
    row.edited_by, row.edited_at = actor, clock.now()
    audit.record(session, actor, action, row.job, **detail)
