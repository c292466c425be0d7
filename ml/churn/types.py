"""What churn models say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd


class CannotLearn(ValueError):
    """Data that no churn model can be made from."""


class TooShortHistory(CannotLearn):
    """Too few days before the cutoff."""

    def __init__(self, days: int) -> None:
        self.days = days
        super().__init__(f"there are {days} days of orders before the cutoff; at least 21 are needed")


class OneAnswer(CannotLearn):
    """Everybody did the same in all past windows: all came back, or none."""

    def __init__(self, bought: bool) -> None:
        self.bought = bought
        super().__init__("in the past everybody bought again" if bought else "in the past nobody bought again")


class NobodyKnown(CannotLearn):
    """No customer with a purchase before the cutoff."""

    def __init__(self) -> None:
        super().__init__("no customer bought anything before the cutoff")


class ReasonCode(StrEnum):
    """What speaks for a customer's leaving: the features of one kind, taken together.

    value and typical of a reason are in the unit that is named here; typical is what the value is compared with, the
    median customer's where nothing else is said.
    """

    RECENCY = "recency"
    """Days since the last purchase."""
    SILENCE = "silence"
    """Days since the last purchase; typical is the customer's own usual gap."""
    HABIT = "habit"
    """Usual days between purchases; typical is the median of those who have shown a usual gap."""
    FREQUENCY = "frequency"
    """Orders in all."""
    RECENT_ORDERS = "recent_orders"
    """Orders in the last 90 days."""
    RECENT_SPEND = "recent_spend"
    """Revenue of the last 90 days."""
    SPEND = "spend"
    """Revenue of an order, on average."""
    TENURE = "tenure"
    """Days since the first purchase."""
    VARIETY = "variety"
    """Different products of an order, on average."""
    RETURNS = "returns"
    """Value of returns over that of sales, 0 to 1."""


@dataclass(frozen=True)
class Reason:
    """One reason for leaving. `effect` is added to its log odds, and above 0."""

    code: ReasonCode
    value: float
    typical: float
    effect: float


@dataclass(frozen=True)
class Scored:
    """Everybody with a basis (at least one purchase), as of a cutoff.

    table, by customer_id: probability (of no purchase within the horizon), value (expected revenue within the horizon
    of a customer who stays), at_risk (their product), last_day (datetime64), orders, revenue_year (of the last 365
    days). reasons: customer_id → up to four for leaving, the strongest first; only of those who were asked for.
    """

    table: pd.DataFrame
    reasons: dict[str, tuple[Reason, ...]]
