"""What the address of the page asks for: ?view=…, the route to estimate, the filters of the history, the stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_insights.core.listing import Sorting
from ml_insights.logistics.queries import SORTS, STATES, Filter

ESTIMATE, HISTORY, STOPS = "estimate", "history", "stops"
VIEWS = (ESTIMATE, HISTORY, STOPS)
SPANS = (0, 30, 90, 365)
LONGEST = 200
SORTING = Sorting(dict.fromkeys(SORTS, True), "departs_at")


def view_of(query: Mapping[str, str]) -> str:
    """Which part of the page."""
    return query.get("view", ESTIMATE) if query.get("view") in VIEWS else ESTIMATE


def filter_of(query: Mapping[str, str]) -> Filter:
    """Which routes of the history."""
    return Filter(
        state=query.get("state", "driven") if query.get("state") in STATES else "driven",
        vehicle=query.get("vehicle", "")[:LONGEST],
        search=query.get("q", "")[:LONGEST],
        days=span(query.get("days")),
    )


def span(days: Any) -> int:
    """`days` where the history can be narrowed to so many, else 0 for all of it."""
    return next((one for one in SPANS if str(one) == days), 0)
