"""Trips that deliver the demo company's orders: who drives where, with what, and what it costs. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from zlib import crc32

import numpy as np
import pandas as pd

from ml_insights.core.demo_company import COMPANY, Vehicle
from ml_insights.logistics.demo.tariff import Trip, cost_of, fuel_prices
from ml_insights.logistics.moments import utc

KG_PER_UNIT = 11.0
COLD_SHARE = 0.3
"""Of an order's units, from which on it goes in a refrigerated lorry."""
DAILY = "Metropolitana de Santiago"
WEEKDAYS = (1, 4)
"""Other regions are served on Tuesdays and Fridays, the capital on every working day."""
MOST_STOPS = 14
VAN_STOPS = 7
EARLIEST, LATEST = 6.5, 10.5
"""Hours of departure; the farther, the earlier."""
ROAD = 1.3
FIRST_ROUTE = 40_001
FUEL, FUEL_DAYS = 1, 1_500
"""Fuel has luck of its own, drawn for more days than any fleet is followed."""
ZONES: dict[str, tuple[str, tuple[tuple[float, float], ...], float, int]] = {
    "Metropolitana de Santiago": ("quilicura", ((-33.45, -70.66), (-33.52, -70.60), (-33.38, -70.56)), 0.07, 0),
    "Valparaíso": ("quilicura", ((-33.04, -71.44), (-33.05, -71.61), (-32.88, -71.25)), 0.05, 3),
    "O'Higgins": ("quilicura", ((-34.17, -70.74), (-34.58, -70.99)), 0.05, 2),
    "Maule": ("talcahuano", ((-35.43, -71.66), (-36.14, -71.82)), 0.06, 4),
    "Biobío": ("talcahuano", ((-36.82, -73.04), (-36.60, -72.10), (-37.47, -72.35)), 0.05, 1),
    "La Araucanía": ("talcahuano", ((-38.74, -72.60), (-38.23, -72.34)), 0.06, 4),
    "Los Lagos": ("puerto-montt", ((-41.47, -72.94), (-40.57, -73.14), (-41.32, -72.98)), 0.04, 1),
    "Los Ríos": ("puerto-montt", ((-39.82, -73.24), (-40.29, -73.08)), 0.04, 3),
}
"""Region → the site that serves it, its towns, how far customers are spread around them (degrees), toll gates."""


@dataclass(frozen=True)
class DemoRoutes:
    """Frames with the columns of the tables; times are aware, in UTC."""

    deliveries: pd.DataFrame
    stops: pd.DataFrame


def generate(seed: Sequence[int], orders: pd.DataFrame, zone: str, first: date, stops_since: date) -> DemoRoutes:
    """The trips of `orders`: customer_id, region, day (local date, from `first` on), units, cold_units. Places are kept
    from `stops_since` on. More orders later on change no trip that had left by then."""
    rng, places = np.random.default_rng(seed), _places(seed, orders)
    days = pd.date_range(first, max(orders["day"].max(), first) + timedelta(days=7)) if len(orders) else []
    fuel = fuel_prices(np.random.default_rng([*seed, FUEL]), FUEL_DAYS)
    prices = dict(zip([day.date() for day in days], fuel[: len(days)], strict=True))
    kept = orders[orders["region"].isin(ZONES)].assign(
        cold=lambda one: one["cold_units"] >= COLD_SHARE * one["units"],
        day=lambda one: [_delivery_day(day, region) for day, region in zip(one["day"], one["region"], strict=True)],
    )
    trips: list[dict[str, object]] = []
    stops: list[tuple[str, int, float, float]] = []
    for key, load in kept.groupby(["day", "region", "cold"], sort=True):
        day, region, cold = cast("tuple[date, str, bool]", key)
        for part in _parts(load):
            name = f"R-{FIRST_ROUTE + len(trips)}"
            trip, order = _trip(rng, day, region, bool(cold), part, places, prices)
            trips.append({"route_id": name, **trip})
            if trip["day"] >= stops_since:  # pyright: ignore[reportOperatorIssue]
                stops += [(name, seq, round(lat, 5), round(lon, 5)) for seq, (lat, lon) in enumerate(order)]
    return DemoRoutes(_table(trips, zone), pd.DataFrame(stops, columns=pd.Index(["route_id", "seq", "lat", "lon"])))


def _delivery_day(day: date, region: str) -> date:
    """The first day after an order on which its region is served."""
    served = range(6) if region == DAILY else WEEKDAYS
    return next(
        day + timedelta(days=ahead) for ahead in range(1, 8) if (day + timedelta(days=ahead)).weekday() in served
    )


