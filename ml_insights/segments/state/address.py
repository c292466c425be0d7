"""What the page's address asks for: ?segment=…&from=…&month=…&q=…&sort=…; what makes no sense is the default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from ml_insights.segments.policy import WORDING
from ml_insights.segments.queries import SORTABLE

ANY, MOVED, FIRST = "any", "moved", "first"
"""Where members come from: anywhere, another segment, or not a customer yet; else a segment's key."""
SCRIPT = """(() => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(%s))
    value === "" ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
})()"""


@dataclass(frozen=True)
class Asked:
    """Which members, in which order, and the month whose movements are shown ("" for the present one)."""

    segment: str
    came_from: str
    month: str
    search: str
    sort: str
    descending: bool


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for."""
    segment, sort = query.get("segment", ""), query.get("sort", "").removeprefix("-")
    return Asked(
        segment=segment if segment in WORDING else "",
        came_from=origin(query.get("from", ANY)),
        month=month_of(query.get("month", "")),
        search=query.get("q", "")[:200],
        sort=sort if sort in SORTABLE else "revenue",
        descending=query.get("sort", "-").startswith("-") or sort not in SORTABLE,
    )


def origin(wanted: str) -> str:
    """`wanted` where it is a place that members can come from."""
    return wanted if wanted in (MOVED, FIRST) or wanted in WORDING else ANY


def month_of(wanted: str) -> str:
    """`wanted` where it is a day, else nothing."""
    try:
        return date.fromisoformat(wanted).isoformat()
    except ValueError:
        return ""


def remember(**parameters: Any) -> Any:
    """An event that writes parameters into the address, and removes those that are empty."""
    return rx.call_script(SCRIPT % json.dumps({name: str(value) for name, value in parameters.items()}))
