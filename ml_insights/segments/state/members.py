"""The table of members: filtered by segment and by where they come from."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.listing import Sorting
from ml_insights.segments import queries
from ml_insights.segments.facts import MemberFact
from ml_insights.segments.policy import colours
from ml_insights.segments.queries import ANY, Wanted
from ml_insights.segments.state import rows
from ml_insights.segments.state.address import SORTING, asked, origin
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

FILE = "/api/ml/segments/members.csv"


@forgets("loaded")
@entered_by(Area.SEGMENTS)
class MembersState(ListState, rx.State):
    """One page of members."""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    segment: rx.Field[str] = rx.field(default="")
    came_from: rx.Field[str] = rx.field(default=ANY)

    @rx.event
    @allow(Area.SEGMENTS)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            query = self.router.url.query_parameters
            self._ask(query)
            wanted = asked(query)
            self.segment, self.came_from = wanted.segment, wanted.came_from
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
    def export(self, form: str = "csv"):
        """Every member that matches, as a file."""
        order = {"sort": self.sort, "descending": self.descending}
        return fetched(FILE, form, search=self.search, **order, **self._filters())

    def _filters(self) -> dict[str, Any]:
        return {"segment": self.segment, "from": "" if self.came_from == ANY else self.came_from}

    async def _fill(self, offset: int) -> None:
        found, self.total, segments = await asyncio.to_thread(_read, self._wanted(), offset, self.page_size)
        painted, language = colours(segments), viewer(self).language
        self.rows = [rows.member_row(member, painted, language) for member in found]

    def _wanted(self) -> Wanted:
        return Wanted(self.segment, self.came_from, self.search, self.sort, self.descending)


def _read(wanted: Wanted, offset: int, limit: int) -> tuple[list[MemberFact], int, list[str]]:
    with reading() as session:
        dataset = active_dataset(session)
        release = queries.current_release(session, dataset)
        if release is None:
            return [], 0, []
        segments = [group.segment for group in queries.groups(session, release.id)]
        found, total = queries.members(session, dataset, release.id, wanted, limit, offset)
        return found, total, segments
