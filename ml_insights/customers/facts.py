"""What the pages of customers show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from ml_insights.churn.facts import CustomerChurn
from ml_insights.propensity.facts import CustomerOutlook
from ml_insights.segments.facts import MemberStory

YEAR = timedelta(days=365)


class Risk(StrEnum):
    """How likely a customer is to leave, in words."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class EntryKind(StrEnum):
    """What a line of a customer's timeline is about."""

    ORDER = "order"
    ALERT = "alert"
    PREDICTION = "prediction"
    DECISION = "decision"
    SEGMENT = "segment"


@dataclass(frozen=True)
class ListRow:
    """A customer in the list. What is None is not known: no purchase yet, or not scored. Revenue is of a year."""

    customer_id: str
    name: str | None
    region: str | None
    segment: str | None = None
    recency: int | None = None
    last_day: date | None = None
    orders: int | None = None
    revenue: float | None = None
    probability: float | None = None
    at_risk: float | None = None


@dataclass(frozen=True)
class Profile:
    """Who a customer is. Orders may name somebody whom the list of customers does not: then all but the id is None."""

    customer_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    region: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class OrderFact:
    """One order of a customer: value is net of returns; units were sold, returned units came back.

    `bought`: it is a purchase, see `ml.behaviour.visits`.
    """

    order_id: str
    at: datetime
    value: float
    units: float
    returned: float
    lines: int
    bought: bool


@dataclass(frozen=True)
class LineFact:
    """One order line of a customer: amount is quantity times price, below 0 where it came back."""

    order_id: str
    at: datetime
    product_id: str
    product: str | None
    quantity: float
    unit_price: float
    amount: float


@dataclass(frozen=True)
class ProductFact:
    """What a customer buys: in how many orders, how much, and when last."""

    product_id: str
    name: str | None
    orders: int
    units: float
    revenue: float
    last: datetime


@dataclass(frozen=True)
class Headline:
    """A customer's figures as of `until`, the last day of all orders.

    revenue and orders: of the 365 days up to then; revenue_before: of those before. usual_gap: median days between
    purchases; None with fewer than two. silent: days since the last purchase.
    """

    until: date
    orders: int
    revenue: float
    revenue_before: float
    lifetime_orders: int
    lifetime_revenue: float
    first_purchase: date | None
    last_purchase: date | None
    silent: int | None
    usual_gap: float | None

    @property
    def change(self) -> float | None:
        """Revenue against the year before; None where the customer has not bought for two whole years."""
        old = self.first_purchase is not None and self.first_purchase <= self.until - 2 * YEAR
        return self.revenue / self.revenue_before - 1 if old and self.revenue_before > 0 else None

    @property
    def average_order(self) -> float | None:
        """Revenue of an order of the last year."""
        return self.revenue / self.orders if self.orders else None


@dataclass(frozen=True)
class Entry:
    """A line of the timeline. text is an English template of `values`; detail is what somebody wrote."""

    at: datetime
    kind: EntryKind
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    detail: str = ""
    actor: str = ""


@dataclass(frozen=True)
class CustomerView:
    """Everything known about one customer; what the reader may not see, or does not exist, is None."""

    profile: Profile
    headline: Headline
    months: tuple[tuple[date, float], ...]
    products: tuple[ProductFact, ...]
    segment: MemberStory | None
    churn: CustomerChurn | None
    outlook: CustomerOutlook | None
    timeline: tuple[Entry, ...]
    orders: tuple[OrderFact, ...]
