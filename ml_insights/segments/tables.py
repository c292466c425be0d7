"""Segments that pages and the API answer from. A release is complete or absent; readers never see half of one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, String
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime

NAME_LENGTH = 32


class SegmentRelease(SQLModel, table=True):
    """Everybody's segment, from one state of the data by one model version.

    as_of: last whole day of the data. before: the end of the month before it, which movements start from. revenue: of
    all members within the window. without_purchase: customers that never bought. evidence: [{k, silhouette,
    stability}] of every number of segments that was tried. model: as `ml.segments.model.to_json` writes it, so that
    the next one keeps its names. scatter: a sample of members, [[segment, recency, revenue, orders, customer] …].
    months: ends of the months that `SegmentMember.history` tells of, the oldest first, `as_of` last.
    """

    __tablename__ = "segment_releases"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False, index=True))
    data_version: str
    model_version: str
    computed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    as_of: date
    before: date
    window_days: int
    customers: int
    without_purchase: int
    revenue: float
    silhouette: float
    stability: float
    evidence: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    months: list[str] = Field(sa_column=Column(JSON, nullable=False))
    model: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    scatter: list[list[Any]] = Field(sa_column=Column(JSON, nullable=False))


class SegmentGroup(SQLModel, table=True):
    """One segment of a release. place: from 0, the best first. orders and revenue are of all members in the window.

    recency: median days since the last purchase. r, f, m: mean quintile scores. chance: of a purchase within 30 days.
    customers_before and revenue_before: the same as of `SegmentRelease.before`.
    """

    __tablename__ = "segment_groups"  # pyright: ignore[reportAssignmentType]

    release_id: int = Field(foreign_key="segment_releases.id", ondelete="CASCADE", primary_key=True)
    segment: str = Field(sa_column=Column(String(NAME_LENGTH), primary_key=True))
    place: int
    customers: int
    customers_before: int
    revenue: float
    revenue_before: float
    orders: int
    recency: float
    r: float
    f: float
    m: float
    chance: float


class SegmentMove(SQLModel, table=True):
    """How many went from one segment to another in the month that ended on `month` (or is under way).

    Whoever bought for the first time in it comes from "".
    """

    __tablename__ = "segment_moves"  # pyright: ignore[reportAssignmentType]

    release_id: int = Field(foreign_key="segment_releases.id", ondelete="CASCADE", primary_key=True)
    month: date = Field(primary_key=True)
    came_from: str = Field(sa_column=Column(String(NAME_LENGTH), primary_key=True))
    went_to: str = Field(sa_column=Column(String(NAME_LENGTH), primary_key=True))
    customers: int


class SegmentMember(SQLModel, table=True):
    """One customer's segment, and the one at the end of the month before ("" without a purchase by then).

    label: what lists are sorted by, the name in small letters, or the id. orders, revenue: within the window;
    average_order is their ratio. r, f, m: quintile scores. history: a letter per month of the release, "a" for the
    segment at place 0; "." before the first purchase.
    """

    __tablename__ = "segment_members"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("segment_members_by_label", "release_id", "label", "customer_id"),
        Index("segment_members_by_revenue", "release_id", "revenue"),
        Index("segment_members_by_orders", "release_id", "orders"),
        Index("segment_members_by_recency", "release_id", "recency"),
        Index("segment_members_by_average", "release_id", "average_order"),
        Index("segment_members_of_segment", "release_id", "segment", "came_from", "revenue"),
    )

    release_id: int = Field(foreign_key="segment_releases.id", ondelete="CASCADE", primary_key=True)
    customer_id: str = Field(primary_key=True)
    label: str
    segment: str = Field(sa_column=Column(String(NAME_LENGTH), nullable=False))
    came_from: str = Field(sa_column=Column(String(NAME_LENGTH), nullable=False))
    recency: int
    orders: int
    revenue: float
    average_order: float
    r: int
    f: int
    m: int
    first_day: date
    last_day: date
    history: str
