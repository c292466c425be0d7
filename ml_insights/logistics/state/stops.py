"""The order of the stops of one route."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import exported
from ml_insights.logistics import queries
from ml_insights.logistics.errors import NoModelYet
from ml_insights.logistics.facts import OrderedStops
from ml_insights.logistics.service import estimating, ordering
from ml_insights.logistics.sheets import stops_sheet
from ml_insights.logistics.state import rows
from ml_insights.logistics.state.address import LONGEST
from ml_insights.logistics.wording import told_of
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

OFFERED = 30


@forgets("loaded")
class StopsState(rx.State):
    """The route that was chosen, both orders of its stops, and the routes that can be chosen."""

    loaded: rx.Field[bool] = rx.field(default=False)
    route: rx.Field[str] = rx.field(default="")
    options: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    problem: rx.Field[str] = rx.field(default="")
    figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    summary: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    order: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    faulty: rx.Field[list[str]] = rx.field(default_factory=list)
    far: rx.Field[list[str]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.LOGISTICS)
    async def load(self):
        """The route that the address asks for, else the one with the most to gain among the latest."""
        if not self.loaded:
            self.route = self.router.url.query_parameters.get("route", "")[:LONGEST]
        self.options = await asyncio.to_thread(_options, "")
        if not self.route and self.options:
            self.route = max(self.options, key=lambda one: int(one["points"]))["value"]
        if self.route:
            await self._show()
        self.loaded = True

    @rx.event
    @allow(Area.LOGISTICS)
    async def search(self, text: str):
        """Routes whose number holds `text`."""
        self.options = await asyncio.to_thread(_options, text[:LONGEST])

    @rx.event
    @allow(Area.LOGISTICS)
    async def choose(self, route: str):
        """Another route."""
        self.route = route[:LONGEST]
        await self._show()
        return remember(route=self.route)

    @rx.event
    @allow(Area.LOGISTICS)
    async def export(self, form: str = "csv"):
        """The new order as a file."""
        return sent(exported(stops_sheet(self.route, self.order), form, viewer(self).language))

    async def _show(self) -> None:
        try:
            found = await asyncio.to_thread(_improve, self.route)
        except ProductError as error:
            self.problem, self.order = error.message(viewer(self).language), []
            self.faulty, self.far = [], []
            return
        self.problem, language = "", viewer(self).language
        self.faulty = [told_of(one, language) for one in found.odd if one.faulty]
        self.far = [told_of(one, language) for one in found.odd if not one.faulty]
        self.figure, self.order = rows.stops_figure(found), rows.order_rows(found)
        self.summary = {
            "given_km": found.given_km,
            "km": found.km,
            "saved_km": found.saved_km,
            "share": found.saved_km / found.given_km if found.given_km else 0.0,
            "given_cost": found.given_cost,
            "cost": found.cost,
            "saved": found.saved,
            "stops": len(found.order) - 1,
        }


def _options(search: str) -> list[dict[str, str]]:
    with reading() as session:
        dataset = active_dataset(session)
        found = queries.routes_with_stops(session, dataset, search, OFFERED)
    return [
        {
            "value": one["route_id"],
            "label": one["route_id"],
            "hint": " · ".join(filter(None, (str(one["vehicle_type"] or ""), f"{one['points'] - 1}"))),
            "points": str(one["points"]),
        }
        for one in found
    ]


def _improve(route: str) -> OrderedStops:
    with reading() as session:
        dataset = active_dataset(session)
        try:
            desk = estimating.open_desk(session, dataset)
        except NoModelYet:
            desk = None
        return ordering.improve_route(session, dataset, desk, route)
