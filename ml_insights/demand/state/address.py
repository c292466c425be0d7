"""What the demand page's address asks for; what makes no sense is the default.

?series=…&measure=…&days=…&months=…&grain=…&span=…, and of the list of series &show=…&q=…
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_insights.core.paging import nearest
from ml_insights.demand.facts import Grain
from ml_insights.demand.policy import HIGHEST_DAYS, Ahead
from ml_insights.demand.tables import Measure, State

DEFAULT_DAYS, DEFAULT_SPAN = 30, 180
SPANS = (90, 180, 365, 730, 0)
FEWEST_DAYS = 7
PRESETS, MONTHS = (30, 90, 180), 12
"""Days and months ahead that one press chooses."""
EVERY_STATE = "all"
STATES = (EVERY_STATE, *(state.value for state in State if state))


@dataclass(frozen=True)
class Asked:
    """A series in a measure, so far `ahead`, added up by `grain`, with the last `span` days of history (0 = all); and
    which series of the list: of the state `show` ("all" for each), whose names hold the words of `text`."""

    series: str
    measure: Measure
    ahead: Ahead
    grain: Grain
    span: int
    show: str
    text: str


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for."""
    measure, grain = query.get("measure"), query.get("grain")
    months = MONTHS if query.get("months") == str(MONTHS) else 0
    chosen = Grain(grain) if grain in list(Grain) else Grain.DAY
    return Asked(
        series=query.get("series", "total"),
        measure=Measure(measure) if measure in list(Measure) else Measure.UNITS,
        ahead=Ahead(whole(query.get("days"), DEFAULT_DAYS), months),
        grain=Grain.MONTH if months else chosen,
        span=whole(query.get("span"), DEFAULT_SPAN, SPANS),
        show=shown(query.get("show", "")),
        text=query.get("q", "")[:200],
    )


def shown(state: str) -> str:
    """`state` where the list can be narrowed to it; else all of it."""
    return state if state in STATES else EVERY_STATE


def whole(value: Any, otherwise: int, among: tuple[int, ...] | None = None) -> int:
    """`value` as a whole number, within the page's horizons or `among`; else `otherwise`."""
    if among is None:
        return nearest(value, FEWEST_DAYS, HIGHEST_DAYS, otherwise)
    return next((one for one in among if str(one) == str(value)), otherwise)
