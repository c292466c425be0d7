"""What the page's address asks for: ?segment=…&from=…&month=…&q=…&sort=…; what makes no sense is the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ml_insights.core.listing import Sorting
from ml_insights.segments.policy import WORDING
from ml_insights.segments.queries import ANY, FIRST, MOVED

SORTING = Sorting(
    {"customer_id": False, "name": False, "recency": False, "orders": True, "revenue": True, "average_order": True},
    "revenue",
)


@dataclass(frozen=True)
class Asked:
    """Which members, and the month whose movements are shown ("" for the present one)."""

    segment: str
    came_from: str
    month: str


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for."""
    segment = query.get("segment", "")
    return Asked(
        segment=segment if segment in WORDING else "",
        came_from=origin(query.get("from", ANY)),
        month=month_of(query.get("month", "")),
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
