"""Estimates against what routes cost: one page of the table, its figures and its chart."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.listing import Sorting
from ml_insights.logistics import queries
from ml_insights.logistics.facts import Accuracy, HistoryRow
from ml_insights.logistics.queries import STATES, Filter
from ml_insights.logistics.sheets import costs_sheet
from ml_insights.logistics.state import rows
from ml_insights.logistics.state.address import LONGEST, SORTING, filter_of, span
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState


@dataclass(frozen=True)
class _Found:
    page: list[HistoryRow]
    total: int
    accuracy: Accuracy
    shown: list[HistoryRow]
    vehicles: list[str]


@forgets("loaded")
@entered_by(Area.LOGISTICS)
class HistoryState(ListState, rx.State):
    """The filters and one page of rows."""

    sorting: ClassVar[Sorting] = SORTING
    page_size: ClassVar[int] = 20
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    state: rx.Field[str] = rx.field(default="driven")
    vehicle: rx.Field[str] = rx.field(default="")
    vehicles: rx.Field[list[str]] = rx.field(default_factory=list)
    days: rx.Field[int] = rx.field(default=0)
    figures: rx.Field[dict[str, float | int | None]] = rx.field(default_factory=dict)
    figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.LOGISTICS)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            query = self.router.url.query_parameters
            self._ask(query)
            wanted = filter_of(query)
            self.state, self.vehicle, self.days = wanted.state, wanted.vehicle, wanted.days
        await self._show()

    @rx.event
    @allow(Area.LOGISTICS)
    async def choose_state(self, state: str):
        """Driven, planned, outside of the interval, or all."""
        self.state = state if state in STATES else "driven"
        return await self._anew()

    @rx.event
    @allow(Area.LOGISTICS)
    async def choose_vehicle(self, vehicle: str):
        """Only routes of one type of vehicle, or all."""
        self.vehicle = vehicle[:LONGEST]
        return await self._anew()

    @rx.event
    @allow(Area.LOGISTICS)
    async def choose_days(self, days: str):
        """Only routes of the last days."""
        self.days = span(days)
        return await self._anew()

    @rx.event
    @allow(Area.LOGISTICS)
    async def export(self, form: str = "csv"):
        """Every route that matches, as a file."""
        asked = (self._wanted(), self.sort, self.descending, form, viewer(self).language)
        return sent(await asyncio.to_thread(_export, *asked))

    def _filters(self) -> dict[str, Any]:
        state = "" if self.state == "driven" else self.state
        return {"state": state, "vehicle": self.vehicle, "days": self.days or ""}

    async def _fill(self, offset: int) -> None:
        asked = (self._wanted(), self.sort, self.descending, self.page_size, offset)
        found = await asyncio.to_thread(_read, *asked)
        self.rows = [rows.history_row(row) for row in found.page]
        self.total, self.vehicles = found.total, found.vehicles
        self.figures, self.figure = asdict(found.accuracy), rows.history_figure(found.shown)

    def _wanted(self) -> Filter:
        return Filter(self.state, self.vehicle, self.search, self.days)


def _read(wanted: Filter, sort: str, descending: bool, limit: int, offset: int) -> _Found:
    with reading() as session:
        dataset = active_dataset(session)
        return _Found(
            queries.history(session, dataset, wanted, sort, descending, limit, offset),
            queries.count_history(session, dataset, wanted),
            queries.accuracy(session, dataset, wanted),
            queries.history(session, dataset, wanted, limit=rows.DOTS),
            queries.vehicle_types(session, dataset),
        )


def _export(wanted: Filter, sort: str, descending: bool, form: str, language: str) -> ExportFile:
    with reading() as session:
        every = queries.history(session, active_dataset(session), wanted, sort, descending, None)
    return exported(costs_sheet(every, wanted.state), form, language)
