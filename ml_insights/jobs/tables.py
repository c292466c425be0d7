"""Runs of jobs, what they logged, when jobs run by themselves, and who sees to that."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum, ForeignKey, Integer, String, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from ml_insights.core.database import UtcDateTime


class JobStatus(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"
    """A firing that was left out (`message` says why), or work that had too few data (`error` does)."""


class Misfire(StrEnum):
    """What becomes of firings that nobody was there for."""

    ONCE = "once"
    SKIP = "skip"


class JobRun(SQLModel, table=True):
    """One run of a job.

    `share` is 0 to 1. `message` and `error` are English templates, translated with their values where they are shown.
    `slot` is unique while the run is queued or running, so that the same work is never under way twice. `again`: what
    it works on has changed since it began, so that another one follows it. `cancelled_by` says who asked it to stop:
    a person, or `service.TIME` where it took too long. `attempt`
    counts starts: a worker whose attempt is no longer the current one has lost the run. `worker` is "host:process".
    `firing_at` is the moment that the schedule named, empty for runs by hand: unique per job, so that each firing takes
    effect once. `fence` is the token of the lease under which the firing was recorded. `seconds` is how long the last
    attempt took.
    """

    __tablename__ = "job_runs"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("job", "firing_at"),)

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(index=True)
    title: str
    dataset: str | None = None
    status: JobStatus = Field(default=JobStatus.QUEUED, sa_column=Column(String(16), nullable=False, index=True))
    slot: str | None = Field(default=None, unique=True)
    again: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    attempt: int = 0
    share: float = 0.0
    message: str = ""
    message_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    arguments: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    error: str | None = None
    error_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    cancel_requested: bool = False
    cancelled_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    actor: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    heartbeat_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    firing_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    fence: int | None = None
    worker: str | None = None
    seconds: float | None = None


class JobLogLine(SQLModel, table=True):
    """One line of what a run said. `level` is a logging level in lower case."""

    __tablename__ = "job_log_lines"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(
        sa_column=Column(Integer, ForeignKey("job_runs.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    attempt: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    level: str
    text: str


class JobSchedule(SQLModel, table=True):
    """Where a job's schedule stands, and what people changed about it.

    `cron`, `zone` and `misfire` are empty until somebody edits them: then the job's own default and the installation's
    zone count. `next_at` is the firing that is waited for; empty where it has to be worked out anew.
    """

    __tablename__ = "job_schedules"  # pyright: ignore[reportAssignmentType]

    job: str = Field(primary_key=True)
    cron: str | None = None
    zone: str | None = None
    misfire: Misfire | None = Field(
        default=None,
        sa_column=Column(
            Enum(Misfire, native_enum=False, length=8, values_callable=lambda kind: [item.value for item in kind])
        ),
    )
    enabled: bool = True
    next_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    edited_by: str | None = None
    edited_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Lease(SQLModel, table=True):
    """Who may do what only one process may do. `fence` grows with each new holder and never shrinks."""

    __tablename__ = "leases"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    holder: str = ""
    fence: int = 0
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
