"""When a run counts as dead, and what may happen to it next."""

from datetime import datetime, timedelta

from ml_insights.jobs.tables import JobStatus

HEARTBEAT = timedelta(seconds=5)
PATIENCE = timedelta(seconds=60)
"""Longer than any single write of a job, since SQLite makes the heartbeat wait for it."""

STARTABLE = (JobStatus.QUEUED, JobStatus.INTERRUPTED)


def status_at(now: datetime, status: JobStatus, heartbeat_at: datetime | None) -> JobStatus:
    """The state of a run at `now`: a running one whose heartbeat has stopped was interrupted."""
    dead = heartbeat_at is None or now - heartbeat_at > PATIENCE
    return JobStatus.INTERRUPTED if status == JobStatus.RUNNING and dead else status