def _places(seed: Sequence[int], orders: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Where each customer is: near a town of the region, the first one the likeliest."""
    found = {}
    for customer, region in orders.drop_duplicates("customer_id")[["customer_id", "region"]].itertuples(index=False):
        if region in ZONES:
            rng = np.random.default_rng([*seed, crc32(str(customer).encode())])
            _, towns, spread, _ = ZONES[region]
            weights = np.arange(len(towns), 0, -1) / np.arange(len(towns), 0, -1).sum()
            latitude, longitude = towns[rng.choice(len(towns), p=weights)]
            found[customer] = (latitude + rng.normal(0, spread), longitude + rng.normal(0, spread))
    return found


def _parts(load: pd.DataFrame) -> list[pd.DataFrame]:
    """Loads that one vehicle can carry in a day."""
    count = max(math.ceil(len(load) / MOST_STOPS), 1)
    return [load.iloc[start::count] for start in range(count)]


def _trip(
    rng: np.random.Generator,
    day: date,
    region: str,
    cold: bool,
    load: pd.DataFrame,
    places: dict[str, tuple[float, float]],
    prices: dict[date, float],
) -> tuple[dict[str, object], list[tuple[float, float]]]:
    site, _, _, gates = ZONES[region]
    depot = next(one for one in COMPANY.sites if one.key == site)
    order = _driven(rng, (depot.latitude, depot.longitude), [places[name] for name in load["customer_id"]])
    kilometres = _length(order) * float(rng.normal(1.0, 0.03))
    weight = float(load["units"].sum() * KG_PER_UNIT * rng.normal(1.0, 0.08))
    vehicle = _vehicle(site, cold, weight, len(load))
    hour = float(np.clip(LATEST - kilometres / 120 + rng.normal(0, 0.6), EARLIEST, LATEST))
    helper = weight > 0.35 * vehicle.capacity_kg and len(load) > 3
    trip = Trip(vehicle, kilometres, len(load), weight, day, hour, region, gates, helper, prices[day])
    told = {
        "day": day,
        "hour": hour,
        "cost": cost_of(rng, trip),
        "distance_km": round(kilometres, 1),
        "weight_kg": round(weight),
        "stops": len(load),
        "vehicle_type": vehicle.model,
        "features": {
            "zone": region,
            "tolls": gates,
            "helper": "sí" if helper else "no",
            "fuel_price": round(prices[day]),
        },
    }
    return told, order


def _vehicle(site: str, cold: bool, weight: float, stops: int) -> Vehicle:
    """The smallest of the site that does it; loads beyond every vehicle's go with the largest."""
    small = [one for one in COMPANY.vehicles if one.site == site and (one.refrigerated or not cold)]
    fitting = [one for one in small if weight <= one.capacity_kg and (one.kind == "truck" or stops <= VAN_STOPS)]
    plain = [one for one in fitting if one.refrigerated == cold]
    return min(plain or fitting or small, key=lambda one: (one.capacity_kg if fitting else -one.capacity_kg, one.key))


def _driven(
    rng: np.random.Generator, depot: tuple[float, float], points: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """A driver's order: often the nearest next, sometimes another one near."""
    order, left = [depot], list(points)
    while left:
        left.sort(key=lambda one: math.hypot(one[0] - order[-1][0], 0.83 * (one[1] - order[-1][1])))
        order.append(left.pop(int(rng.integers(0, min(len(left), 3))) if rng.random() < 0.4 else 0))
    return order


def _length(order: list[tuple[float, float]]) -> float:
    """Kilometres by road, there and back."""
    latitude, longitude = np.radians(np.array([*order, order[0]])).T
    half = np.sin(np.diff(latitude) / 2) ** 2
    half = half + np.cos(latitude[:-1]) * np.cos(latitude[1:]) * np.sin(np.diff(longitude) / 2) ** 2
    return float((2 * 6371.0088 * np.arcsin(np.sqrt(half))).sum() * ROAD)


def _table(trips: list[dict[str, object]], zone: str) -> pd.DataFrame:
    if not trips:
        return pd.DataFrame()
    table = pd.DataFrame(trips)
    local = pd.to_datetime(table.pop("day")) + pd.to_timedelta(
        (table.pop("hour").astype(float) * 60).round(), unit="min"
    )
    return table.assign(departed_at=utc(local, zone))
