"""Visits: orders by customer, added up in the database, so that memory grows with orders and not with lines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import ColumnElement, Float, and_, case, cast, func, select
from sqlmodel import Session

from ml.behaviour.visits import local_days, purchases
from ml_insights.commerce.queries import LINES, _fetch, _instant, _scan
from ml_insights.commerce.tables import Dataset

TEXTS = ("customer_id", "order_id", "product_id")


def visits_frame(
    session: Session,
    dataset: Dataset,
    zone: ZoneInfo,
    *,
    customer_id: str | None = None,
    after: date | None = None,
    until: date | None = None,
) -> pd.DataFrame:
    """What `ml.behaviour.visits.visits` makes of the order lines of `dataset`; its days are those of `zone`.

    Of one customer where it is given, and of lines after the end of the day `after` and up to the end of `until`.
    """
    chosen = [LINES.customer_id.is_not(None), func.trim(LINES.customer_id) != ""]
    chosen += [LINES.dataset == dataset, LINES.customer_id == customer_id] if customer_id else [_scan(session, dataset)]
    chosen += [LINES.ordered_at >= _end(after, zone)] if after else []
    chosen += [LINES.ordered_at < _end(until, zone)] if until else []
    orders = _orders(session, zone, and_(*chosen))
    return purchases(orders, _may_be_undone(session, zone, and_(*chosen), whole=customer_id is not None))


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _orders(session: Session, zone: ZoneInfo, chosen: ColumnElement[bool]) -> pd.DataFrame:
    sold, amount, moment = LINES.quantity > 0, LINES.quantity * LINES.unit_price, _instant(session)
    columns = {
        "customer_id": LINES.customer_id,
        "order_id": LINES.order_id,
        "ordered_at": func.coalesce(func.min(case((sold, moment))), func.min(moment)),
        "net": func.sum(amount, type_=Float),
        "units": func.sum(case((sold, LINES.quantity), else_=0.0), type_=Float),
        "lines": cast(func.count(case((sold, 1))), Float),
        "products": cast(func.count(case((sold, LINES.product_id)).distinct()), Float),
    }
    statement = select(*columns.values()).where(chosen).group_by(LINES.customer_id, LINES.order_id)
    table = _fetch(session, statement, tuple(columns), TEXTS[:2]).to_pandas()
    return table.astype(dict.fromkeys(TEXTS[:2], object)).assign(day=local_days(table["ordered_at"], zone))


def _may_be_undone(session: Session, zone: ZoneInfo, chosen: ColumnElement[bool], whole: bool) -> pd.DataFrame:
    """Lines of what their customers have given some of back; all chosen lines where `whole`, as few need no join."""
    back = select(LINES.customer_id, LINES.product_id).where(chosen, LINES.quantity < 0).distinct().subquery()
    same = and_(back.c.customer_id == LINES.customer_id, back.c.product_id == LINES.product_id)
    columns = {
        "customer_id": LINES.customer_id,
        "order_id": LINES.order_id,
        "product_id": LINES.product_id,
        "ordered_at": _instant(session),
        "quantity": LINES.quantity,
        "amount": LINES.quantity * LINES.unit_price,
    }
    every = select(*columns.values()).where(chosen)
    statement = every if whole else every.join_from(LINES.id.table, back, same)
    table = _fetch(session, statement, tuple(columns), TEXTS).to_pandas()
    return table.astype(dict.fromkeys(TEXTS, object)).assign(day=local_days(table.pop("ordered_at"), zone))
