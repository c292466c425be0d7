"""What the demand page's address asks for: ?series=…&measure=…&days=…&span=…; what makes no sense is the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_insights.demand.policy import HIGHEST_DAYS
from ml_insights.demand.tables import Measure

DEFAULT_DAYS, DEFAULT_SPAN = 30, 180
SPANS = (90, 180, 365, 730, 0)
FEWEST_DAYS = 7


@dataclass(frozen=True)
class Asked:
    """A series in a measure, `days` ahead, with the last `span` days of history (0 = all)."""

    series: str
    measure: Measure
    days: int
    span: int


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for."""
    measure = query.get("measure")
    return Asked(
        series=query.get("series", "total"),
        measure=Measure(measure) if measure in list(Measure) else Measure.UNITS,
        days=whole(query.get("days"), DEFAULT_DAYS),
        span=whole(query.get("span"), DEFAULT_SPAN, SPANS),
    )


def whole(value: Any, otherwise: int, among: tuple[int, ...] | None = None) -> int:
    """`value` as a whole number, within the page's horizons or `among`; else `otherwise`."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
    if among is not None:
        return number if number in among else otherwise
    return min(max(number, FEWEST_DAYS), HIGHEST_DAYS)
