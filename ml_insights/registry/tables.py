"""Model versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from ml_insights.core.database import UtcDateTime


class ModelStatus(StrEnum):
    """What a version is used for."""

    CANDIDATE = "candidate"
    CHAMPION = "champion"
    CHALLENGER = "challenger"
    FALLBACK = "fallback"
    RETIRED = "retired"


class ModelVersion(SQLModel, table=True):
    """One trained version of a model. `path` is relative to the model folder, `digest` is its manifest's SHA-256."""

    __tablename__ = "ai_models"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("name", "dataset", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    dataset: str = ""
    version: str
    type: str
    path: str
    digest: str
    metrics: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    training_start: str
    training_end: str
    feature_schema: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    libraries: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    status: ModelStatus = Field(default=ModelStatus.CANDIDATE, sa_column=Column(String(16), nullable=False, index=True))
    trained_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    deployed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    promoted_by: str | None = None
