"""Model versions, the history of which of them answered, and the versions that could not be loaded."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ml_insights.core.append_only import protect
from ml_insights.core.database import UtcDateTime


class ModelStatus(StrEnum):
    """What a version is used for."""

    CANDIDATE = "candidate"
    CHAMPION = "champion"
    CHALLENGER = "challenger"
    FALLBACK = "fallback"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"
    """It learnt from rows that were removed, and never answers again."""


class Act(StrEnum):
    """How a version came to answer."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


CHAMPIONS = text("status = 'champion'")
OPEN = text("resolved_at IS NULL")


class ModelVersion(SQLModel, table=True):
    """One trained version of a model; of each model and dataset at most one is the champion.

    `path` is relative to the model folder, `digest` is its manifest's SHA-256. `recipe` names how it was made
    (features, algorithm, parameters), `recipe_digest` tells whether two were made alike; `data_version` and `report`
    lead back to the data and the report of its training. `horizon` is how many days ahead it looks, where the data or a
    setting said so. `reason` is why it was promoted, last, or refused: an English
    template, translated with `reason_values` where it is shown.
    """

    __tablename__ = "ai_models"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("name", "dataset", "version"),
        Index(
            "ai_models_one_champion",
            "name",
            "dataset",
            unique=True,
            sqlite_where=CHAMPIONS,
            postgresql_where=CHAMPIONS,
        ),
    )

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
    reason: str = ""
    reason_values: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    recipe: str = ""
    recipe_digest: str = ""
    data_version: str = ""
    report: str | None = None
    horizon: int | None = None


class Promotion(SQLModel, table=True):
    """A change of champion: who or what did it, when, from which version to which, and why. Never rewritten.

    `reason` is an English template, translated with `reason_values` where it is shown.
    """

    __tablename__ = "model_promotions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("model_promotions_of_model", "name", "dataset", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    dataset: str = ""
    act: Act = Field(sa_column=Column(String(16), nullable=False))
    from_version: str | None = None
    to_version: str
    by: str
    reason: str
    reason_values: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Incident(SQLModel, table=True):
    """A champion that could not be loaded. `answering` is the version that stood in, None where there was none."""

    __tablename__ = "model_incidents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("model_incidents_open", "version_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(sa_column=Column(Integer, ForeignKey("ai_models.id", ondelete="CASCADE"), nullable=False))
    answering: str | None = None
    reason: str
    raised_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


protect(SQLModel.metadata.tables["model_promotions"], keep_while="OLD.dataset <> 'demo'")
