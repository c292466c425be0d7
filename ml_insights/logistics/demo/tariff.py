"""What a trip of the demo company costs, in pesos: driver, helper, fuel, tolls, vehicle, cold; and bad luck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ml_insights.core.demo_company import Vehicle

HOURLY = {"truck": 7_200.0, "van": 5_600.0}
HELPER = 4_300.0
LITRES = {"truck": 0.27, "van": 0.11}
"""Per kilometre, empty; a full load adds a quarter."""
COLD_LITRES = 2.4
"""Per hour of cooling; more in summer."""
TOLL = {"truck": 5_400.0, "van": 2_700.0}
STANDING = {"truck": 46_000.0, "van": 17_000.0}
COLD_STANDING = 11_000.0
DAY_HOURS, OVERTIME = 8.0, 1.5
SATURDAY = 1.3
"""Wages on Saturdays."""
NOISE, INCIDENT = 0.06, 0.025
START_PRICE, DRIFT, SHOCK = 1_040.0, 0.00035, 0.004


@dataclass(frozen=True)
class Trip:
    """What the cost follows from. `hour` is that of departure; `fuel_price` is pesos a litre."""

    vehicle: Vehicle
    kilometres: float
    stops: int
    weight_kg: float
    day: date
    hour: float
    zone: str
    gates: int
    helper: bool
    fuel_price: float


def fuel_prices(rng: np.random.Generator, days: int) -> np.ndarray:
    """(days,) price of a litre: a slow rise, weekly changes."""
    weekly = np.repeat(rng.normal(0, SHOCK * 7**0.5, days // 7 + 1), 7)[:days] * (np.arange(days) % 7 == 0)
    return START_PRICE * np.exp(DRIFT * np.arange(days) + np.cumsum(weekly))


def hours_of(trip: Trip) -> float:
    """Driving and unloading; Santiago's mornings are slow."""
    pace = 33.0 if trip.zone.startswith("Metropolitana") else 62.0
    rush = 1.28 if pace < 40 and 7.0 <= trip.hour < 9.5 and trip.day.weekday() < 5 else 1.0
    return trip.kilometres / pace * rush + trip.stops * 0.3 + trip.weight_kg / 6_000


def cost_of(rng: np.random.Generator, trip: Trip) -> float:
    """The whole cost, rounded to ten pesos."""
    kind, hours = trip.vehicle.kind, hours_of(trip)
    paid = min(hours, DAY_HOURS) + OVERTIME * max(hours - DAY_HOURS, 0.0)
    wages = (HOURLY[kind] + HELPER * trip.helper) * paid * (SATURDAY if trip.day.weekday() == 5 else 1.0)
    litres = trip.kilometres * LITRES[kind] * (1 + 0.25 * min(trip.weight_kg / trip.vehicle.capacity_kg, 1.0))
    summer = 1 + 0.35 * np.cos(2 * np.pi * (trip.day.timetuple().tm_yday - 15) / 365.25)
    cold = trip.vehicle.refrigerated
    litres += COLD_LITRES * hours * summer if cold else 0.0
    standing = STANDING[kind] + COLD_STANDING * cold
    total = wages + litres * trip.fuel_price + 2 * trip.gates * TOLL[kind] + standing
    luck = rng.normal(0, NOISE) + (rng.uniform(0.2, 0.5) if rng.random() < INCIDENT else 0.0)
    return float(round(total * np.exp(luck), -1))
