"""The chart's points as rows, each with its proof and the days behind it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import exported
from ml_insights.core.paging import nearest_page
from ml_insights.demand.facts import DemandView, Grain
from ml_insights.demand.periods import Period
from ml_insights.demand.policy import Ahead
from ml_insights.demand.proofs import days_of_point, point_proof
from ml_insights.demand.service import answers, view
from ml_insights.demand.sheets import series_sheet
from ml_insights.demand.state.figures import in_sight
from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import Measure
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 8


@forgets("loaded", "chosen")
class PointsState(rx.State):
    """One page of the points that the chart shows, oldest first; `chosen` is the first day of one that was pressed."""

    loaded: rx.Field[bool] = rx.field(default=False)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    chosen: rx.Field[str] = rx.field(default="")
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.DEMAND)
    async def load(self):
        """On arriving, the page where the forecast begins; later, the one that the reader has turned to."""
        found = await self._found()
        if found:
            self._fill(*found, self.page if self.loaded else _beginning(found[1]))

    @rx.event
    @allow(Area.DEMAND)
    async def follow(self):
        """The page where the forecast begins of what has been chosen above."""
        found = await self._found()
        if found:
            self._fill(*found, _beginning(found[1]))

    @rx.event
    @allow(Area.DEMAND)
    async def turn_to(self, page: Any):
        """Another page."""
        found = await self._found()
        if found:
            self._fill(*found, nearest_page(page, self.total, PAGE_SIZE))

    @rx.event
    @allow(Area.DEMAND)
    async def point_at(self, day: str):
        """The page of a point that was pressed in the chart."""
        found = await self._found()
        place = next((n for n, one in enumerate(found[1]) if one.first.isoformat() == day), None) if found else None
        if found and place is not None:
            self.chosen = day
            self._fill(*found, place // PAGE_SIZE + 1)

    @rx.event
    @allow(Area.DEMAND)
    async def export(self, first: str, form: str = "csv"):
        """The days that a point adds up, as a file."""
        found = await self._found()
        one = next((one for one in found[1] if one.first.isoformat() == first), None) if found else None
        if found is None or one is None:
            return None
        past, ahead = days_of_point(found[0], one)
        ref = found[0].detail.ref
        sheet = series_sheet(f"{ref.key}-{first}", ref.measure, past, ahead)
        return sent(await asyncio.to_thread(exported, sheet, form, viewer(self).language))

    async def _found(self) -> tuple[DemandView, list[Period]] | None:
        page = await self.get_state(DemandState)
        shown = (Measure(page.measure), page.series, Ahead(page.days, page.months), page.span, Grain(page.grain))
        try:
            return await asyncio.to_thread(_read, *shown)
        except ProductError:
            return None  # the page itself says what is wrong

    def _fill(self, found: DemandView, points: list[Period], page: int) -> None:
        self.loaded, self.total = True, len(points)
        self.page = min(page, max(-(-self.total // PAGE_SIZE), 1))
        begin = (self.page - 1) * PAGE_SIZE
        zone = company().timezone
        self.rows = [_row(found, one, zone) for one in points[begin : begin + PAGE_SIZE]]


def _read(measure: Measure, series: str, ahead: Ahead, span: int, grain: Grain) -> tuple[DemandView, list[Period]]:
    found = view.series_view(answers.newest_release(), measure, series)
    return found, in_sight(found, ahead, span, grain)


def _row(found: DemandView, one: Period, zone: str) -> dict[str, Any]:
    return {
        "first": one.first.isoformat(),
        "last": _shown(one.last, one.first),
        "sold": one.sold,
        "expected": one.expected,
        "value": one.value,
        "low": one.lo_80,
        "high": one.hi_80,
        "whole": one.whole,
        "seen": one.past + one.ahead,
        "days": one.days,
        "proof": point_proof(found, one, zone).shown(),
    }


def _beginning(points: list[Period]) -> int:
    """The page on which the forecast begins."""
    first = next((place for place, one in enumerate(points) if one.ahead), len(points) - 1)
    return max(first, 0) // PAGE_SIZE + 1


def _shown(last: date, first: date) -> str:
    """The last day of a week or month; nothing of a day."""
    return "" if last == first else last.isoformat()
