"""The form, its estimate, the comparison of vehicles, and saving."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import InvalidInput, ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.logistics.errors import BadRoute
from ml_insights.logistics.facts import EstimateFact, ReleaseFact, RouteAsked, VehicleOffer
from ml_insights.logistics.policy import SIZES
from ml_insights.logistics.proofs import cost_proof
from ml_insights.logistics.service import estimating, planning
from ml_insights.logistics.state import rows
from ml_insights.logistics.state.address import LONGEST
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer

DEPARTS = "departs_at"
SAVED = N_("The estimate of {route} is saved. It will be compared with what the route costs.")
USED = N_("{route} will be driven with {vehicle}: saved as a decision.")


@forgets("loaded", "saved")
class EstimateState(rx.State):
    """`values` is what the form says, by name; `saved` the number of the route that was saved last."""

    loaded: rx.Field[bool] = rx.field(default=False)
    busy: rx.Field[bool] = rx.field(default=False)
    problem: rx.Field[str] = rx.field(default="")
    inputs: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    values: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    result: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    bars: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    vehicles: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    saved: rx.Field[str] = rx.field(default="")
    proof: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.LOGISTICS)
    async def load(self):
        """The route that the address asks for, else a usual one."""
        query = self.router.url.query_parameters if not self.loaded else {}
        await self._show(dict(query) or (self.values if self.loaded else {}))
        self.loaded = True

    @rx.event
    @allow(Area.LOGISTICS)
    async def submit(self, form: dict[str, Any]):
        """Estimate the route of the form."""
        await self._show({str(name): str(value) for name, value in form.items()})
        self.saved = ""
        return remember(**self.values)

    @rx.event
    @allow(Area.LOGISTICS)
    async def choose_vehicle(self, vehicle: str):
        """The same route with another vehicle."""
        await self._show(self.values | {"vehicle_type": vehicle})
        self.saved = ""
        return remember(**self.values)

    @rx.event
    @allow(Area.LOGISTICS)
    async def save(self, form: dict[str, Any]):
        """Write the estimate down, under the number of the form or one of ours."""
        route = await self._keep(str(form.get("route_id", "")).strip() or self.saved, accept=False)
        if route:
            return rx.toast.success(gettext(SAVED, viewer(self).language, route=route))

    @rx.event
    @allow(Area.LOGISTICS)
    async def use(self, vehicle: str):
        """Decide to drive the route with a vehicle: its estimate is saved, and the decision with it."""
        await self._show(self.values | {"vehicle_type": vehicle})
        route = await self._keep(self.saved, accept=True)
        if route:
            return rx.toast.success(gettext(USED, viewer(self).language, route=route, vehicle=vehicle))

    async def _keep(self, route: str, accept: bool) -> str:
        language, actor = viewer(self).language, viewer(self).email
        try:
            self.saved = await asyncio.to_thread(_keep, dict(self.values), actor, route, accept)
            self.problem = ""
        except ProductError as error:
            self.problem = error.message(language)
            return ""
        return self.saved

    async def _show(self, given: Mapping[str, str]) -> None:
        language = viewer(self).language
        try:
            release, values, told, offers = await asyncio.to_thread(_estimate, given)
        except ProductError as error:
            self.problem = error.message(language)
            self.values = {name: str(value)[:LONGEST] for name, value in given.items() if name in self.values}
            return
        self.inputs, self.values, self.problem = rows.input_rows(release, language), values, ""
        self.result, self.bars = rows.estimate_row(told, language), rows.waterfall(told, language)
        self.vehicles = rows.vehicle_rows(offers)
        self.proof = cost_proof(release, company().timezone).shown()


def _estimate(given: Mapping[str, str]) -> tuple[ReleaseFact, dict[str, str], EstimateFact, tuple[VehicleOffer, ...]]:
    with reading() as session:
        desk = estimating.open_desk(session, active_dataset(session))
    values = _values(desk.release, given)
    asked = _asked(desk.release, values)
    return desk.release, values, estimating.estimate(desk, [asked])[0], estimating.compare(desk, asked)


def _keep(values: Mapping[str, str], actor: str, route: str, accept: bool) -> str:
    with transaction() as session:
        dataset = active_dataset(session)
        desk = estimating.open_desk(session, dataset)
        told = estimating.estimate(desk, [_asked(desk.release, values)])[0]
        row = planning.save(session, dataset, told, desk.version, actor, route)
        if accept:
            planning.accept(session, dataset, row.route_id, actor)
        return row.route_id


def _values(release: ReleaseFact, given: Mapping[str, str]) -> dict[str, str]:
    """What the form shows: what was given, a usual route where nothing was."""
    names = [one.name for one in release.inputs]
    if not any(name in given for name in names):
        given = {one.name: _plain(one.usual) for one in release.inputs} | dict(given)
    departs = given.get(DEPARTS, "") or rows.tomorrow_morning(clock.now())
    return {name: str(given.get(name, "")).strip()[:LONGEST] for name in names} | {DEPARTS: departs[:LONGEST]}


def _plain(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.10g}"


def _asked(release: ReleaseFact, values: Mapping[str, str]) -> RouteAsked:
    kinds = {one.name: one.kind for one in release.inputs}
    read = {name: _read(name, values.get(name, ""), kind) for name, kind in kinds.items()}
    features = {name: value for name, value in read.items() if name not in (*SIZES, "vehicle_type")}
    asked = RouteAsked(_moment(values.get(DEPARTS, "")), features=features)
    sizes: dict[str, Any] = {name: read.get(name) for name in SIZES}
    vehicle = read.get("vehicle_type")
    return replace(asked, **sizes, vehicle_type=str(vehicle) if vehicle else None)


def _read(name: str, text: str, kind: str) -> float | str | None:
    if text == "":
        return None
    if kind != "number":
        return text
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise BadRoute(field=name, value=text) from error


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(field=DEPARTS, value=text, reason="a date and a time are needed") from error
    return found if found.tzinfo else found.replace(tzinfo=company().zone)
