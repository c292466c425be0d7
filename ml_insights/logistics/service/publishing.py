"""Putting a model's answers where readers find them. Callers commit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import insert
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.training import Learning
from ml_insights.logistics.facts import InputFact, VehicleFact
from ml_insights.logistics.moments import utc
from ml_insights.logistics.queries import estimated_routes
from ml_insights.logistics.tables import RouteEstimate, RouteRelease

if TYPE_CHECKING:
    from ml.route_cost.model import RouteModel

MOST_CHOICES = 40


@dataclass(frozen=True)
class Told:
    """The model, what it says of past deliveries that it had not seen, and all deliveries."""

    model: RouteModel
    estimates: pd.DataFrame
    rows: pd.DataFrame


def publish(session: Session, learning: Learning, told: Told, version: str) -> dict[str, Any]:
    """Replace the release, and add estimates of routes that had none: what was said once stays."""
    dataset = Dataset(learning.dataset)
    vehicles = vehicles_of(told.rows)
    session.merge(
        RouteRelease(
            dataset=dataset,
            model_version=version,
            data_version=learning.data_version,
            computed_at=clock.now(),
            as_of=learning.last,
            deliveries=len(told.rows),
            inputs=[asdict(one) for one in inputs_of(told.model)],
            vehicles=[asdict(one) for one in vehicles],
            rule=dict(told.model.rule.__dict__),
            left_out={name: reason.value for name, reason in told.model.columns.left_out.items()},
        )
    )
    added = _add_estimates(session, dataset, told.estimates, version)
    return {"deliveries": len(told.rows), "estimates_added": added, "vehicles": len(vehicles)}


def inputs_of(model: RouteModel) -> list[InputFact]:
    """What the model looks at, in the order of its columns, beside the departure."""
    columns = model.columns
    numbers = [InputFact(name, "number", model.usual[name], *model.ranges[name]) for name in columns.numbers]
    levels = model.encoding.levels
    texts = [
        InputFact(name, "text", model.usual[name], choices=tuple(filter(None, levels[name]))[:MOST_CHOICES])
        for name in columns.texts
    ]
    return numbers + texts


def vehicles_of(rows: pd.DataFrame) -> list[VehicleFact]:
    """Vehicle types, the commonest first."""
    if "vehicle_type" not in rows or rows["vehicle_type"].isna().all():
        return []
    weights = rows["weight_kg"] if "weight_kg" in rows else pd.Series(float("nan"), index=rows.index)
    grouped = weights.groupby(rows["vehicle_type"]).agg(["size", "max"]).sort_values("size", ascending=False)
    return [
        VehicleFact(str(name), int(row["size"]), None if pd.isna(row["max"]) else float(row["max"]))
        for name, row in grouped.iterrows()
    ]


def _add_estimates(session: Session, dataset: Dataset, estimates: pd.DataFrame, version: str) -> int:
    if estimates.empty:
        return 0
    known = estimated_routes(session, dataset)
    fresh = estimates[~estimates["route_id"].isin(known)].drop_duplicates("route_id")
    departs = utc(fresh["departed_at"], company().zone)
    sizes = ("vehicle_type", "distance_km", "weight_kg", "stops", "expected", "lo_80", "hi_80", "baseline")
    columns = {name: fresh.get(name) for name in sizes}
    table = pd.DataFrame({"route_id": fresh["route_id"], **columns}).astype(object)
    table = table.assign(departs_at=departs)
    common = {"dataset": dataset, "model_version": version, "made_at": clock.now(), "made_by": "", "accepted_by": ""}
    rows = [common | {str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]
    if rows:
        session.connection().execute(insert(RouteEstimate), rows)
    return len(rows)


def _plain(value: Any) -> Any:
    """What a database takes: nothing instead of NaN, and Python's own times."""
    if value is None or pd.isna(value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
