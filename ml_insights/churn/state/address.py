"""What the churn page's address asks for: ?view=…&show=…&status=…&owner=…&q=…&sort=…&alert=…"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from ml_insights.churn.facts import Show
from ml_insights.churn.tables import AlertStatus
from ml_insights.core.listing import Sorting
from ml_insights.core.paging import identifier

ALERTS, CUSTOMERS, PROFIT = "alerts", "customers", "profit"
VIEWS = (ALERTS, CUSTOMERS, PROFIT)
SHOWS: tuple[Show, ...] = get_args(Show)
SORTING = Sorting(
    {
        "label": False, "probability": True, "at_risk": True, "due_on": False, "status": False, "created_at": True,
        "owner": False,
    },
    "at_risk",
)  # fmt: skip
EVERYBODY, MINE, NOBODY = "all", "me", "none"


@dataclass(frozen=True)
class Asked:
    """A view of the page, and the alerts that it lists; `alert` is the one that is open, 0 for none."""

    view: str
    show: Show
    status: str
    owner: str
    alert: int


def asked(query: Mapping[str, str]) -> Asked:
    """What these query parameters ask for; what makes no sense is the default."""
    return Asked(
        view=_among(query.get("view"), VIEWS, ALERTS),
        show=shown(query.get("show")),
        status=_among(query.get("status"), tuple(AlertStatus), ""),
        owner=owner_choice(query.get("owner", "")),
        alert=identifier(query.get("alert")),
    )


def shown(value: str | None) -> Show:
    """`value` as one of the lists; what is none is the work to do."""
    found: Show = next((one for one in SHOWS if one == value), SHOWS[0])  # pyright: ignore[reportAssignmentType]
    return found


def owner_choice(owner: str) -> str:
    """Everybody's alerts, one's own, nobody's, or those of a user's number."""
    return owner if owner in (EVERYBODY, MINE, NOBODY) or owner.isdecimal() else EVERYBODY


def owner_number(owner: str, me: int) -> int | None:
    """`owner` as queries take it: None for everybody's, 0 for nobody's."""
    return {EVERYBODY: None, MINE: me, NOBODY: 0}[owner] if not owner.isdecimal() else identifier(owner)


def _among(value: str | None, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise
