"""The list of customers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.database import reading
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.i18n import gettext
from ml_insights.core.paging import nearest_page
from ml_insights.customers.facts import ListRow, Risk
from ml_insights.customers.queries.listing import SORTABLE, Wanted, customer_page, every_customer, regions
from ml_insights.customers.sheets import list_sheet
from ml_insights.customers.state.rows import list_row
from ml_insights.segments.policy import WORDING, colours, title_of
from ml_insights.segments.queries import current_release, groups
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 25
ASCENDING_FIRST = ("name", "recency")
SCRIPT = """(() => {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(%s))
    value === "" ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
})()"""


@forgets("loaded")
class CustomersState(rx.State):
    """One page of customers; ?q=…&segment=…&region=…&risk=…&sort=…"""

    loaded: rx.Field[bool] = rx.field(default=False)
    sees_risk: rx.Field[bool] = rx.field(default=False)
    search: rx.Field[str] = rx.field(default="")
    segment: rx.Field[str] = rx.field(default="")
    region: rx.Field[str] = rx.field(default="")
    risk: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="revenue")
    descending: rx.Field[bool] = rx.field(default=True)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    segments: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    regions: rx.Field[list[str]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.CUSTOMERS)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            self._ask(self.router.url.query_parameters)
        person = viewer(self)
        self.sees_risk = allowed(person.role, Area.CHURN)
        names, self.regions = await asyncio.to_thread(_choices)
        self.segments = [{"value": name, "label": gettext(title_of(name), person.language)} for name in names]
        await self._show()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def find(self, text: str):
        """Only customers whose name or number holds `text`."""
        self.search = text[:200]
        return await self._anew()

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
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTABLE:
            self.descending = not self.descending if self.sort == column else column not in ASCENDING_FIRST
            self.sort = column
        return await self._anew()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def export(self, form: str = "csv"):
        """Every customer that matches, as a file."""
        return sent(await asyncio.to_thread(_export, self._wanted(), form, viewer(self).language))

    def _ask(self, query: Mapping[str, str]) -> None:
        sort = query.get("sort", "")
        column = sort.removeprefix("-")
        self.search, self.region = query.get("q", "")[:200], query.get("region", "")[:200]
        self.segment = query["segment"] if query.get("segment") in WORDING else ""
        self.risk = query["risk"] if query.get("risk") in set(Risk) else ""
        self.sort = column if column in SORTABLE else "revenue"
        self.descending = sort.startswith("-") or column not in SORTABLE

    async def _anew(self) -> Any:
        self.page = 1
        await self._show()
        order = f"{'-' if self.descending else ''}{self.sort}"
        asked = {"q": self.search, "segment": self.segment, "region": self.region, "risk": self.risk}
        return rx.call_script(SCRIPT % json.dumps({**asked, "sort": "" if order == "-revenue" else order}))

    async def _show(self) -> None:
        offset = (self.page - 1) * PAGE_SIZE
        found, self.total = await asyncio.to_thread(_read, self._wanted(), offset)
        painted = colours([one["value"] for one in self.segments])
        self.rows = [list_row(row, painted, viewer(self).language) for row in found]
        self.loaded = True

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


def _read(wanted: Wanted, offset: int) -> tuple[list[ListRow], int]:
    with reading() as session:
        return customer_page(session, active_dataset(session), wanted, PAGE_SIZE, offset)


def _export(wanted: Wanted, form: str, language: str) -> ExportFile:
    with reading() as session:
        every = every_customer(session, active_dataset(session), wanted)
        return exported(list_sheet(every), form, language)
