"""What the address of the page asks for: ?view=…, the route to estimate, the filters of the history, the stops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import reflex as rx

from ml_insights.logistics.queries import SORTS, STATES, Filter

ESTIMATE, HISTORY, STOPS = "estimate", "history", "stops"
VIEWS = (ESTIMATE, HISTORY, STOPS)
SPANS = (0, 30, 90, 365)
LONGEST = 200
SCRIPT = """(() => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(%s))
    value === "" ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
})()"""


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


def sort_of(query: Mapping[str, str]) -> tuple[str, bool]:
    """The history's order: a key of SORTS, and whether it falls."""
    wanted = query.get("sort", "-departs_at")
    key = wanted.removeprefix("-")
    return (key, wanted.startswith("-")) if key in SORTS else ("departs_at", True)


def remember(**parameters: Any) -> Any:
    """An event that writes parameters into the address, and removes those that are empty."""
    return rx.call_script(SCRIPT % json.dumps({name: str(value) for name, value in parameters.items()}))
