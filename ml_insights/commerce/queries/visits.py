"""Visits: orders by customer, aggregated in the database, so that memory grows with orders and not with lines."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Float, case, cast, func, select
from sqlmodel import Session

from ml.behaviour.visits import in_order, local_days
from ml_insights.commerce.queries import LINES, _fetch, _instant, _scan
from ml_insights.commerce.tables import Dataset


def visits_frame(session: Session, dataset: Dataset, zone: ZoneInfo) -> pd.DataFrame:
    """What `ml.behaviour.visits.visits` makes of all order lines of `dataset`; its days are those of `zone`."""
    sold, amount, moment = LINES.quantity > 0, LINES.quantity * LINES.unit_price, _instant(session)
    gave_back = (LINES.quantity < 0) & (LINES.unit_price > 0)
    columns = {
        "customer_id": LINES.customer_id,
        "order_id": LINES.order_id,
        "ordered_at": func.coalesce(func.min(case((sold, moment))), func.min(moment)),
        "units": func.sum(case((sold, LINES.quantity), else_=0.0), type_=Float),
        "revenue": func.sum(case((sold, amount), else_=0.0), type_=Float),
        "returned": func.sum(case((gave_back, -amount), else_=0.0), type_=Float),
        "lines": cast(func.count(case((sold, 1))), Float),
        "products": cast(func.count(case((sold, LINES.product_id)).distinct()), Float),
    }
    statement = (
        select(*columns.values())
        .where(_scan(session, dataset), LINES.customer_id.is_not(None), func.trim(LINES.customer_id) != "")
        .group_by(LINES.customer_id, LINES.order_id)
    )
    table = _fetch(session, statement, tuple(columns), ("customer_id", "order_id")).to_pandas()
    texts = {"customer_id": object, "order_id": object}
    return in_order(table.astype(texts).assign(day=local_days(table["ordered_at"], zone)))
