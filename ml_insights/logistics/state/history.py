"""Estimates against what routes cost: one page of the table, its figures and its chart."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.paging import nearest_page
from ml_insights.logistics import queries
from ml_insights.logistics.facts import Accuracy, HistoryRow
from ml_insights.logistics.queries import SORTS, STATES, Filter
from ml_insights.logistics.sheets import costs_sheet
from ml_insights.logistics.state import rows
from ml_insights.logistics.state.address import LONGEST, filter_of, remember, sort_of, span
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 20


@dataclass(frozen=True)
class _Found:
    page: list[HistoryRow]
    total: int
    accuracy: Accuracy
    shown: list[HistoryRow]
    vehicles: list[str]


@forgets("loaded")
class HistoryState(rx.State):
    """The filters and one page of rows."""

    loaded: rx.Field[bool] = rx.field(default=False)
    state: rx.Field[str] = rx.field(default="driven")
    vehicle: rx.Field[str] = rx.field(default="")
    vehicles: rx.Field[list[str]] = rx.field(default_factory=list)
    days: rx.Field[int] = rx.field(default=0)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="departs_at")
    descending: rx.Field[bool] = rx.field(default=True)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    figures: rx.Field[dict[str, float | int | None]] = rx.field(default_factory=dict)
    figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.LOGISTICS)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        if not self.loaded:
            query = self.router.url.query_parameters
            wanted = filter_of(query)
            self.state, self.vehicle, self.search, self.days = wanted.state, wanted.vehicle, wanted.search, wanted.days
            self.sort, self.descending = sort_of(query)
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
    async def find(self, text: str):
        """Only routes whose number or vehicle holds `text`."""
        self.search = text[:LONGEST]
        return await self._anew()

    @rx.event
    @allow(Area.LOGISTICS)
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTS:
            self.descending = not self.descending if self.sort == column else True
            self.sort = column
        return await self._anew()

    @rx.event
    @allow(Area.LOGISTICS)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.LOGISTICS)
    async def export(self, form: str = "csv"):
        """Every route that matches, as a file."""
        asked = (self._wanted(), self.sort, self.descending, form, viewer(self).language)
        return sent(await asyncio.to_thread(_export, *asked))

    async def _anew(self) -> Any:
        self.page = 1
        await self._show()
        order = f"{'-' if self.descending else ''}{self.sort}"
        return remember(
            state="" if self.state == "driven" else self.state,
            vehicle=self.vehicle,
            q=self.search,
            days=self.days or "",
            sort="" if order == "-departs_at" else order,
        )

    async def _show(self) -> None:
        first = (self.page - 1) * PAGE_SIZE
        found = await asyncio.to_thread(_read, self._wanted(), self.sort, self.descending, first)
        self.rows = [rows.history_row(row) for row in found.page]
        self.total, self.vehicles = found.total, found.vehicles
        self.figures, self.figure = asdict(found.accuracy), rows.history_figure(found.shown)
        self.loaded = True

    def _wanted(self) -> Filter:
        return Filter(self.state, self.vehicle, self.search, self.days)


def _read(wanted: Filter, sort: str, descending: bool, offset: int) -> _Found:
    with reading() as session:
        dataset = active_dataset(session)
        return _Found(
            queries.history(session, dataset, wanted, sort, descending, PAGE_SIZE, offset),
            queries.count_history(session, dataset, wanted),
            queries.accuracy(session, dataset, wanted),
            queries.history(session, dataset, wanted, limit=rows.DOTS),
            queries.vehicle_types(session, dataset),
        )


def _export(wanted: Filter, sort: str, descending: bool, form: str, language: str) -> ExportFile:
    with reading() as session:
        every = queries.history(session, active_dataset(session), wanted, sort, descending, None)
    return exported(costs_sheet(every, wanted.state), form, language)
