"""What the page's address asks for: ?view=…&q=…&sort=…&customer=…"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from ml_insights.propensity.queries import SORTABLE

WEEK, CUSTOMERS, VALUE = "week", "customers", "value"
VIEWS = (WEEK, CUSTOMERS, VALUE)
SORTS = {WEEK: "revenue_7", CUSTOMERS: "revenue_7", VALUE: "value"}
"""What each view is sorted by at first."""
SCRIPT = """(() => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(%s))
    value === "" ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
})()"""


@dataclass(frozen=True)
class Asked:
    """A view of the page, what its table shows, and the customer who is open; empty for none."""

    view: str
    search: str
    sort: str
    descending: bool
    customer: str


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for; what makes no sense is the default."""
    view = query.get("view", "")
    view = view if view in VIEWS else WEEK
    sort = query.get("sort", "").removeprefix("-")
    return Asked(
        view=view,
        search=query.get("q", "")[:200],
        sort=sort if sort in SORTABLE else SORTS[view],
        descending=query.get("sort", "-").startswith("-") or sort not in SORTABLE,
        customer=query.get("customer", "")[:200],
    )


def remember(**parameters: Any) -> Any:
    """An event that writes parameters into the address, and removes those that are empty."""
    return rx.call_script(SCRIPT % json.dumps({name: str(value) for name, value in parameters.items()}))
