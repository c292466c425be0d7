"""The list of customers."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.database import reading
from ml_insights.core.i18n import gettext
from ml_insights.core.listing import Sorting
from ml_insights.customers.facts import ListRow, Risk
from ml_insights.customers.queries.listing import Wanted, customer_page, regions
from ml_insights.customers.state.rows import list_row
from ml_insights.segments.policy import WORDING, colours, title_of
from ml_insights.segments.queries import current_release, groups
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

SORTING = Sorting(
    {"name": False, "recency": False, "orders": True, "revenue": True, "probability": True, "at_risk": True}, "revenue"
)
FILE = "/api/ml/customers.csv"


@forgets("loaded")
@entered_by(Area.CUSTOMERS)
class CustomersState(ListState, rx.State):
    """One page of customers; ?q=…&segment=…&region=…&risk=…&sort=…&page=…"""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    sees_risk: rx.Field[bool] = rx.field(default=False)
    segment: rx.Field[str] = rx.field(default="")
    region: rx.Field[str] = rx.field(default="")
    risk: rx.Field[str] = rx.field(default="")
    segments: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    regions: rx.Field[list[str]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.CUSTOMERS)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            query = self.router.url.query_parameters
            self._ask(query)
            self.region = query.get("region", "")[:200]
            self.segment = query["segment"] if query.get("segment") in WORDING else ""
            self.risk = query["risk"] if query.get("risk") in set(Risk) else ""
        person = viewer(self)
        self.sees_risk = allowed(person.role, Area.CHURN)
        names, self.regions = await asyncio.to_thread(_choices)
        self.segments = [{"value": name, "label": gettext(title_of(name), person.language)} for name in names]
        await self._show()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def choose_segment(self, segment: str):
        """Only members of a segment."""
        self.segment = segment if segment in WORDING else ""
        return await self._anew()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def choose_region(self, region: str):
        """Only customers of a region."""
        self.region = region[:200]
        return await self._anew()

    @rx.event
    @allow(Area.CHURN)
    async def choose_risk(self, risk: str):
        """Only customers as likely to leave."""
        self.risk = risk if risk in set(Risk) else ""
        return await self._anew()

    @rx.event
    @allow(Area.CUSTOMERS)
    def export(self, form: str = "csv"):
        """Every customer that matches, as a file."""
        order = {"sort": self.sort, "descending": self.descending}
        return fetched(FILE, form, search=self.search, **order, **self._filters())

    def _filters(self) -> dict[str, Any]:
        return {"segment": self.segment, "region": self.region, "risk": self.risk}

    async def _fill(self, offset: int) -> None:
        found, self.total = await asyncio.to_thread(_read, self._wanted(), offset, self.page_size)
        painted = colours([one["value"] for one in self.segments])
        self.rows = [list_row(row, painted, viewer(self).language) for row in found]

    def _wanted(self) -> Wanted:
        seen = allowed(viewer(self).role, Area.CHURN)
        risk = self.risk if seen else ""
        return Wanted(self.search, self.segment, self.region, risk, self.sort, self.descending, seen)


def _choices() -> tuple[list[str], list[str]]:
    with reading() as session:
        dataset = active_dataset(session)
        release = current_release(session, dataset)
        names = [group.segment for group in groups(session, release.id)] if release else []
        return names, regions(session, dataset)


def _read(wanted: Wanted, offset: int, limit: int) -> tuple[list[ListRow], int]:
    with reading() as session:
        return customer_page(session, active_dataset(session), wanted, limit, offset)
