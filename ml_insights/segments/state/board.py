"""The segments themselves: cards, scatter, movements."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.i18n import gettext
from ml_insights.segments import queries
from ml_insights.segments.facts import GroupFact, MoveFact, ReleaseFact
from ml_insights.segments.policy import title_of
from ml_insights.segments.state import rows
from ml_insights.segments.state.address import asked, month_of
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer


@dataclass(frozen=True)
class _Read:
    release: ReleaseFact
    groups: list[GroupFact]
    points: list[list[Any]]
    months: list[date]
    month: date
    moves: list[MoveFact]


@forgets("phase")
class SegmentsState(rx.State):
    """Cards, scatter and one month's movements; `phase` is loading, ready or empty."""

    phase: rx.Field[str] = rx.field(default="loading")
    cards: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    release: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    summary: rx.Field[str] = rx.field(default="")
    months: rx.Field[list[str]] = rx.field(default_factory=list)
    month: rx.Field[str] = rx.field(default="")
    is_present: rx.Field[bool] = rx.field(default=True)
    flow: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    targets: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.SEGMENTS)
    async def load(self):
        """Show the present segments, and the movements of the month that the address asks for."""
        if self.phase == "loading":
            self.month = asked(self.router.url.query_parameters).month
        await self._show()

    @rx.event
    @allow(Area.SEGMENTS)
    async def choose_month(self, month: str):
        """Movements of another month."""
        self.month = month_of(month)
        await self._show()
        return remember(month="" if self.is_present else self.month)

    async def _show(self) -> None:
        found = await asyncio.to_thread(_read, self.month)
        if found is None:
            self.phase = "empty"
            return
        language = viewer(self).language
        self.cards = rows.card_rows(found.groups, found.release, language)
        moved = sum(move.customers for move in found.moves if move.came_from and move.came_from != move.went_to)
        self.release = rows.release_row(found.release) | {"moved": moved}
        self.figure = rows.scatter_figure(found.points, found.groups, language)
        self.summary = rows.scatter_summary(len(found.points), found.groups, found.release.customers, language)
        self.months = [month.isoformat() for month in found.months]
        self.month = found.month.isoformat()
        self.is_present = found.month == found.release.as_of
        self.flow = rows.flow_rows(found.moves, found.groups, language)
        self.targets = [
            {"segment": group.segment, "title": gettext(title_of(group.segment), language)} for group in found.groups
        ]
        self.phase = "ready"


def _read(month: str) -> _Read | None:
    with reading() as session:
        release = queries.current_release(session, active_dataset(session))
        if release is None:
            return None
        months = queries.months(session, release.id)
        wanted = date.fromisoformat(month) if month else release.as_of
        shown = wanted if wanted in months else release.as_of
        return _Read(
            release,
            queries.groups(session, release.id),
            queries.scatter(session, release.id),
            months,
            shown,
            queries.moves(session, release.id, shown),
        )
