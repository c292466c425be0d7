"""What leaves the product about routes: what they cost and were expected to, and the order of one's stops."""

from collections.abc import Iterable, Mapping
from typing import Any

from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet, picked
from ml_insights.logistics.facts import HistoryRow

COSTS = (
    Column("route_id", N_("Route")),
    Column("departs_at", N_("Departure"), Kind.MOMENT),
    Column("vehicle_type", N_("Vehicle")),
    Column("distance_km", N_("km"), Kind.NUMBER, 2),
    Column("weight_kg", N_("kg"), Kind.NUMBER, 2),
    Column("stops", N_("Stops"), Kind.NUMBER),
    Column("expected", N_("Estimate"), Kind.MONEY, 2),
    Column("lo_80", N_("At least, with 80 %"), Kind.MONEY, 2),
    Column("hi_80", N_("At most, with 80 %"), Kind.MONEY, 2),
    Column("baseline", N_("Rule of thumb"), Kind.MONEY, 2),
    Column("actual", N_("Actual"), Kind.MONEY, 2),
    Column("error", N_("Error"), Kind.MONEY, 2),
    Column("made_by", N_("Estimated by")),
    Column("accepted_at", N_("Accepted"), Kind.MOMENT),
)
STOPS = (
    Column("seq", N_("No."), Kind.NUMBER),
    Column("before", N_("No. before"), Kind.NUMBER),
    Column("lat", N_("Latitude"), Kind.NUMBER),
    Column("lon", N_("Longitude"), Kind.NUMBER),
)


def costs_sheet(routes: Iterable[HistoryRow], state: str) -> Sheet:
    """Routes of a state ("driven", "planned" …) with their estimates."""
    return Sheet(f"route-costs-{state}", N_("Routes"), COSTS, picked(COSTS, routes))


def stops_sheet(route: str, order: Iterable[Mapping[str, Any]]) -> Sheet:
    """The new order of a route's stops, in degrees of WGS 84."""
    rows = ((one["place"], one["before"], float(one["lat"]), float(one["lon"])) for one in order)
    return Sheet(f"stops-{route}", N_("Stops"), STOPS, rows)
