"""What pages and callers learn about a run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ml_insights.core.i18n import gettext
from ml_insights.jobs.tables import JobStatus


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
