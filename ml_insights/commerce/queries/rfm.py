"""Purchases for recency, frequency and monetary value: orders added up in the database, so that memory does not grow
with lines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Float, case, func, select
from sqlmodel import Session

from ml.behaviour.visits import local_days
from ml.segments.purchases import Purchases, in_order
from ml_insights.commerce.queries import CUSTOMERS, LINES, _fetch, _instant, _scan
from ml_insights.commerce.tables import Dataset


def purchases_of(session: Session, dataset: Dataset, zone: ZoneInfo) -> Purchases:
    """Every order of a known customer, on its day in `zone`: what `ml.segments` makes of `ml.behaviour.visits`."""
    sold, amount, moment = LINES.quantity > 0, LINES.quantity * LINES.unit_price, _instant(session)
    gave_back = (LINES.quantity < 0) & (LINES.unit_price > 0)
    columns = {
        "customer_id": LINES.customer_id,
        "ordered_at": func.coalesce(func.min(case((sold, moment))), func.min(moment)),
        "sold": func.max(case((sold, 1.0), else_=0.0), type_=Float),
        "revenue": func.sum(case((sold | gave_back, amount), else_=0.0), type_=Float),
    }
    statement = (
        select(*columns.values())
        .where(_scan(session, dataset), LINES.customer_id.is_not(None), func.trim(LINES.customer_id) != "")
        .group_by(LINES.customer_id, LINES.order_id)
    )
    table = _fetch(session, statement, tuple(columns), ("customer_id",))
    ids = table.column("customer_id").combine_chunks()
    names = np.asarray(ids.dictionary.to_pylist(), dtype=object) if len(ids) else np.zeros(0, dtype=object)
    order = np.argsort(names)
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    code = place[ids.indices.to_numpy()] if len(ids) else np.zeros(0, dtype=np.int64)
    days = local_days(table.column("ordered_at").to_pandas(), zone).to_numpy("datetime64[D]").astype(np.int64)
    numbers = (table.column(name).to_numpy() for name in ("sold", "revenue"))
    sales, revenue = (values.astype(float) for values in numbers)
    return in_order(names[order], code, days, sales > 0, revenue)


def buyers_between(session: Session, dataset: Dataset, zone: ZoneInfo, after: date, until: date) -> set[str]:
    """Customers with a sale after the day `after`, up to the end of `until`, both in `zone`."""
    start, end = (datetime.combine(day + timedelta(days=1), time.min, zone) for day in (after, until))
    found = select(LINES.customer_id).where(
        _scan(session, dataset), LINES.ordered_at >= start, LINES.ordered_at < end, LINES.quantity > 0
    )
    return set(session.scalars(found.where(LINES.customer_id.is_not(None)).distinct()))


def customers_with_orders(session: Session, dataset: Dataset) -> set[str]:
    """Customers that any order line names."""
    named = select(LINES.customer_id).where(_scan(session, dataset), LINES.customer_id.is_not(None))
    return set(session.scalars(named.distinct()))


def count_customers(session: Session, dataset: Dataset) -> int:
    """Customers in the list of customers; orders may name others."""
    return session.scalar(select(func.count()).where(CUSTOMERS.dataset == dataset)) or 0


def customer_names(session: Session, dataset: Dataset) -> dict[str, str]:
    """Names of the customers that have one, by id."""
    named = select(CUSTOMERS.customer_id, CUSTOMERS.name)
    found = session.execute(named.where(CUSTOMERS.dataset == dataset, CUSTOMERS.name.is_not(None)))
    return {customer: name for customer, name in found if name}
