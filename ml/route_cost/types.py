"""What goes into the model of route costs and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ml.leakage import UnfitData

TIME = "departed_at"
TARGET = "cost"
IDENTITY = "route_id"
SIZES = ("distance_km", "weight_kg")
"""Columns that the rule of thumb goes by, in this order."""
NAMED_NUMBERS = ("distance_km", "weight_kg", "stops")
NAMED_TEXTS = ("vehicle_type",)
CALENDAR = ("month", "weekday", "hour")
TREND = "years"
LEAST_ROWS = 40


class Left(StrEnum):
    """Why a column is not used."""

    CONSTANT = "constant"
    IDENTIFIER = "identifier"
    TIMES = "times"
    EMPTY = "empty"
    LEAK = "leak"


class NoUsableDeliveries(UnfitData):
    """Deliveries that no model can be fitted on."""

    def __init__(self, rows: int, least: int = LEAST_ROWS) -> None:
        self.rows, self.least = rows, least
        super().__init__(f"There are {rows} deliveries with a cost above zero; at least {least} are needed.")


@dataclass(frozen=True)
class Columns:
    """The columns that a model uses. `left_out`: name → why it is not used."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    left_out: dict[str, Left]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.numbers, *self.texts)


@dataclass(frozen=True)
class Reason:
    """What one feature does to an estimate.

    effect: money that it adds to what a typical route costs (or takes off); the effects and the typical cost add up to
    the estimate. value and typical: what this route and a usual one have there; None where nothing is known.
    """

    feature: str
    value: float | str | None
    typical: float | str | None
    effect: float


@dataclass(frozen=True)
class Explanation:
    """An estimate as a sum: what a typical route costs, and the reasons by size."""

    typical: float
    expected: float
    reasons: tuple[Reason, ...]
