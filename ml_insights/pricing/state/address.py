"""What the page's address asks for: ?show=…&q=…&sort=…&product=…; what makes no sense is the default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from ml_insights.pricing.queries import FILTERS, SORTABLE

DEFAULT_SORT = "profit_change"
SCRIPT = """(() => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(%s))
    value === "" ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
})()"""


@dataclass(frozen=True)
class Asked:
    """Which products, in which order, and the one that is open ("" for none)."""

    show: str
    search: str
    sort: str
    descending: bool
    product: str


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for."""
    show, sort = query.get("show", ""), query.get("sort", "").removeprefix("-")
    return Asked(
        show=show if show in FILTERS else "all",
        search=query.get("q", "")[:200],
        sort=sort if sort in SORTABLE else DEFAULT_SORT,
        descending=query.get("sort", "-").startswith("-") or sort not in SORTABLE,
        product=query.get("product", "")[:300],
    )


def remember(**parameters: Any) -> Any:
    """An event that writes parameters into the address, and removes those that are empty."""
    return rx.call_script(SCRIPT % json.dumps({name: str(value) for name, value in parameters.items()}))
