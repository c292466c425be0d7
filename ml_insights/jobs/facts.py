"""What pages and callers learn about jobs, their schedules and their runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ml_insights.core.access import Area
from ml_insights.core.i18n import gettext
from ml_insights.jobs.tables import JobStatus, Misfire


@dataclass(frozen=True)
class RunFact:
    """A run as it stands. `status` already says interrupted where the worker's heartbeat has stopped."""

    id: int
    job: str
    title: str
    dataset: str | None
    attempt: int
    status: JobStatus
    share: float
    message: str
    message_values: dict[str, Any]
    error: str | None
    error_values: dict[str, Any]
    result: dict[str, Any] | None
    actor: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    firing_at: datetime | None = None
    """The moment that the schedule named; empty for runs by hand."""
    worker: str | None = None
    seconds: float | None = None

    @property
    def active(self) -> bool:
        """Whether work is under way or waiting to begin."""
        return self.status in (JobStatus.QUEUED, JobStatus.RUNNING)

    def message_in(self, language: str) -> str:
        """What is being done, in the reader's language."""
        return gettext(self.message, language, **self.message_values) if self.message else ""

    def error_in(self, language: str) -> str:
        """Why the run failed, in the reader's language; empty when it did not."""
        return gettext(self.error, language, **self.error_values) if self.error else ""


@dataclass(frozen=True)
class LogLine:
    """One line of a run's log. `level` is "info", "warning", "error" …"""

    id: int
    attempt: int
    at: datetime
    level: str
    text: str


@dataclass(frozen=True)
class ScheduleFact:
    """When a job runs by itself. `next_at` is empty while it is paused, and until a scheduler has seen it."""

    cron: str
    zone: str
    misfire: Misfire
    grace: timedelta
    enabled: bool
    next_at: datetime | None
    edited_by: str | None
    edited_at: datetime | None
    default_cron: str | None


@dataclass(frozen=True)
class JobFact:
    """A job as it stands. `last` is its newest run, under way or not."""

    name: str
    title: str
    area: Area
    schedule: ScheduleFact | None
    last: RunFact | None


@dataclass(frozen=True)
class LeaderFact:
    """The scheduler that fires now: "host:process"."""

    holder: str
    expires_at: datetime
