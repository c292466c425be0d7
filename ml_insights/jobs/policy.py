"""When a run counts as dead, what may happen to it next, and what becomes of a firing."""

from datetime import datetime, timedelta

from ml_insights.core.capability import Schedule
from ml_insights.jobs.facts import ScheduleFact
from ml_insights.jobs.tables import JobSchedule, JobStatus, Misfire

HEARTBEAT = timedelta(seconds=5)
PATIENCE = timedelta(seconds=60)
"""Longer than any single write of a job, since SQLite makes the heartbeat wait for it."""

STARTABLE = (JobStatus.QUEUED, JobStatus.INTERRUPTED)
UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)
ENDED = (JobStatus.DONE, JobStatus.FAILED, JobStatus.SKIPPED, JobStatus.CANCELLED)
"""Over for good; what was interrupted may be taken up again."""

MOST_ATTEMPTS = 5
"""What is interrupted this often by itself probably takes its machine down; a person should look."""

BY_HAND = Schedule(cron="")
"""What counts for a job that declares no schedule, once somebody has given it one."""


def status_at(now: datetime, status: JobStatus, heartbeat_at: datetime | None) -> JobStatus:
    """The state of a run at `now`: a running one whose heartbeat has stopped was interrupted."""
    dead = heartbeat_at is None or now - heartbeat_at > PATIENCE
    return JobStatus.INTERRUPTED if status == JobStatus.RUNNING and dead else status


def schedule_of(default: Schedule | None, row: JobSchedule | None, zone: str) -> ScheduleFact | None:
    """What counts for a job: what people set, else what it declares, else (for `zone`) the installation's."""
    declared = default or BY_HAND
    cron = (row.cron if row else None) or declared.cron
    if not cron:
        return None
    return ScheduleFact(
        cron=cron,
        zone=(row.zone if row else None) or zone,
        misfire=(row.misfire if row else None) or Misfire(declared.misfire),
        grace=timedelta(minutes=declared.grace_minutes),
        enabled=row.enabled if row else True,
        next_at=row.next_at if row and row.enabled else None,
        edited_by=row.edited_by if row else None,
        edited_at=row.edited_at if row else None,
        default_cron=default.cron if default else None,
    )


def takes_place(schedule: ScheduleFact, firing_at: datetime, now: datetime) -> bool:
    """Whether a firing that is seen at `now` still runs, or was missed and is skipped."""
    return now - firing_at <= schedule.grace or schedule.misfire == Misfire.ONCE
