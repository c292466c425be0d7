"""Put computed segments where readers find them: one transaction, so that they see the old ones or the new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import delete, insert
from sqlmodel import Session, SQLModel, col

from ml.segments.model import to_json
from ml.segments.types import WINDOW_DAYS
from ml_insights.commerce.queries.rfm import customer_names
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.segments.service.compute import Computed, group_rows, letters, move_rows, name_at, scatter
from ml_insights.segments.tables import SegmentGroup, SegmentMember, SegmentMove, SegmentRelease

ROWS = 20_000
"""Rows that are Python objects at once."""


def publish(
    session: Session, dataset: Dataset, data_version: str, made: Computed, model_version: str, without_purchase: int
) -> int:
    """Write a release in place of the one before, in the caller's transaction; its id."""
    release = SegmentRelease(
        dataset=dataset,
        data_version=data_version,
        model_version=model_version,
        computed_at=clock.now(),
        as_of=made.as_of,
        before=made.months[-1] if made.months else made.as_of,
        window_days=WINDOW_DAYS,
        customers=len(made.now),
        without_purchase=without_purchase,
        revenue=float(made.now.revenue.sum()),
        silhouette=made.model.silhouette,
        stability=made.model.stability,
        evidence=[asdict(one) for one in made.model.evidence],
        months=[month.isoformat() for month in (*made.months, made.as_of)],
        model=to_json(made.model),
        scatter=scatter(made),
    )
    session.connection().execute(delete(SegmentRelease).where(col(SegmentRelease.dataset) == dataset))
    session.add(release)
    session.flush()
    release_id = release.id or 0
    _insert(session, SegmentGroup, [row | {"release_id": release_id} for row in group_rows(made)])
    _insert(session, SegmentMove, [row | {"release_id": release_id} for row in move_rows(made)])
    names = customer_names(session, dataset)
    for rows in _members(made, release_id, names):
        _insert(session, SegmentMember, rows)
    return release_id


def _members(made: Computed, release_id: int, labels: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    history, customers = letters(made), made.customers
    came_from = made.history[-2] if len(made.history) > 1 else np.full(len(made.now), -1)
    for start in range(0, len(made.now), ROWS):
        part = slice(start, start + ROWS)
        orders, revenue = made.now.orders[part].astype(int), made.now.revenue[part].round(4)
        columns: dict[str, Iterable[Any]] = {
            "customer_id": customers[part].tolist(),
            "label": [labels.get(one, one).lower() for one in customers[part].tolist()],
            "segment": [name_at(made, place) for place in made.labels[part].tolist()],
            "came_from": [name_at(made, place) for place in came_from[part].tolist()],
            "recency": made.now.recency[part].tolist(),
            "orders": orders.tolist(),
            "revenue": revenue.tolist(),
            "average_order": (revenue / np.maximum(orders, 1)).round(4).tolist(),
            **{axis: made.scores[part, column].tolist() for column, axis in enumerate("rfm")},
            "first_day": _dates(made.now.first_day[part]),
            "last_day": _dates(made.now.last_day[part]),
            "history": history[part].tolist(),
        }
        names = ("release_id", *columns)
        yield [dict(zip(names, (release_id, *values), strict=True)) for values in zip(*columns.values(), strict=True)]


def _dates(days: np.ndarray) -> list[date]:
    return days.astype("datetime64[D]").tolist()


def _insert(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(model), rows)
