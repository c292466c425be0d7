"""The list of all series: filtered by state, searched, sorted, paged; each with its proof."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.paging import nearest_page
from ml_insights.demand import queries
from ml_insights.demand.facts import ReleaseFact, SeriesDetail, Wanted
from ml_insights.demand.policy import Ahead, listed_row, period_totals
from ml_insights.demand.proofs import row_proof
from ml_insights.demand.service import answers
from ml_insights.demand.sheets import list_sheet, series_sheet
from ml_insights.demand.state.address import EVERY_STATE, asked, remember, shown
from ml_insights.demand.state.rows import named
from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import Measure, State
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

PAGE_SIZE = 10
SORTABLE = ("rank", "label", "expected")
MOST_ROWS = 1_000_000


@forgets("loaded")
class SeriesListState(rx.State):
    """One page of series, as far ahead and in the measure that the page shows."""

    loaded: rx.Field[bool] = rx.field(default=False)
    show: rx.Field[str] = rx.field(default=EVERY_STATE)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="rank")
    descending: rx.Field[bool] = rx.field(default=False)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    counts: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    first: rx.Field[str] = rx.field(default="")
    last: rx.Field[str] = rx.field(default="")
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.DEMAND)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            wanted = asked(self.router.url.query_parameters)
            self.show, self.search = wanted.show, wanted.text
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def choose(self, show: str):
        """Only series of a state."""
        self.show = shown(show)
        return await self._anew()

    @rx.event
    @allow(Area.DEMAND)
    async def find(self, text: str):
        """Only series whose name or number holds `text`."""
        self.search = text[:200]
        return await self._anew()

    @rx.event
    @allow(Area.DEMAND)
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTABLE:
            self.descending = not self.descending if self.sort == column else column == "expected"
            self.sort = column
        return await self._anew()

    @rx.event
    @allow(Area.DEMAND)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def export(self, form: str = "csv"):
        """Every series that matches, as a file."""
        wanted, ahead = await self._wanted()
        return sent(await asyncio.to_thread(_export, wanted, ahead, form, viewer(self).language))

    @rx.event
    @allow(Area.DEMAND)
    async def export_row(self, series: str, form: str = "csv"):
        """The days that the figure of a row adds up, as a file."""
        wanted, ahead = await self._wanted()
        return sent(await asyncio.to_thread(_export_row, series, wanted.measure, ahead, form, viewer(self).language))

    async def _anew(self) -> Any:
        self.page = 1
        await self._show()
        return remember(show="" if self.show == EVERY_STATE else self.show, q=self.search)

    async def _wanted(self) -> tuple[Wanted, Ahead]:
        page = await self.get_state(DemandState)
        ahead = Ahead(page.days, page.months)
        state = None if self.show == EVERY_STATE else State(self.show)
        return Wanted(Measure(page.measure), 0, state, self.search, self.sort, self.descending), ahead

    async def _show(self) -> None:
        wanted, ahead = await self._wanted()
        try:
            release = await asyncio.to_thread(answers.newest_release)
        except ProductError:
            return  # the page says why there is no forecast
        offset = (self.page - 1) * PAGE_SIZE
        found, self.total, counted = await asyncio.to_thread(_read, release, wanted, ahead, offset)
        language = language_of(self)
        self.rows = [_row(one, release, ahead, language) for one in found]
        self.counts = {EVERY_STATE: sum(counted.values()), **{state.value: counted.get(state, 0) for state in State}}
        known = next((one for one in found if one.forecast), None)
        totals = period_totals(known, ahead) if known else None
        self.first, self.last = (totals.first.isoformat(), totals.last.isoformat()) if totals else ("", "")
        self.loaded = True


def _read(
    release: ReleaseFact, wanted: Wanted, ahead: Ahead, offset: int, limit: int = PAGE_SIZE
) -> tuple[list[SeriesDetail], int, dict[State, int]]:
    asked_for = replace(wanted, days=ahead.steps(release.data_until))
    with reading() as session:
        found, total = queries.series_page(session, release.id, asked_for, limit, offset)
        return found, total, queries.state_counts(session, release.id, wanted.measure)


def _row(detail: SeriesDetail, release: ReleaseFact, ahead: Ahead, language: str) -> dict[str, Any]:
    found = listed_row(detail, ahead)
    proof = row_proof(release, detail, ahead, company().timezone).shown() if detail.forecast else {}
    return {
        "series": found.unique_id.partition("/")[2],
        "key": found.key,
        "label": named(found.level, found.key, found.label, language),
        "state": found.state.value,
        "refusal": found.refusal,
        "expected": found.expected,
        "low": found.low,
        "high": found.high,
        "change": found.change,
        "proof": proof,
    }


def _export(wanted: Wanted, ahead: Ahead, form: str, language: str) -> ExportFile:
    release = answers.newest_release()
    found, _, _ = _read(release, wanted, ahead, 0, MOST_ROWS)
    known = next((one for one in found if one.forecast), None)
    totals = period_totals(known, ahead) if known else None
    first, last = (totals.first, totals.last) if totals else (release.data_until, release.data_until)
    rows = [listed_row(one, ahead) for one in found]
    return exported(list_sheet(rows, wanted.measure, first, last), form, language)


def _export_row(series: str, measure: Measure, ahead: Ahead, form: str, language: str) -> ExportFile:
    release = answers.newest_release()
    with reading() as session:
        detail = queries.series_detail(session, release.id, [f"{measure.value}/{series}"])
    points = detail.forecast[: ahead.steps(release.data_until)] if detail else ()
    return exported(series_sheet(series, measure, [], points), form, language)
