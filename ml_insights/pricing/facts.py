"""What the queries of prices return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ml_insights.commerce.tables import Dataset
from ml_insights.core.once import LastChange
from ml_insights.pricing.tables import PriceState


@dataclass(frozen=True)
class ReleaseFact:
    """Which release answers. gain: expected profit a week of all suggestions worth doing."""

    id: int
    dataset: Dataset
    data_version: str
    model_version: str
    computed_at: datetime
    as_of: date
    products: int
    answered: int
    worth: int
    gain: float


@dataclass(frozen=True)
class ProductFact:
    """What a release says about a product, see `tables.PriceProduct`, and where its price is."""

    product_id: str
    label: str
    category: str
    price: float
    last_price: float
    cost: float | None
    quantity: float
    quantity_low: float
    quantity_high: float
    elasticity: float | None
    elasticity_low: float | None
    elasticity_high: float | None
    refusal: str
    periods: int
    moved: int
    spread: float
    lowest: float
    highest: float
    suggested: float | None
    bound: str
    withheld: str
    worth: bool
    profit_change: float | None
    profit_change_low: float | None
    profit_change_high: float | None
    tried_low: float = 0.0
    tried_high: float = float("inf")
    sold_share: float = 1.0
    promoted: float | None = None
    state: PriceState = PriceState.SUGGESTED
    decided_price: float | None = None
    effective_on: date | None = None


@dataclass(frozen=True)
class DecisionFact:
    """A price that somebody decided on; see `tables.PriceDecision`."""

    id: int
    product_id: str
    state: PriceState
    price_before: float
    price: float
    suggested: float | None
    effective_on: date | None
    reason: str
    note: str
    decided_at: datetime
    decided_by: str
    applied_at: datetime | None
    applied_by: str
    turn: int
    changed_by: str
    model_version: str
    expected_quantity: float
    expected_revenue: float
    expected_profit: float | None
    profit_change: float | None
    profit_change_low: float | None
    profit_change_high: float | None
    prediction_id: int | None
    ledger_id: int | None
    actual_quantity: float | None = None


@dataclass(frozen=True)
class Standing:
    """How far the decisions about a product are. `turn` is the newest one's, `version` grows with each change of any.

    `last` is the change that was made last; None where nobody has decided yet.
    """

    turn: int = 0
    version: int = 0
    last: LastChange | None = None


@dataclass(frozen=True)
class LimitsFact:
    """What people allow for a product; None where nobody said. `last` is who said so, and when."""

    floor: float | None = None
    ceiling: float | None = None
    margin: float | None = None
    last: LastChange | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ProductDetail:
    """Everything about one product. weeks: [Monday, price, quantity, promoted]."""

    product: ProductFact
    weeks: tuple[list[Any], ...]
    limits: LimitsFact
    decisions: tuple[DecisionFact, ...]
    standing: Standing = Standing()


@dataclass(frozen=True)
class PricePage:
    """One page of products, and how many there are in all."""

    total: int
    products: tuple[ProductFact, ...]
