"""Every scored customer, a page at a time; a million of them open like a hundred."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.listing import Sorting
from ml_insights.propensity import queries
from ml_insights.propensity.facts import ScoreFact
from ml_insights.propensity.state.address import SORTING
from ml_insights.propensity.state.rows import score_row
from ml_insights.ui.address import remember
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

FILE = "/api/ml/propensity/customers.csv"


@entered_by(Area.PROPENSITY)
class BuyersState(ListState, rx.State):
    """One page of customers, for the views of all customers and of lifetime value."""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])

    @rx.event
    @allow(Area.PROPENSITY)
    async def load(self):
        """Fill the table."""
        await self._show()

    @rx.event
    @allow(Area.PROPENSITY)
    def export(self, form: str = "csv"):
        """Every customer that matches, as a file that the API writes: a million rows are too much for an event."""
        return fetched(FILE, form, search=self.search, sort=self.sort, descending=self.descending)

    def _remember(self) -> Any:
        """The order in any case, for each view has a default of its own."""
        page = self.page if self.page > 1 else ""
        return remember(q=self.search, sort=f"{'-' if self.descending else ''}{self.sort}", page=page)

    async def _fill(self, offset: int) -> None:
        language = viewer(self).language
        found, self.total = await asyncio.to_thread(self._read, offset)
        most = max((score.value_high for score in found), default=0.0)
        self.rows = [score_row(score, language, most) for score in found]

    def _read(self, offset: int) -> tuple[list[ScoreFact], int]:
        with reading() as session:
            release = queries.current_release(session, active_dataset(session))
            if release is None:
                return [], 0
            return queries.score_page(session, release, self.search, self.sort, self.descending, self.page_size, offset)


def begin(state: BuyersState, query: Mapping[str, str], otherwise: str) -> None:
    """Begin a view with what an address asks for, sorted by `otherwise` where it does not say.

    A method would be an event of the browser's.
    """
    state._ask({"sort": f"-{otherwise}", **query})
    state.loaded = False
