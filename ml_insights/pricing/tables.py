"""Observed prices, what the model says about each product, and the prices that people decided on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime
from ml_insights.core.once import Versioned

PENDING = text("state IN ('approved', 'scheduled')")


class PriceState(StrEnum):
    """Where the price of a product is; `suggested` is the model's, the rest are people's."""

    SUGGESTED = "suggested"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    REJECTED = "rejected"
    APPLIED = "applied"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class RejectReason(StrEnum):
    """Why a suggested price is not wanted."""

    COMPETITION = "competition"
    CONTRACT = "contract"
    IMAGE = "image"
    SUPPLY = "supply"
    DOUBT = "doubt"
    OTHER = "other"


class PriceObservation(SQLModel, table=True):
    """One product in one period (its first day) and store: the imported contract PRICES. No store is the empty text."""

    __tablename__ = "price_observations"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("price_observations_identity", "dataset", "period", "product_id", "store", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    period: date
    product_id: str
    store: str = ""
    price: float
    quantity: float
    deal: float | None = None
    feat: float | None = None
    batch_id: int | None = None


class PriceRelease(SQLModel, table=True):
    """One complete set of elasticities and suggestions. `as_of` is the last day of the data that it knew."""

    __tablename__ = "price_releases"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False, index=True))
    data_version: str
    model_version: str
    computed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    as_of: date
    products: int
    answered: int
    worth: int
    gain: float


class PriceProduct(SQLModel, table=True):
    """What a release says about a product.

    `price` is the usual one of the last weeks, `cost` of a unit NULL where unknown, `quantity` expected per week at
    `price` with its 80 % band. `refusal` says why there is no elasticity, `withheld` why no suggestion, both empty
    otherwise. `profit_change` is per week, its bounds hold the elasticity's 95 %. `lowest` and `highest` bound what
    people may decide, `tried_low` and `tried_high` are the prices that really held, which suggestions keep to.
    `sold_share` is the share of the last weeks with a sale: weeks without one count as 0 in `quantity`, but tell
    nothing of an elasticity. `promoted` is the elasticity that guessed promotions alone would tell. `weeks` holds
    [Monday, price, quantity, promoted].
    """

    __tablename__ = "price_products"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("price_products_identity", "release_id", "product_id", unique=True),
        Index("price_products_by_name", "release_id", "label"),
        Index("price_products_by_price", "release_id", "price"),
        Index("price_products_by_elasticity", "release_id", "elasticity"),
        Index("price_products_by_suggestion", "release_id", "suggested"),
        Index("price_products_by_gain", "release_id", "profit_change"),
    )

    id: int | None = Field(default=None, primary_key=True)
    release_id: int = Field(foreign_key="price_releases.id", ondelete="CASCADE")
    product_id: str
    label: str
    category: str = ""
    search_text: str
    price: float
    last_price: float
    cost: float | None = None
    quantity: float
    quantity_low: float
    quantity_high: float
    elasticity: float | None = None
    elasticity_low: float | None = None
    elasticity_high: float | None = None
    refusal: str = ""
    periods: int = 0
    moved: int = 0
    spread: float = 0.0
    lowest: float
    highest: float
    tried_low: float
    tried_high: float
    sold_share: float = 1.0
    promoted: float | None = None
    suggested: float | None = None
    bound: str = ""
    withheld: str = ""
    worth: bool = False
    profit_change: float | None = None
    profit_change_low: float | None = None
    profit_change_high: float | None = None
    weeks: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class PriceDecision(Versioned, table=True):
    """A price that somebody decided on. The expected figures are per week, as they were when it was decided.

    `turn` counts the decisions about a product, from 1: of two who decide at once, one finds theirs taken.

    `ledger_id` is the decision in the ledger once the price is applied, `prediction_id` the prediction it led to.
    """

    __tablename__ = "price_decisions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "price_decisions_pending",
            "dataset",
            "product_id",
            unique=True,
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
        Index("price_decisions_by_product", "dataset", "product_id", "id"),
        Index("price_decisions_turns", "dataset", "product_id", "turn", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    product_id: str
    turn: int
    state: PriceState = Field(sa_column=Column(String(16), nullable=False))
    price_before: float
    price: float
    suggested: float | None = None
    effective_on: date | None = None
    reason: str = ""
    note: str = ""
    decided_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str
    applied_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    applied_by: str = ""
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    model_version: str
    expected_quantity: float
    expected_revenue: float
    expected_profit: float | None = None
    profit_change: float | None = None
    profit_change_low: float | None = None
    profit_change_high: float | None = None
    prediction_id: int | None = Field(default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite")))
    ledger_id: int | None = Field(default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite")))


class PriceRules(SQLModel, table=True):
    """What people allow for every product of a dataset. `step` is how far one suggestion may move a price, a share."""

    __tablename__ = "price_rules"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    step: float
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_by: str


class PriceLimits(SQLModel, table=True):
    """What people allow for a product: NULL where the data's own limits hold."""

    __tablename__ = "price_limits"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    product_id: str = Field(primary_key=True)
    floor: float | None = None
    ceiling: float | None = None
    margin: float | None = None
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_by: str
