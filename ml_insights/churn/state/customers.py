"""Every scored customer, a page at a time; a hundred thousand of them open like a hundred."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import reflex as rx

from ml_insights.churn import queries
from ml_insights.churn.facts import ScoreFact
from ml_insights.churn.state.rows import score_row
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.listing import Sorting
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

SORTING = Sorting(
    {"label": False, "probability": True, "at_risk": True, "last_day": False, "revenue_year": True}, "at_risk"
)
FILE = "/api/ml/churn/customers.csv"


@entered_by(Area.CHURN)
class ScoresState(ListState, rx.State):
    """One page of scores. The address of the page is that of its alerts."""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])

    @rx.event
    @allow(Area.CHURN)
    async def load(self):
        """Fill the table."""
        await self._show()

    @rx.event
    @allow(Area.CHURN)
    def export(self, form: str = "csv"):
        """Every customer that matches, as a file that the API writes: a million rows are too much for an event."""
        return fetched(FILE, form, search=self.search, sort=self.sort, descending=self.descending)

    def _remember(self) -> None:
        return None

    async def _fill(self, offset: int) -> None:
        language = viewer(self).language
        found, self.total = await asyncio.to_thread(self._read, offset)
        self.rows = [score_row(score, language) for score in found]

    def _read(self, offset: int) -> tuple[list[ScoreFact], int]:
        with reading() as session:
            release = queries.current_release(session, active_dataset(session))
            if release is None:
                return [], 0
            return queries.score_page(session, release, self.search, self.sort, self.descending, self.page_size, offset)
