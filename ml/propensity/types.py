"""What the propensity model says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd


class NotEnoughHistory(ValueError):
    """Too little happened before the cutoff to learn from."""


class ReasonCode(StrEnum):
    """What speaks for a purchase: the features of one kind, taken together.

    value and typical of a reason are in the unit that is named here; typical is what the value is compared with, the
    median customer's where nothing else is said.
    """

    RECENCY = "recency"
    """Days since the last purchase."""
    DUE = "due"
    """Days since the last purchase; typical is the customer's own usual gap."""
    HABIT = "habit"
    """Usual days between purchases; typical is the median of those who have shown a usual gap."""
    RECENT_ORDERS = "recent_orders"
    """Orders in the last 30 days."""
    FREQUENCY = "frequency"
    """Orders in the last 180 days."""
    SPEND = "spend"
    """Revenue of an order, on average."""
    RECENT_SPEND = "recent_spend"
    """Revenue of the last 90 days."""
    TENURE = "tenure"
    """Days since the first purchase."""
    VARIETY = "variety"
    """Different products of an order, on average."""
    RETURNS = "returns"
    """Value of returns over that of sales, 0 to 1."""


@dataclass(frozen=True)
class Reason:
    """One reason for a purchase. `effect` is added to its log odds, and above 0."""

    code: ReasonCode
    value: float
    typical: float
    effect: float


@dataclass(frozen=True)
class Outlook:
    """Sums over all customers for the week from the cutoff on, with 80 % bounds: customers who buy, and revenue."""

    buyers: float
    buyers_low: float
    buyers_high: float
    revenue: float
    revenue_low: float
    revenue_high: float


@dataclass(frozen=True)
class Scored:
    """Everybody with a basis (at least one purchase), as of a cutoff.

    table, by customer_id: chance_7 and chance_30 (of a purchase within so many days), revenue_7 (expected in the next
    7 days), next_day, next_from and next_to (days from the cutoff by which half, a quarter and three quarters of such
    customers have bought; NaN where that is more than a year away), weekday (on which most purchases begin, 0 is
    Monday; -1 where none stands out), basket, basket_low, basket_high (revenue of the next order, 80 %), value,
    value_low, value_high (revenue within `value_days`, 80 %), last_day (datetime64), orders, revenue_year.
    reasons: customer_id → up to four reasons for a purchase in 7 days, the strongest first; of those most likely to
    buy.
    """

    table: pd.DataFrame
    reasons: dict[str, tuple[Reason, ...]]
    outlook: Outlook
    value_days: int
