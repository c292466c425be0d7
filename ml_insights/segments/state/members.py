"""The table of members: filtered by segment and by where they come from."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.paging import nearest_page
from ml_insights.segments import queries
from ml_insights.segments.facts import MemberFact
from ml_insights.segments.policy import colours
from ml_insights.segments.queries import SORTABLE, Wanted
from ml_insights.segments.sheets import members_sheet
from ml_insights.segments.state import rows
from ml_insights.segments.state.address import ANY, FIRST, MOVED, asked, origin, remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 25
ASCENDING_FIRST = ("name", "customer_id", "recency")


@forgets("loaded")
class MembersState(rx.State):
    """One page of members."""

    loaded: rx.Field[bool] = rx.field(default=False)
    segment: rx.Field[str] = rx.field(default="")
    came_from: rx.Field[str] = rx.field(default=ANY)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="revenue")
    descending: rx.Field[bool] = rx.field(default=True)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.SEGMENTS)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            wanted = asked(self.router.url.query_parameters)
            self.segment, self.came_from, self.search = wanted.segment, wanted.came_from, wanted.search
            self.sort, self.descending = wanted.sort, wanted.descending
        await self._show()

    @rx.event
    @allow(Area.SEGMENTS)
    async def choose_segment(self, segment: str):
        """Only members of a segment; a second time, everybody."""
        self.segment = "" if segment == self.segment else asked({"segment": segment}).segment
        return await self._anew()

    @rx.event
    @allow(Area.SEGMENTS)
    async def filter_segment(self, segment: str):
        """Only members of a segment, or everybody."""
        self.segment = asked({"segment": segment}).segment
        return await self._anew()

    @rx.event
    @allow(Area.SEGMENTS)
    async def choose_origin(self, came_from: str):
        """Only those who come from somewhere."""
        self.came_from = origin(came_from)
        return await self._anew()

    @rx.event
    @allow(Area.SEGMENTS)
    async def follow(self, came_from: str, went_to: str):
        """Only those who went from one segment to another this month."""
        self.came_from, self.segment = origin(came_from), asked({"segment": went_to}).segment
        return await self._anew()

    @rx.event
    @allow(Area.SEGMENTS)
    async def find(self, text: str):
        """Only customers whose name or number holds `text`."""
        self.search = text[:200]
        return await self._anew()

    @rx.event
    @allow(Area.SEGMENTS)
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTABLE:
            self.descending = not self.descending if self.sort == column else column not in ASCENDING_FIRST
            self.sort = column
        return await self._anew()

    @rx.event
    @allow(Area.SEGMENTS)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.SEGMENTS)
    async def export(self, form: str = "csv"):
        """Every member that matches, as a file."""
        return sent(await asyncio.to_thread(_export, self._wanted(), form, viewer(self).language))

    async def _anew(self) -> Any:
        self.page = 1
        await self._show()
        order = f"{'-' if self.descending else ''}{self.sort}"
        return remember(
            segment=self.segment,
            q=self.search,
            sort="" if order == "-revenue" else order,
            **{"from": "" if self.came_from == ANY else self.came_from},
        )

    async def _show(self) -> None:
        first = (self.page - 1) * PAGE_SIZE
        found, self.total, segments = await asyncio.to_thread(_read, self._wanted(), first)
        painted, language = colours(segments), viewer(self).language
        self.rows = [rows.member_row(member, painted, language) for member in found]
        self.loaded = True

    def _wanted(self) -> Wanted:
        origins = {ANY: None, MOVED: None, FIRST: ""}
        return Wanted(
            segment=self.segment,
            came_from=origins.get(self.came_from, self.came_from),
            moved=self.came_from == MOVED,
            search=self.search,
            sort=self.sort,
            descending=self.descending,
        )


def _read(wanted: Wanted, offset: int) -> tuple[list[MemberFact], int, list[str]]:
    with reading() as session:
        dataset = active_dataset(session)
        release = queries.current_release(session, dataset)
        if release is None:
            return [], 0, []
        segments = [group.segment for group in queries.groups(session, release.id)]
        found, total = queries.members(session, dataset, release.id, wanted, PAGE_SIZE, offset)
        return found, total, segments


def _export(wanted: Wanted, form: str, language: str) -> ExportFile:
    with reading() as session:
        dataset = active_dataset(session)
        release = queries.current_release(session, dataset)
        every = queries.every_member(session, dataset, release.id, wanted) if release else iter(())
        return exported(members_sheet(every, wanted.segment), form, language)
