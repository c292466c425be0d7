"""Runs of retraining, their steps, and the reports that they leave."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ml_insights.core.database import UtcDateTime


class RunKind(StrEnum):
    """How thorough a run is."""

    RETRAIN = "retrain"
    CONTINUOUS = "continuous-learning"


class RunStatus(StrEnum):
    """How a run stands. One that was killed stays running until the next start goes on with it."""

    RUNNING = "running"
    DONE = "done"
    PARTLY_FAILED = "partly-failed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepName(StrEnum):
    """What a run does, in this order; those from train to publish once per model."""

    BACKUP = "backup"
    EXTRACT = "extract"
    QUALITY = "quality"
    TRAIN = "train"
    EVALUATE = "evaluate"
    REFIT = "refit"
    PUBLISH = "publish"
    REPORT = "report"
    NOTIFY = "notify"


class StepStatus(StrEnum):
    """Where a step is. A skipped one had nothing to do, or stands behind one that failed or lacked data."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class RetrainRun(SQLModel, table=True):
    """One run over every model, or those of `request` ({"models": [...], "recipe": ""}).

    `asked_by` is a person's address, "command line" or "schedule"; empty for the demo company's past, and where a run
    is older than the column.
    `attempt` counts starts: a process whose attempt is no longer the current one has lost the run. `summary` says at
    the end what became of each model.
    """

    __tablename__ = "retrain_runs"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("retrain_runs_by_status", "dataset", "kind", "status"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: RunKind = Field(sa_column=Column(String(32), nullable=False))
    dataset: str
    request: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    asked_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    status: RunStatus = Field(default=RunStatus.RUNNING, sa_column=Column(String(16), nullable=False))
    attempt: int = 0
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    summary: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class RetrainStep(SQLModel, table=True):
    """One step. What it found is in `result`; the next steps and the report read it there.

    `seconds` is what it took and `fit_seconds` the part of it that the model's own fits took. `error` is an English
    template, translated with its values where it is shown; on a skipped step it says which data the model lacks.
    """

    __tablename__ = "retrain_steps"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(sa_column=Column(Integer, ForeignKey("retrain_runs.id", ondelete="CASCADE"), nullable=False))
    position: int
    name: StepName = Field(sa_column=Column(String(16), nullable=False))
    model: str = ""
    status: StepStatus = Field(default=StepStatus.WAITING, sa_column=Column(String(16), nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    seconds: float = 0.0
    fit_seconds: float = 0.0
    result: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    error: str | None = None
    error_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class RetrainReport(SQLModel, table=True):
    """What is told of a run beside its steps, which hold the rest: `pictures` maps each model to what is drawn of it.

    Its words are made when it is read. `markdown` is the whole text of a report that is older than that, in `language`.
    """

    __tablename__ = "retrain_reports"  # pyright: ignore[reportAssignmentType]

    run_id: int = Field(sa_column=Column(Integer, ForeignKey("retrain_runs.id", ondelete="CASCADE"), primary_key=True))
    dataset: str
    kind: RunKind = Field(sa_column=Column(String(32), nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    pictures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))
    language: str = ""
    markdown: str = Field(default="", sa_column=Column(Text, nullable=False))


class ModelWatch(SQLModel, table=True):
    """What a look at a champion found.

    `inputs` maps each input to its population stability index; `error` holds the live error against the promised one
    (metric, recent, promised, ratio, low, high, decayed), and is empty until outcomes have matured.
    """

    __tablename__ = "model_watches"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("model_watches_by_model", "dataset", "model", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    model: str
    dataset: str
    version: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    inputs: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    error: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
