"""Runs of jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, String
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


class JobRun(SQLModel, table=True):
    """One run of a job.

    `share` is 0 to 1. `message` and `error` are English templates, translated with their values where they are shown.
    `slot` is unique while the run is queued or running, so that the same work is never under way twice. `attempt`
    counts starts: a worker whose attempt is no longer the current one has lost the run.
    """

    __tablename__ = "job_runs"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(index=True)
    title: str
    dataset: str | None = None
    status: JobStatus = Field(default=JobStatus.QUEUED, sa_column=Column(String(16), nullable=False, index=True))
    slot: str | None = Field(default=None, unique=True)
    attempt: int = 0
    share: float = 0.0
    message: str = ""
    message_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    arguments: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    error: str | None = None
    error_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    cancel_requested: bool = False
    actor: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    heartbeat_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
