"""Every scored customer, a page at a time; a hundred thousand of them open like a hundred."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.churn import queries
from ml_insights.churn.facts import ScoreFact
from ml_insights.churn.queries.scores import SORTABLE
from ml_insights.churn.state.rows import score_row
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.paging import nearest_page
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 25
FILE = "/api/ml/churn/customers.csv"


class ScoresState(rx.State):
    """One page of scores."""

    loaded: rx.Field[bool] = rx.field(default=False)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="at_risk")
    descending: rx.Field[bool] = rx.field(default=True)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.CHURN)
    async def load(self):
        """Fill the table."""
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    async def find(self, text: str):
        """Only customers whose name or number holds `text`."""
        self.search, self.page = text[:200], 1
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTABLE:
            self.descending = not self.descending if self.sort == column else column not in ("label", "last_day")
            self.sort, self.page = column, 1
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    def export(self, form: str = "csv"):
        """Every customer that matches, as a file that the API writes: a million rows are too much for an event."""
        return fetched(FILE, form, search=self.search, sort=self.sort, descending=self.descending)

    async def _look(self) -> None:
        """Read the page that is shown."""
        language = viewer(self).language
        found, self.total = await asyncio.to_thread(self._read)
        self.rows = [score_row(score, language) for score in found]
        self.loaded = True

    def _read(self) -> tuple[list[ScoreFact], int]:
        with reading() as session:
            release = queries.current_release(session, active_dataset(session))
            if release is None:
                return [], 0
            first = (self.page - 1) * PAGE_SIZE
            return queries.score_page(session, release, self.search, self.sort, self.descending, PAGE_SIZE, first)
