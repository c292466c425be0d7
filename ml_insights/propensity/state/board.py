"""The page as a whole: its figures, this week's list, which view is shown, and what the reader may do."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.exports import exported
from ml_insights.propensity import policy, queries
from ml_insights.propensity.facts import Board
from ml_insights.propensity.sheets import week_sheet
from ml_insights.propensity.state import rows
from ml_insights.propensity.state.address import SORTS, VIEWS, WEEK, asked
from ml_insights.propensity.state.customers import BuyersState, begin
from ml_insights.propensity.state.sheet import BuyerState
from ml_insights.propensity.tables import Mark
from ml_insights.registry.queries import ranking
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

ALL = "all"


@forgets("phase")
class PropensityState(rx.State):
    """Figures, list and rights; `phase` is loading, ready or empty. `only` shows the customers with one mark."""

    phase: rx.Field[str] = rx.field(default="loading")
    view: rx.Field[str] = rx.field(default=WEEK)
    figures: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    bars: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    picks: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    only: rx.Field[str] = rx.field(default=ALL)

    @rx.event
    @allow(Area.PROPENSITY)
    async def load(self):
        """On arriving, show what the address asks for; later, what the reader has chosen since."""
        arriving = self.phase == "loading"
        query = self.router.url.query_parameters
        wanted = asked(query)
        if arriving:
            self.view, self.only = wanted.view, ALL
            begin(await self.get_state(BuyersState), query, SORTS[wanted.view])
        await self._look()
        if self.phase == "empty":
            return None
        opened = [BuyerState.open(wanted.customer)] if arriving and wanted.customer else []
        return [*self._filled(), *opened]

    @rx.event
    @allow(Area.PROPENSITY)
    async def show(self, view: str):
        """This week's list, every customer, or what they are worth."""
        self.view = view if view in VIEWS else WEEK
        begin(await self.get_state(BuyersState), {}, SORTS[self.view])
        return [remember(view="" if self.view == WEEK else self.view, sort="", q="", page=""), *self._filled()]

    @rx.event
    @allow(Area.PROPENSITY)
    async def show_only(self, mark: str):
        """Only customers of the list with one mark."""
        self.only = mark if mark in tuple(Mark) else ALL
        await self._look()

    @rx.event
    @allow(Area.PROPENSITY)
    async def refresh(self):
        """Show it all anew, after something has changed."""
        await self._look()
        return self._filled()

    @rx.event
    @allow(Area.PROPENSITY)
    async def export(self, form: str = "csv"):
        """This week's list as a file."""
        found, language = await asyncio.to_thread(read_board), viewer(self).language
        return sent(
            await asyncio.to_thread(exported, week_sheet(found.picks if found else (), language), form, language)
        )

    async def _look(self) -> None:
        language = viewer(self).language
        found = await asyncio.to_thread(read_board)
        if found is None:
            self.phase = "empty"
            return
        self.figures, self.bars = rows.figures(found), rows.value_figure(found.release)
        chosen = [pick for pick in found.picks if self.only in (ALL, pick.mark.value)]
        self.picks = [rows.pick_row(pick, language) for pick in chosen]
        self.phase = "ready"

    def _filled(self) -> list[Any]:
        return [] if self.view == WEEK else [BuyersState.load]


def read_board() -> Board | None:
    """The present scores, this week's list, and how good the last one was; None before the first."""
    with reading() as session:
        dataset = active_dataset(session)
        release = queries.current_release(session, dataset)
        if release is None:
            return None
        present = queries.newest_list(session, dataset)
        picks = queries.picks(session, release, present.id) if present else []
        before = queries.list_before(session, dataset, present.as_of) if present else None
        sold = queries.sold_last_year(session, release.id)
        ranked = ranking(session, release.model_version, release.dataset)
        return Board(release, tuple(picks), policy.proof(release, before), sold, ranked)
