"""Saving an estimate, which is a prediction, and deciding by it. Callers commit."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import pandas as pd
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.ledger import service as ledger
from ml_insights.logistics.errors import RouteTaken, UnknownEstimate
from ml_insights.logistics.facts import EstimateFact
from ml_insights.logistics.queries import delivery_of, estimate_of
from ml_insights.logistics.service.outcomes import ROUTE
from ml_insights.logistics.tables import RouteEstimate

USE_VEHICLE = "use-vehicle"
LONGEST_ID = 100


def save(
    session: Session, dataset: Dataset, told: EstimateFact, model: str, by: str, route_id: str = ""
) -> RouteEstimate:
    """Write an estimate down, in the ledger too; a planned route that has one already gets the new one.

    Raises RouteTaken where the route has been driven.
    """
    name = route_id.strip()[:LONGEST_ID] or f"P-{token_hex(4)}"
    if delivery_of(session, dataset, name) is not None:
        raise RouteTaken(route=name)
    earlier, asked = estimate_of(session, dataset, name), told.route
    written = ledger.record_predictions(session, dataset, model, _ledger_row(told, name), clock.now())
    row = RouteEstimate(
        id=earlier.id if earlier else None,
        dataset=dataset,
        route_id=name,
        model_version=model,
        made_at=clock.now(),
        made_by=by,
        departs_at=asked.departs_at,
        vehicle_type=asked.vehicle_type,
        distance_km=asked.distance_km,
        weight_kg=asked.weight_kg,
        stops=None if asked.stops is None else int(asked.stops),
        expected=told.expected,
        lo_80=told.lo_80,
        hi_80=told.hi_80,
        baseline=told.baseline,
        prediction_id=written.start,
    )
    kept = session.merge(row)
    session.flush()
    return kept


def _ledger_row(told: EstimateFact, name: str) -> pd.DataFrame:
    """The cost can be known the day after the departure."""
    bounds = {side: getattr(told, side) for side in ("lo_80", "hi_80", "lo_95", "hi_95", "baseline")}
    reasons = [{"feature": one.feature, "value": one.value, "effect": round(one.effect, 2)} for one in told.reasons[:6]]
    target = pd.Timestamp(told.route.departs_at + timedelta(days=1)).tz_convert("UTC")
    return pd.DataFrame(
        [{"subject": ROUTE + name, "target_at": target, "value": told.expected, **bounds, "reasons": reasons}]
    )


def accept(session: Session, dataset: Dataset, route_id: str, by: str) -> RouteEstimate:
    """Decide to drive a route with the vehicle of its saved estimate. Raises UnknownEstimate, RouteTaken."""
    row = estimate_of(session, dataset, route_id)
    if row is None or row.prediction_id is None:
        raise UnknownEstimate(route=route_id)
    if delivery_of(session, dataset, route_id) is not None:
        raise RouteTaken(route=route_id)
    if row.accepted_at is None:
        detail = {"vehicle": row.vehicle_type, "expected": round(row.expected, 2), "baseline": round(row.baseline, 2)}
        ledger.record_decision(
            session, dataset, ROUTE + route_id, USE_VEHICLE, by, row.prediction_id, row.model_version, detail
        )
        row.accepted_at, row.accepted_by = clock.now(), by
        session.add(row)
        session.flush()
    return row
