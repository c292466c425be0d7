"""Reads of logistics; filtering, sorting, paging and sums happen in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session, SQLModel, col

from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Published
from ml_insights.core.listing import Order, window
from ml_insights.core.paging import LARGEST
from ml_insights.logistics.facts import Accuracy, HistoryRow, InputFact, ReleaseFact, VehicleFact
from ml_insights.logistics.tables import Delivery, RouteEstimate, RouteRelease, RouteStop

if TYPE_CHECKING:
    import pandas as pd

DELIVERIES, ESTIMATES, STOPS = (
    SQLModel.metadata.tables[str(kind.__tablename__)].c for kind in (Delivery, RouteEstimate, RouteStop)
)
JOINED = and_(DELIVERIES.dataset == ESTIMATES.dataset, DELIVERIES.route_id == ESTIMATES.route_id)
ERROR = func.abs(ESTIMATES.expected - DELIVERIES.cost)
SORTS: dict[str, ColumnElement[Any]] = {
    "departs_at": ESTIMATES.departs_at,
    "route_id": ESTIMATES.route_id,
    "vehicle_type": ESTIMATES.vehicle_type,
    "distance_km": ESTIMATES.distance_km,
    "weight_kg": ESTIMATES.weight_kg,
    "expected": ESTIMATES.expected,
    "actual": DELIVERIES.cost,
    "error": ERROR,
}
STATES = ("driven", "planned", "outside", "all")


@dataclass(frozen=True)
class Filter:
    """Which routes: "driven" (cost known), "planned" (not yet), "outside" (cost outside the interval) or "all"; of one
    vehicle type or any; whose number or type holds `search`; that departed in the last `days` before the last one."""

    state: str = "driven"
    vehicle: str = ""
    search: str = ""
    days: int = 0


def deliveries_frame(session: Session, dataset: Dataset, zone: ZoneInfo) -> pd.DataFrame:
    """Every delivery, oldest first: the columns of the contract, `departed_at` as naive local time, and one column per
    further feature. Names that the contract has taken keep the contract's meaning."""
    import pandas as pd

    names = ("route_id", "departed_at", "cost", "distance_km", "weight_kg", "stops", "vehicle_type", "features")
    query = select(*(DELIVERIES[name] for name in names)).where(DELIVERIES.dataset == dataset)
    rows = session.execute(query.order_by(DELIVERIES.departed_at, DELIVERIES.id)).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=pd.Index(names))
    numbers = {name: frame[name].astype(float) for name in ("cost", "distance_km", "weight_kg", "stops")}
    at = pd.to_datetime(frame["departed_at"], utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    extra = pd.DataFrame([json.loads(text) if text else {} for text in frame["features"]], index=frame.index)
    named = frame.drop(columns="features").assign(departed_at=at, **numbers)
    free = extra[[name for name in extra if name not in named]]
    return pd.concat([named, free], axis=1)


def count_deliveries(session: Session, dataset: Dataset) -> int:
    """How many there are."""
    return session.execute(select(func.count()).where(DELIVERIES.dataset == dataset)).scalar_one()


def current_release(session: Session, dataset: Dataset) -> ReleaseFact | None:
    """What the model that answers can be asked; None before the first."""
    row = session.get(RouteRelease, dataset)
    if row is None:
        return None
    inputs = tuple(InputFact(**{**one, "choices": tuple(one.get("choices", ()))}) for one in row.inputs)
    vehicles = tuple(VehicleFact(**one) for one in row.vehicles)
    plain = {name: getattr(row, name) for name in ("model_version", "data_version", "computed_at", "as_of")}
    told = {"deliveries": row.deliveries, "rule": row.rule, "left_out": row.left_out}
    return ReleaseFact(dataset=row.dataset.value, inputs=inputs, vehicles=vehicles, **plain, **told)


def published(session: Session, dataset: Dataset) -> Published | None:
    """The state of the data that the published model has seen; None before the first."""
    row = session.get(RouteRelease, dataset)
    return Published(row.data_version, row.as_of) if row else None


def history(
    session: Session,
    dataset: Dataset,
    wanted: Filter,
    sort: str = "departs_at",
    descending: bool = True,
    limit: int | None = 25,
    offset: int = 0,
) -> list[HistoryRow]:
    """Routes with estimates, one page of them; by a key of SORTS."""
    order = Order(SORTS.get(sort, SORTS["departs_at"]), ESTIMATES.id, descending)
    parts = order.parts(_estimates(session, dataset, wanted))
    return [HistoryRow(**row._mapping) for row in window(session, parts, limit or LARGEST, offset)]


def count_history(session: Session, dataset: Dataset, wanted: Filter) -> int:
    """How many routes match."""
    matching = _estimates(session, dataset, wanted).with_only_columns(func.count())
    return session.execute(matching).scalar_one()


def accuracy(session: Session, dataset: Dataset, wanted: Filter) -> Accuracy:
    """How right the estimates of driven routes were, beside the rule of thumb."""
    inside = func.avg(_as_number(DELIVERIES.cost.between(ESTIMATES.lo_80, ESTIMATES.hi_80)))
    sums = (
        func.count(DELIVERIES.cost),
        func.sum(ERROR),
        func.sum(DELIVERIES.cost),
        inside,
        func.sum(func.abs(ESTIMATES.baseline - DELIVERIES.cost)),
    )
    driven = _estimates(session, dataset, wanted).where(DELIVERIES.cost.is_not(None)).with_only_columns(*sums)
    routes, error, cost, covered, base = session.execute(driven).one()
    if not routes:
        return Accuracy(0, None, None, None, None, None)
    return Accuracy(routes, error / routes, error / cost, float(covered), base / routes, base / cost)


def vehicle_types(session: Session, dataset: Dataset) -> list[str]:
    """Types among the estimates, by name."""
    chosen = select(ESTIMATES.vehicle_type).where(ESTIMATES.dataset == dataset, ESTIMATES.vehicle_type.is_not(None))
    return sorted(session.execute(chosen.distinct()).scalars())


def estimate_of(session: Session, dataset: Dataset, route_id: str) -> RouteEstimate | None:
    """The estimate of a route."""
    found = select(RouteEstimate).where(col(RouteEstimate.dataset) == dataset, col(RouteEstimate.route_id) == route_id)
    return session.execute(found).scalar_one_or_none()


def delivery_of(session: Session, dataset: Dataset, route_id: str) -> Delivery | None:
    """The delivery of that number."""
    found = select(Delivery).where(col(Delivery.dataset) == dataset, col(Delivery.route_id) == route_id)
    return session.execute(found).scalar_one_or_none()


def costs_of(session: Session, dataset: Dataset, route_ids: list[str]) -> dict[str, float]:
    """What those of the routes cost that have been driven."""
    query = select(DELIVERIES.route_id, DELIVERIES.cost)
    found = session.execute(query.where(DELIVERIES.dataset == dataset, DELIVERIES.route_id.in_(route_ids)))
    return {row.route_id: row.cost for row in found}


def estimated_routes(session: Session, dataset: Dataset) -> set[str]:
    """Numbers of the routes that have an estimate."""
    return set(session.execute(select(ESTIMATES.route_id).where(ESTIMATES.dataset == dataset)).scalars())


def daily_costs(session: Session, dataset: Dataset, since: datetime) -> Iterator[tuple[datetime, str, float]]:
    """Departure, vehicle type and cost of each delivery from `since` on."""
    query = select(DELIVERIES.departed_at, func.coalesce(DELIVERIES.vehicle_type, ""), DELIVERIES.cost)
    for row in session.execute(query.where(DELIVERIES.dataset == dataset, DELIVERIES.departed_at >= since)):
        yield row[0], row[1], row[2]


def last_departure(session: Session, dataset: Dataset) -> datetime | None:
    """When the latest delivery left."""
    return session.execute(select(func.max(DELIVERIES.departed_at)).where(DELIVERIES.dataset == dataset)).scalar()


def routes_with_stops(session: Session, dataset: Dataset, search: str = "", limit: int = 20) -> list[dict[str, Any]]:
    """Routes whose stops are known, the latest first: route_id, points and, where driven, vehicle_type, departed_at."""
    counted = (
        select(STOPS.route_id, func.count().label("points"))
        .where(STOPS.dataset == dataset)
        .group_by(STOPS.route_id)
        .subquery()
    )
    same = and_(DELIVERIES.dataset == dataset, DELIVERIES.route_id == counted.c.route_id)
    query = select(counted.c.route_id, counted.c.points, DELIVERIES.vehicle_type, DELIVERIES.departed_at).select_from(
        counted.outerjoin(DELIVERIES.id.table, same)
    )
    for word in search.split():
        query = query.where(counted.c.route_id.icontains(word, autoescape=True))
    query = query.order_by(DELIVERIES.departed_at.desc().nulls_last(), counted.c.route_id.desc()).limit(limit)
    return [dict(row._mapping) for row in session.execute(query)]


def stops_of(session: Session, dataset: Dataset, route_id: str) -> list[tuple[float, float]]:
    """(latitude, longitude) of a route's stops, in the order driven."""
    query = select(STOPS.lat, STOPS.lon).where(STOPS.dataset == dataset, STOPS.route_id == route_id)
    return [(row.lat, row.lon) for row in session.execute(query.order_by(STOPS.seq))]


def some_stops(session: Session, dataset: Dataset, limit: int = 2000) -> list[tuple[float, float]]:
    """(latitude, longitude) of so many stops, by route."""
    query = select(STOPS.lat, STOPS.lon).where(STOPS.dataset == dataset).order_by(STOPS.route_id, STOPS.seq)
    return [(row.lat, row.lon) for row in session.execute(query.limit(limit))]


def first_day(session: Session, dataset: Dataset, zone: ZoneInfo) -> date | None:
    """Local day of the first delivery."""
    found = session.execute(select(func.min(DELIVERIES.departed_at)).where(DELIVERIES.dataset == dataset)).scalar()
    return found.astimezone(zone).date() if found else None


def _estimates(session: Session, dataset: Dataset, wanted: Filter) -> Select[Any]:
    columns = [ESTIMATES[name] for name in HistoryRow.__dataclass_fields__ if name != "actual"]
    joined = ESTIMATES.id.table.outerjoin(DELIVERIES.id.table, JOINED)
    query = select(*columns, DELIVERIES.cost.label("actual")).select_from(joined).where(ESTIMATES.dataset == dataset)
    if wanted.state == "driven":
        query = query.where(DELIVERIES.cost.is_not(None))
    elif wanted.state == "planned":
        query = query.where(DELIVERIES.cost.is_(None))
    elif wanted.state == "outside":
        query = query.where(~DELIVERIES.cost.between(ESTIMATES.lo_80, ESTIMATES.hi_80))
    if wanted.vehicle:
        query = query.where(ESTIMATES.vehicle_type == wanted.vehicle)
    for word in wanted.search.split():
        match = ESTIMATES.route_id.icontains(word, autoescape=True)
        query = query.where(match | ESTIMATES.vehicle_type.icontains(word, autoescape=True))
    return query if not wanted.days else query.where(ESTIMATES.departs_at >= _since(session, dataset, wanted.days))


def _since(session: Session, dataset: Dataset, days: int) -> datetime:
    from datetime import timedelta

    from ml_insights.core import clock

    return (last_departure(session, dataset) or clock.now()) - timedelta(days=days)


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[float]:
    from sqlalchemy import case

    return case((condition, 1.0), else_=0.0)
