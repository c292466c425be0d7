"""A better order of a route's stops, and what it saves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.settings import settings
from ml_insights.logistics.errors import ImpossibleStops, UnknownRoute
from ml_insights.logistics.facts import OrderedStops, RouteAsked
from ml_insights.logistics.queries import delivery_of, stops_of
from ml_insights.logistics.service.estimating import Desk, estimate

REASONS = {
    "empty": N_("there is none"),
    "too-many": N_("there are {stop}, and at most {value} can be ordered at once"),
    "latitude": N_("stop {stop} has the latitude {value}, which must be from -90 to 90"),
    "longitude": N_("stop {stop} has the longitude {value}, which must be from -180 to 180"),
}


def improve_points(
    points: Sequence[tuple[float, float]],
    desk: Desk | None,
    asked: RouteAsked | None,
    round_trip: bool = True,
    name: str = "",
) -> OrderedStops:
    """The best order found for `points`, and its cost where the model can be asked. Raises ImpossibleStops."""
    from ml.route_cost.stops import BadStops, improve

    try:
        found = improve(points, round_trip)
    except BadStops as error:
        reason = gettext(REASONS[error.code], settings().language, stop=error.stop, value=error.value)
        raise ImpossibleStops(reason=reason) from error
    costs: tuple[float | None, float | None] = (None, None)
    if desk is not None and asked is not None and "distance_km" in desk.model.columns.numbers:
        costs = _costs(desk, asked, found.given_km, found.km)
    return OrderedStops(name, tuple(points), found.order, found.given_km, found.km, *costs)


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
    return improve_points(points, desk, _asked(driven, desk) if driven and desk else None, name=route_id)


def _asked(driven: object, desk: Desk) -> RouteAsked:
    import json

    text = getattr(driven, "features", None)
    known = {one.name for one in desk.release.inputs} - {"distance_km", "weight_kg", "stops", "vehicle_type"}
    features = {name: value for name, value in json.loads(text or "{}").items() if name in known}
    named = {name: getattr(driven, name) for name in ("distance_km", "weight_kg", "stops", "vehicle_type")}
    return RouteAsked(getattr(driven, "departed_at"), **named, features=features)  # noqa: B009
