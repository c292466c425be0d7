"""The overview's card: the next 30 days at a glance."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.errors import ProductError
from ml_insights.demand.facts import DemandView
from ml_insights.demand.policy import Ahead, period_totals
from ml_insights.demand.proofs import NEXT, headline_proofs
from ml_insights.demand.service import answers, view
from ml_insights.demand.state.address import DEFAULT_DAYS
from ml_insights.demand.tables import Measure
from ml_insights.ui.guard import allow

PAST_DAYS = 60
WIDTH, HEIGHT = 240, 48


class DemandCardState(rx.State):
    """Totals of both measures; `phase` is loading, ready or empty."""

    phase: rx.Field[str] = rx.field(default="loading")
    units: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    revenue: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.DEMAND)
    async def load(self):
        """Read the totals."""
        try:
            self.units, self.revenue = await asyncio.to_thread(_read)
        except ProductError:
            self.phase = "empty"
        else:
            self.phase = "ready"


def _read() -> tuple[dict[str, Any], dict[str, Any]]:
    release = answers.newest_release(at_once=True)
    units, revenue = (_glance(view.series_view(release, measure, "total")) for measure in Measure)
    return units, revenue


def _glance(found: DemandView) -> dict[str, Any]:
    if not found.detail.forecast:
        return {}
    totals = period_totals(found.detail, Ahead(DEFAULT_DAYS))
    return {
        "expected": totals.expected,
        "low": totals.low,
        "high": totals.high,
        "change": totals.change,
        "first": totals.first.isoformat(),
        "last": totals.last.isoformat(),
        "proof": headline_proofs(found, Ahead(DEFAULT_DAYS), company().timezone)[NEXT].shown(),
        **sparkline(found),
    }


def sparkline(found: DemandView) -> dict[str, str]:
    """SVG points of recent history, expected days and the 80 % band, in a box of WIDTH × HEIGHT."""
    past, ahead = found.detail.history[-PAST_DAYS:], found.detail.forecast[:DEFAULT_DAYS]
    low = [point.mean if point.lo_80 is None else point.lo_80 for point in ahead]
    high = [point.mean if point.hi_80 is None else point.hi_80 for point in ahead]
    values = [*past, *low, *high]
    floor, span = min(values), (max(values) - min(values)) or 1.0
    step = WIDTH / max(len(past) + len(ahead) - 1, 1)

    def points(numbers: list[float], first: int) -> list[str]:
        return [f"{(first + n) * step:.1f},{HEIGHT * (1 - (v - floor) / span):.1f}" for n, v in enumerate(numbers)]

    edges = points(low, len(past)) + points(high, len(past))[::-1]
    return {
        "past": " ".join(points(list(past), 0)),
        "ahead": " ".join(points([past[-1], *(point.mean for point in ahead)], len(past) - 1)),
        "band": " ".join(edges),
    }
