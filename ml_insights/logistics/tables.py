"""Deliveries and their stops, what they cost, and what they were expected to cost."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime
from ml_insights.ledger.tables import ROW_NUMBER

MODEL = "route-cost"


class Delivery(SQLModel, table=True):
    """One trip and what it cost, in the configured currency. `features`: further columns of the file, as JSON text."""

    __tablename__ = "deliveries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("deliveries_identity", "dataset", "route_id", unique=True),
        Index("deliveries_by_departure", "dataset", "departed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    route_id: str
    departed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    cost: float
    distance_km: float | None = None
    weight_kg: float | None = None
    stops: int | None = None
    vehicle_type: str | None = None
    features: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    batch_id: int | None = None


class RouteStop(SQLModel, table=True):
    """A stop of a trip, in the order driven; WGS 84 degrees. The first is where the trip starts."""

    __tablename__ = "route_stops"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    route_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    lat: float
    lon: float
    batch_id: int | None = None


class RouteRelease(SQLModel, table=True):
    """What readers may ask of the model that answers. `inputs`: what its form asks for; `vehicles`: each type, how
    many routes it drove and the heaviest load it carried; `rule`: what the rule of thumb charges."""

    __tablename__ = "route_releases"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    model_version: str
    data_version: str
    computed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    as_of: date
    deliveries: int
    inputs: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    vehicles: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    rule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    left_out: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))


class RouteEstimate(SQLModel, table=True):
    """What a route was expected to cost by a model that had not seen its cost.

    `made_by` is empty where the model was asked about past deliveries, else who saved the estimate; `accepted_at` is
    when it was decided to drive it so. `prediction_id` is the ledger's, of saved estimates.
    """

    __tablename__ = "route_estimates"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("route_estimates_identity", "dataset", "route_id", unique=True),
        Index("route_estimates_by_maker", "dataset", "made_by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    route_id: str
    model_version: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_by: str = ""
    departs_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    vehicle_type: str | None = None
    distance_km: float | None = None
    weight_kg: float | None = None
    stops: int | None = None
    expected: float
    lo_80: float
    hi_80: float
    baseline: float
    prediction_id: int | None = Field(default=None, sa_column=Column(ROW_NUMBER, nullable=True))
    accepted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    accepted_by: str = ""
