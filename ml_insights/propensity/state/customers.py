"""Every scored customer, a page at a time; a million of them open like a hundred."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.paging import nearest_page
from ml_insights.propensity import queries
from ml_insights.propensity.facts import ScoreFact
from ml_insights.propensity.queries import SORTABLE
from ml_insights.propensity.state.address import remember
from ml_insights.propensity.state.rows import score_row
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 25
FILE = "/api/ml/propensity/customers.csv"
UPWARD = ("label", "next_day")
"""Columns that are read from their smallest on."""


class BuyersState(rx.State):
    """One page of customers, for the views of all customers and of lifetime value."""

    loaded: rx.Field[bool] = rx.field(default=False)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="revenue_7")
    descending: rx.Field[bool] = rx.field(default=True)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.PROPENSITY)
    async def load(self):
        """Fill the table."""
        await self._look()

    @rx.event
    @allow(Area.PROPENSITY)
    async def find(self, text: str):
        """Only customers whose name or number holds `text`."""
        self.search, self.page = text[:200], 1
        await self._look()
        return remember(q=self.search)

    @rx.event
    @allow(Area.PROPENSITY)
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTABLE:
            self.descending = not self.descending if self.sort == column else column not in UPWARD
            self.sort, self.page = column, 1
        await self._look()
        return remember(sort=f"{'-' if self.descending else ''}{self.sort}")

    @rx.event
    @allow(Area.PROPENSITY)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._look()

    @rx.event
    @allow(Area.PROPENSITY)
    def export(self, form: str = "csv"):
        """Every customer that matches, as a file that the API writes: a million rows are too much for an event."""
        return fetched(FILE, form, search=self.search, sort=self.sort, descending=self.descending)

    async def _look(self) -> None:
        language = viewer(self).language
        found, self.total = await asyncio.to_thread(self._read)
        most = max((score.value_high for score in found), default=0.0)
        self.rows = [score_row(score, language, most) for score in found]
        self.loaded = True

    def _read(self) -> tuple[list[ScoreFact], int]:
        with reading() as session:
            release = queries.current_release(session, active_dataset(session))
            if release is None:
                return [], 0
            first = (self.page - 1) * PAGE_SIZE
            return queries.score_page(session, release, self.search, self.sort, self.descending, PAGE_SIZE, first)


def begin(state: BuyersState, search: str, sort: str, descending: bool = True) -> None:
    """Begin a view: the first page of those found, so sorted. (A method would be an event of the browser's.)"""
    state.search, state.sort, state.descending, state.page, state.loaded = search, sort, descending, 1, False
