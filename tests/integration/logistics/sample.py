"""Trips whose cost follows from distance, load and vehicle, with some noise; and their stops."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import insert

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.logistics.tables import Delivery, RouteStop

FIRST = datetime(2025, 1, 6, 15, tzinfo=UTC)
DAYS = 120
VAN, TRUCK = "Van", "Truck"
PER_KM = {VAN: 400.0, TRUCK: 900.0}
CAPACITY = {VAN: 1_000.0, TRUCK: 8_000.0}


def trips(first_day: int, days: int, factor: float = 1.0) -> list[dict[str, object]]:
    """Two trips a day from `first_day` on, at `factor` times the usual cost."""
    random = np.random.default_rng(first_day)
    rows: list[dict[str, object]] = []
    for day in range(first_day, first_day + days):
        for vehicle in (VAN, TRUCK):
            distance = float(random.uniform(20, 300))
            weight = float(random.uniform(0.2, 1.0) * CAPACITY[vehicle])
            zone = ("north", "south")[int(random.integers(0, 2))]
            cost = 20_000 + PER_KM[vehicle] * distance + 3 * weight + 15_000 * (zone == "south")
            rows.append(
                {
                    "dataset": Dataset.COMPANY,
                    "route_id": f"{vehicle}-{day}",
                    "departed_at": FIRST + timedelta(days=day),
                    "cost": round(factor * cost * float(np.exp(random.normal(0, 0.05))), 2),
                    "distance_km": round(distance, 1),
                    "weight_kg": round(weight),
                    "stops": int(random.integers(1, 12)),
                    "vehicle_type": vehicle,
                    "features": json.dumps({"zone": zone}),
                }
            )
    return rows


def drive(first_day: int = 0, days: int = DAYS, factor: float = 1.0) -> None:
    """Add the trips to the company's deliveries."""
    with transaction() as session:
        session.connection().execute(insert(Delivery), trips(first_day, days, factor))
        mark_changed(session, Dataset.COMPANY)


def visit(route: str, points: list[tuple[float, float]]) -> None:
    """Add the stops of a route."""
    stops = [
        {"dataset": Dataset.COMPANY, "route_id": route, "seq": seq, "lat": lat, "lon": lon}
        for seq, (lat, lon) in enumerate(points)
    ]
    with transaction() as session:
        session.connection().execute(insert(RouteStop), stops)
