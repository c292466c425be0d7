"""What the page's address asks for: ?view=…&q=…&sort=…&customer=…"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ml_insights.core.listing import Sorting

WEEK, CUSTOMERS, VALUE = "week", "customers", "value"
VIEWS = (WEEK, CUSTOMERS, VALUE)
SORTS = {WEEK: "revenue_7", CUSTOMERS: "revenue_7", VALUE: "value"}
"""What each view is sorted by at first."""
SORTING = Sorting(
    {
        "label": False, "chance_7": True, "chance_30": True, "revenue_7": True, "next_day": False, "basket": True,
        "value": True, "last_day": True,
    },
    "revenue_7",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A view of the page, and the customer who is open; empty for none."""

    view: str
    customer: str


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for; what makes no sense is the default."""
    view = query.get("view", "")
    return Asked(
        view=view if view in VIEWS else WEEK,
        customer=query.get("customer", "")[:200],
    )
