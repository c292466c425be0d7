"""The list of all series: filtered by state, searched, sorted, paged; each with its proof."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.listing import Sorting
from ml_insights.demand import queries
from ml_insights.demand.facts import ReleaseFact, SeriesDetail, Wanted
from ml_insights.demand.policy import Ahead, listed_row, period_totals
from ml_insights.demand.proofs import row_proof
from ml_insights.demand.service import answers
from ml_insights.demand.sheets import list_sheet, series_sheet
from ml_insights.demand.state.address import EVERY_STATE, asked, shown
from ml_insights.demand.state.rows import named
from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import Measure, State
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.i18n import language_of
from ml_insights.ui.listing import ListState

SORTING = Sorting({"rank": False, "label": False, "expected": True}, "rank")
MOST_ROWS = 1_000_000


@forgets("loaded")
@entered_by(Area.DEMAND)
class SeriesListState(ListState, rx.State):
    """One page of series, as far ahead and in the measure that the page shows."""

    sorting: ClassVar[Sorting] = SORTING
    page_size: ClassVar[int] = 10
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    show: rx.Field[str] = rx.field(default=EVERY_STATE)
    counts: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    first: rx.Field[str] = rx.field(default="")
    last: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.DEMAND)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            query = self.router.url.query_parameters
            self._ask(query)
            self.show = asked(query).show
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def choose(self, show: str):
        """Only series of a state."""
        self.show = shown(show)
        return await self._anew()

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

    def _filters(self) -> dict[str, Any]:
        return {"show": "" if self.show == EVERY_STATE else self.show}

    async def _wanted(self) -> tuple[Wanted, Ahead]:
        page = await self.get_state(DemandState)
        ahead = Ahead(page.days, page.months)
        state = None if self.show == EVERY_STATE else State(self.show)
        return Wanted(Measure(page.measure), 0, state, self.search, self.sort, self.descending), ahead

    async def _fill(self, offset: int) -> None:
        wanted, ahead = await self._wanted()
        try:
            release = await asyncio.to_thread(answers.newest_release)
        except ProductError:
            return  # the page says why there is no forecast
        found, self.total, counted = await asyncio.to_thread(_read, release, wanted, ahead, offset, self.page_size)
        language = language_of(self)
        self.rows = [_row(one, release, ahead, language) for one in found]
        self.counts = {EVERY_STATE: sum(counted.values()), **{state.value: counted.get(state, 0) for state in State}}
        known = next((one for one in found if one.forecast), None)
        totals = period_totals(known, ahead) if known else None
        self.first, self.last = (totals.first.isoformat(), totals.last.isoformat()) if totals else ("", "")


def _read(
    release: ReleaseFact, wanted: Wanted, ahead: Ahead, offset: int, limit: int
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
