"""Deliveries and stops on their way into the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.imports import Target, write_rows

DELIVERIES = Target(
    "deliveries",
    ("route_id",),
    ("departed_at", "cost", "distance_km", "weight_kg", "stops", "vehicle_type", "features"),
    batched=True,
)
STOPS = Target("route_stops", ("route_id", "seq"), ("lat", "lon"))


def write_deliveries(session: Session, batch: Batch) -> ImportCount:
    """Add deliveries. Those that are known with other values keep them unless the batch updates."""
    return write_rows(session, _distinct(batch, DELIVERIES), DELIVERIES)


def write_stops(session: Session, batch: Batch) -> ImportCount:
    """Add stops. Those that are known at another place keep it unless the batch updates."""
    return write_rows(session, _distinct(batch, STOPS), STOPS)


def _distinct(batch: Batch, target: Target) -> Batch:
    """Within a chunk the first row of each identity: one statement cannot change a row twice."""

    def chunks() -> Iterator[pa.Table]:
        for chunk in batch.chunks:
            keys = zip(*(chunk.column(name).to_pylist() for name in target.identity), strict=True)
            first: dict[tuple[object, ...], int] = {}
            for place, key in enumerate(keys):
                first.setdefault(key, place)
            yield chunk.take(pa.array(list(first.values()), pa.int64()))

    return Batch(batch.id, batch.dataset, chunks(), batch.update, batch.distinct)
