"""Saving an estimate, which is a prediction, and deciding by it. Callers commit."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex
from typing import Any

import pandas as pd
from sqlalchemy import update
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.errors import ProductError
from ml_insights.core.once import LastChange, added_once, changed_once
from ml_insights.ledger import service as ledger
from ml_insights.logistics.errors import RouteAccepted, RouteSaved, RouteTaken, UnknownEstimate
from ml_insights.logistics.facts import EstimateFact
from ml_insights.logistics.queries import delivery_of, estimate_of
from ml_insights.logistics.service.outcomes import ROUTE
from ml_insights.logistics.tables import RouteEstimate

ROW = SQLModel.metadata.tables[str(RouteEstimate.__tablename__)].c
USE_VEHICLE = "use-vehicle"
LONGEST_ID = 100


def save(
    session: Session, dataset: Dataset, told: EstimateFact, model: str, by: str, route_id: str = ""
) -> RouteEstimate:
    """Write an estimate down, in the ledger too; a planned route that has one already gets the new one.

    Who saves the same again writes nothing. Raises RouteTaken where the route has been driven, and RouteSaved where
    somebody else saves an estimate of it at the same moment.
    """
    name = route_id.strip()[:LONGEST_ID] or f"P-{token_hex(4)}"
    if delivery_of(session, dataset, name) is not None:
        raise RouteTaken(route=name)
    earlier, said = estimate_of(session, dataset, name), _said(told, model)
    if earlier and earlier.made_by == by and all(getattr(earlier, key) == value for key, value in said.items()):
        return earlier
    values = {**said, "made_at": clock.now(), "made_by": by, "accepted_at": None, "accepted_by": ""}
    number = _written(session, dataset, name, earlier, values)
    prediction = ledger.record_predictions(session, dataset, model, _ledger_row(told, name), clock.now()).start
    session.connection().execute(update(RouteEstimate).where(ROW.id == number).values(prediction_id=prediction))
    return session.get_one(RouteEstimate, number, populate_existing=True)


def _said(told: EstimateFact, model: str) -> dict[str, Any]:
    asked = told.route
    return {
        "model_version": model,
        "departs_at": asked.departs_at,
        "vehicle_type": asked.vehicle_type,
        "distance_km": asked.distance_km,
        "weight_kg": asked.weight_kg,
        "stops": None if asked.stops is None else int(asked.stops),
        "expected": told.expected,
        "lo_80": told.lo_80,
        "hi_80": told.hi_80,
        "baseline": told.baseline,
    }


def _written(
    session: Session, dataset: Dataset, name: str, earlier: RouteEstimate | None, values: dict[str, Any]
) -> int:
    """The estimate's row, new or changed; an estimate that came since is left as it is. Raises RouteSaved."""

    def faster() -> RouteSaved:
        row = _now(session, dataset, name)
        return RouteSaved(LastChange(row.made_by, row.made_at) if row else None, route=name)

    if earlier is None:
        return added_once(session, RouteEstimate, {"dataset": dataset, "route_id": name, **values}, faster)
    seen = ROW.prediction_id.is_not_distinct_from(earlier.prediction_id)
    changed_once(session, update(RouteEstimate).where(ROW.id == earlier.id, seen).values(**values), faster)
    return earlier.id or 0


def _now(session: Session, dataset: Dataset, name: str) -> RouteEstimate | None:
    session.expire_all()
    return estimate_of(session, dataset, name)


def _ledger_row(told: EstimateFact, name: str) -> pd.DataFrame:
    """The cost can be known the day after the departure."""
    bounds = {side: getattr(told, side) for side in ("lo_80", "hi_80", "lo_95", "hi_95", "baseline")}
    reasons = [{"feature": one.feature, "value": one.value, "effect": round(one.effect, 2)} for one in told.reasons[:6]]
    target = pd.Timestamp(told.route.departs_at + timedelta(days=1)).tz_convert("UTC")
    return pd.DataFrame(
        [{"subject": ROUTE + name, "target_at": target, "value": told.expected, **bounds, "reasons": reasons}]
    )


def accept(session: Session, dataset: Dataset, route_id: str, by: str) -> RouteEstimate:
    """Decide to drive a route with the vehicle of its saved estimate; once, however often the same person says so.

    Raises UnknownEstimate, RouteTaken, and RouteAccepted where somebody else was faster.
    """
    row = estimate_of(session, dataset, route_id)
    if row is None or row.prediction_id is None:
        raise UnknownEstimate(route=route_id)
    if delivery_of(session, dataset, route_id) is not None:
        raise RouteTaken(route=route_id)
    if row.accepted_at is not None and row.accepted_by == by:
        return row
    seen = (ROW.id == row.id, ROW.prediction_id == row.prediction_id, ROW.accepted_at.is_(None))
    change = update(RouteEstimate).where(*seen).values(accepted_at=clock.now(), accepted_by=by)
    changed_once(session, change, lambda: _accepted(session, dataset, route_id))
    detail = {"vehicle": row.vehicle_type, "expected": round(row.expected, 2), "baseline": round(row.baseline, 2)}
    ledger.record_decision(
        session, dataset, ROUTE + route_id, USE_VEHICLE, by, row.prediction_id, row.model_version, detail
    )
    return session.get_one(RouteEstimate, row.id, populate_existing=True)


def _accepted(session: Session, dataset: Dataset, route_id: str) -> ProductError:
    row = _now(session, dataset, route_id)
    if row is None:
        return UnknownEstimate(route=route_id)
    if row.accepted_at is None:
        return RouteSaved(LastChange(row.made_by, row.made_at), route=route_id)
    return RouteAccepted(LastChange(row.accepted_by, row.accepted_at), route=route_id, vehicle=row.vehicle_type or "–")
