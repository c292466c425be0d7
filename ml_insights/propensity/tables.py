"""Chances, expected purchases and lifetime values that pages and API answer from, and each week's list of buyers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Text
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime
from ml_insights.core.once import Versioned


class Mark(StrEnum):
    """What a person noted about a customer of the list."""

    OPEN = "open"
    CALLED = "called"
    ORDERED = "ordered"
    NOT_INTERESTED = "not-interested"


class PropensityRelease(SQLModel, table=True):
    """One complete set of scores, made from one state of the data by one model version.

    `as_of` is the last whole day that the model saw. buyers (customers who buy) and revenue are expected in the 7 days
    after it, with 80 % bounds; `*_before` are those of the 7 days up to it. `value` is the revenue expected of all
    within `value_days`, learnt on windows of `value_measured_days`. `value_bars` are [from, to, customers] of lifetime
    values. `backtest` is what a list made a week earlier would have found: since, size, hits, customers, buyers.
    """

    __tablename__ = "propensity_releases"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False, index=True))
    data_version: str
    model_version: str
    computed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    as_of: date
    customers: int
    buyers: float
    buyers_low: float
    buyers_high: float
    buyers_before: int
    revenue: float
    revenue_low: float
    revenue_high: float
    revenue_before: float
    value: float
    value_days: int
    value_measured_days: int
    value_bars: list[list[float]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    backtest: dict[str, float] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class PropensityScore(SQLModel, table=True):
    """What a release says of one customer.

    `next_day` is the day by which half of such customers have bought, `next_from` and `next_to` a quarter and three
    quarters; NULL beyond a year. `weekday` is the usual one (0 is Monday), NULL where none stands out. `basket` is the
    next order's revenue, `value` that of `value_days`, both with 80 % bounds. `products` are [id, …], the likeliest
    first; `reasons` [{code, value, typical, effect}], the strongest first.
    """

    __tablename__ = "propensity_scores"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("propensity_scores_by_label", "release_id", "label", "customer_id"),
        Index("propensity_scores_by_chance_7", "release_id", "chance_7", "customer_id"),
        Index("propensity_scores_by_chance_30", "release_id", "chance_30", "customer_id"),
        Index("propensity_scores_by_revenue", "release_id", "revenue_7", "customer_id"),
        Index("propensity_scores_by_day", "release_id", "next_day", "customer_id"),
        Index("propensity_scores_by_basket", "release_id", "basket", "customer_id"),
        Index("propensity_scores_by_value", "release_id", "value", "customer_id"),
        Index("propensity_scores_by_last", "release_id", "last_day", "customer_id"),
    )

    release_id: int = Field(
        sa_column=Column(Integer, ForeignKey("propensity_releases.id", ondelete="CASCADE"), primary_key=True)
    )
    customer_id: str = Field(primary_key=True)
    label: str
    search_text: str
    chance_7: float
    chance_30: float
    revenue_7: float
    next_day: date | None = None
    next_from: date | None = None
    next_to: date | None = None
    weekday: int | None = None
    basket: float
    basket_low: float
    basket_high: float
    value: float
    value_low: float
    value_high: float
    last_day: date
    orders: int
    revenue_year: float
    products: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class PropensityList(SQLModel, table=True):
    """The best buyers of the week after `as_of`, as they were foretold, and what came of it once the week was over.

    `customers` were scored, `expected` of the list expected to buy. `hits` of them bought, `buyers` of all customers;
    `revenue` is what the list brought. NULL until then.
    """

    __tablename__ = "propensity_lists"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("propensity_lists_of_day", "dataset", "as_of", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    as_of: date
    model_version: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    customers: int
    expected: float
    hits: int | None = None
    buyers: int | None = None
    revenue: float | None = None


class PropensityPick(Versioned, table=True):
    """A customer of a week's list, and what a person noted last. `bought` is NULL until the week is over.

    `decision_id` names the ledger's row of the mark.
    """

    __tablename__ = "propensity_picks"  # pyright: ignore[reportAssignmentType]

    list_id: int = Field(
        sa_column=Column(Integer, ForeignKey("propensity_lists.id", ondelete="CASCADE"), primary_key=True)
    )
    customer_id: str = Field(primary_key=True)
    rank: int
    chance_7: float
    revenue_7: float
    bought: bool | None = None
    mark: Mark = Field(default=Mark.OPEN, sa_column=Column(String(16), nullable=False))
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    decision_id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), nullable=True)
    )
