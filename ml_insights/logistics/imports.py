"""Deliveries and stops on their way into the tables."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.writing import Target, write_rows

DELIVERIES = Target(
    "deliveries",
    ("route_id",),
    ("departed_at", "cost", "distance_km", "weight_kg", "stops", "vehicle_type", "features"),
    moment="departed_at",
)
STOPS = Target("route_stops", ("route_id", "seq"), ("lat", "lon"))


def write_deliveries(session: Session, batch: Batch) -> ImportCount:
    """Add deliveries. Those that are known with other values keep them unless the batch updates."""
    return write_rows(session, batch, DELIVERIES)


def write_stops(session: Session, batch: Batch) -> ImportCount:
    """Add stops. Those that are known at another place keep it unless the batch updates."""
    return write_rows(session, batch, STOPS)
