"""What the page's address asks for: ?show=…&q=…&sort=…&product=…; what makes no sense is the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ml_insights.core.listing import Sorting
from ml_insights.pricing.queries import FILTERS

SORTING = Sorting(
    {"label": False, "price": True, "elasticity": True, "suggested": True, "profit_change": True}, "profit_change"
)


@dataclass(frozen=True)
class Asked:
    """Which products, and the one that is open ("" for none)."""

    show: str
    product: str


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for."""
    show = query.get("show", "")
    return Asked(
        show=show if show in FILTERS else "all",
        product=query.get("product", "")[:300],
    )
