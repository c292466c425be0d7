"""Pure decisions about routes: what may be asked, what is unusual about it, which vehicle is cheapest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ml_insights.core.errors import InvalidInput
from ml_insights.core.i18n import N_
from ml_insights.logistics.errors import BadRoute, UnknownVehicle
from ml_insights.logistics.facts import ReleaseFact, RouteAsked, VehicleOffer

SIZES = ("distance_km", "weight_kg", "stops")
LARGEST = 1e9
SPARE = 1.0
"""A load fits where a vehicle of the type has carried at least as much."""
BEYOND = 1.25
"""How far past everything seen a number may be before a warning says so."""
BELOW, ABOVE, HEAVY, NEW_TEXT, NO_DISTANCE = "below", "above", "heavy", "new-text", "no-distance"
WARNINGS = {
    BELOW: N_("{field} is smaller than in any delivery so far: the estimate is a guess."),
    ABOVE: N_("{field} is larger than in any delivery so far: the estimate is a guess."),
    HEAVY: N_("No vehicle of this type has carried so much."),
    NEW_TEXT: N_("“{field}” has a value that no delivery has had."),
    NO_DISTANCE: N_("A route of 0 km has no cost per kilometre."),
}


def check_route(release: ReleaseFact, asked: RouteAsked) -> None:
    """Raise BadRoute, InvalidInput or UnknownVehicle where a route cannot be estimated."""
    for name in SIZES:
        value = getattr(asked, name)
        if value is not None and not (math.isfinite(value) and 0 <= value <= LARGEST):
            raise BadRoute(field=name, value=value)
    names = {one.name for one in release.inputs}
    for name, value in asked.features.items():
        if name not in names:
            choices = ", ".join(sorted(names - {*SIZES, "vehicle_type"})) or "–"
            raise InvalidInput(field=name, value=value, reason=f"the model knows: {choices}")
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidInput(field=name, value=value, reason="a number must be finite")
    if asked.vehicle_type and release.vehicles and release.vehicle(asked.vehicle_type) is None:
        choices = ", ".join(one.name for one in release.vehicles)
        raise UnknownVehicle(vehicle=asked.vehicle_type, choices=choices)


def warnings(release: ReleaseFact, asked: RouteAsked) -> tuple[tuple[str, str], ...]:
    """(code of WARNINGS, field) of everything about a route that no delivery was like."""
    found: list[tuple[str, str]] = []
    for one in release.inputs:
        value = getattr(asked, one.name, None) if one.name in SIZES else asked.features.get(one.name)
        if one.kind == "number" and isinstance(value, int | float) and one.high is not None and one.low is not None:
            found += [(BELOW, one.name)] if value < min(one.low / BEYOND, one.low * BEYOND) else []
            found += [(ABOVE, one.name)] if value > max(one.high * BEYOND, one.high / BEYOND) else []
        elif one.kind == "text" and one.name != "vehicle_type" and value and str(value) not in one.choices:
            found.append((NEW_TEXT, one.name))
    if asked.distance_km == 0:
        found = [(NO_DISTANCE, "distance_km"), *(one for one in found if one != (BELOW, "distance_km"))]
    vehicle = release.vehicle(asked.vehicle_type or "")
    if vehicle and not fits(vehicle.heaviest_kg, asked.weight_kg):
        found.append((HEAVY, "weight_kg"))
    return tuple(found)


def fits(heaviest: float | None, weight: float | None) -> bool:
    """Whether a load has been carried before; what is not known does not stand in the way."""
    return heaviest is None or weight is None or weight <= heaviest * SPARE


def with_cheapest(offers: Sequence[VehicleOffer]) -> tuple[VehicleOffer, ...]:
    """The offers from cheap to dear, those that fit first, the cheapest of them marked."""
    ordered = sorted(offers, key=lambda offer: (not offer.fits, offer.estimate.expected))
    return tuple(replace(offer, cheapest=place == 0 and offer.fits) for place, offer in enumerate(ordered))
