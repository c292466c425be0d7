"""A better order of a route's stops, and what it saves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.settings import settings
from ml_insights.logistics.errors import ImpossibleStops, UnknownRoute
from ml_insights.logistics.facts import OrderedStops, RouteAsked
from ml_insights.logistics.queries import delivery_of, some_stops, stops_of
from ml_insights.logistics.service.estimating import Desk, estimate
from ml_insights.logistics.wording import told_of

if TYPE_CHECKING:
    from ml.route_cost.places import Place, Surroundings

ENOUGH_STOPS = 4
"""A route of fewer is judged by where the company's stops lie."""

REASONS = {
    "empty": N_("there is none"),
    "too-many": N_("there are {stop}, and at most {value} can be ordered at once"),
    "latitude": N_("stop {stop} has the latitude {value}, which must be from -90 to 90"),
    "longitude": N_("stop {stop} has the longitude {value}, which must be from -180 to 180"),
}


def improve_points(
    points: Sequence[Place],
    desk: Desk | None,
    asked: RouteAsked | None,
    round_trip: bool = True,
    name: str = "",
    around: Surroundings | None = None,
) -> OrderedStops:
    """The best order found for `points`, and its cost where the model can be asked.

    Faulty stops are named and left out, so that the others are routed; `around` is where stops lie as a rule, where
    that is known. Raises ImpossibleStops.
    """
    from ml.route_cost.places import odd_places
    from ml.route_cost.stops import BadStops, improve

    odd = odd_places(points, around)
    faulty = {one.place: one for one in odd if one.faulty}
    if 0 in faulty:
        raise ImpossibleStops(reason=told_of(faulty[0], settings().language))
    kept = [place for place in range(len(points)) if place not in faulty]
    good = [(lat, lon) for lat, lon in (points[place] for place in kept) if lat is not None and lon is not None]
    try:
        found = improve(good, round_trip)
    except BadStops as error:
        reason = gettext(REASONS[error.code], settings().language, stop=error.stop, value=error.value)
        raise ImpossibleStops(reason=reason) from error
    costs: tuple[float | None, float | None] = (None, None)
    if desk is not None and asked is not None and "distance_km" in desk.model.columns.numbers:
        costs = _costs(desk, asked, found.given_km, found.km)
    order = tuple(kept[place] for place in found.order)
    given = tuple((math.nan if lat is None else lat, math.nan if lon is None else lon) for lat, lon in points)
    return OrderedStops(name, given, order, found.given_km, found.km, *costs, odd=tuple(odd))


def _costs(desk: Desk, asked: RouteAsked, given_km: float, km: float) -> tuple[float, float]:
    """What the route costs at both lengths; a shorter way is never taken to cost more."""
    from dataclasses import replace

    routes = [replace(asked, distance_km=kilometres) for kilometres in (given_km, km)]
    before, after = (one.expected for one in estimate(desk, routes, explain=False))
    return before, min(before, after)


def improve_route(session: Session, dataset: Dataset, desk: Desk | None, route_id: str) -> OrderedStops:
    """The same for a route whose stops were imported. Raises UnknownRoute, ImpossibleStops."""
    points = stops_of(session, dataset, route_id)
    if not points:
        raise UnknownRoute(route=route_id)
    driven = delivery_of(session, dataset, route_id)
    asked = _asked(driven, desk) if driven and desk else None
    around = _around(session, dataset) if len(points) < ENOUGH_STOPS else None
    return improve_points(points, desk, asked, name=route_id, around=around)


def _around(session: Session, dataset: Dataset) -> Surroundings | None:
    """Where the company's stops lie: a short route cannot tell which of its stops is the odd one."""
    import numpy as np

    from ml.route_cost.places import surroundings

    latitude, longitude = np.array(some_stops(session, dataset), dtype=float).T
    return surroundings(latitude, longitude)


def _asked(driven: object, desk: Desk) -> RouteAsked:
    import json

    text = getattr(driven, "features", None)
    known = {one.name for one in desk.release.inputs} - {"distance_km", "weight_kg", "stops", "vehicle_type"}
    features = {name: value for name, value in json.loads(text or "{}").items() if name in known}
    named = {name: getattr(driven, name) for name in ("distance_km", "weight_kg", "stops", "vehicle_type")}
    return RouteAsked(getattr(driven, "departed_at"), **named, features=features)  # noqa: B009
