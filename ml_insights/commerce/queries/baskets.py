"""What was bought by whom on which day, each once: what likely products are learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import Session

from ml.behaviour.visits import local_days
from ml_insights.commerce.queries import LINES, PRODUCTS, _bucket, _fetch, _instant, _scan
from ml_insights.commerce.queries.services import services_of
from ml_insights.commerce.tables import Dataset


def baskets_frame(session: Session, dataset: Dataset, zone: ZoneInfo, since: date) -> pd.DataFrame:
    """customer_id, product_id and day (datetime64, midnight of `zone`) of products that were sold from `since` on."""
    columns = {
        "customer_id": LINES.customer_id,
        "product_id": LINES.product_id,
        "ordered_at": func.min(_instant(session)),
    }
    statement = (
        select(*columns.values())
        .where(_scan(session, dataset), LINES.ordered_at >= datetime.combine(since, time.min, zone))
        .where(LINES.quantity > 0, LINES.customer_id.is_not(None), func.trim(LINES.customer_id) != "")
        .group_by(LINES.customer_id, LINES.product_id, _bucket(session, zone))
    )
    table = _fetch(session, statement, tuple(columns), ("customer_id", "product_id")).to_pandas()
    day = local_days(table.pop("ordered_at"), zone)
    found = table.astype({"customer_id": object, "product_id": object}).assign(day=day)
    return found[~found["product_id"].isin(services_of(session, dataset))].reset_index(drop=True)


def product_names(session: Session, dataset: Dataset) -> dict[str, str]:
    """Names of the products that have one, by product_id."""
    named = select(PRODUCTS.product_id, PRODUCTS.name).where(PRODUCTS.dataset == dataset, PRODUCTS.name.is_not(None))
    return dict(tuple(row) for row in session.execute(named))


def revenue_of(
    session: Session, dataset: Dataset, zone: ZoneInfo, customers: Sequence[str], after: date, until: date
) -> float:
    """What some customers paid, returns taken off, after the day `after`, up to the end of `until`, both in `zone`."""
    start, end = (datetime.combine(day + timedelta(days=1), time.min, zone) for day in (after, until))
    total = select(func.sum(LINES.quantity * LINES.unit_price)).where(
        LINES.dataset == dataset, LINES.ordered_at >= start, LINES.ordered_at < end
    )
    return float(session.scalar(total.where(LINES.customer_id.in_(customers))) or 0.0)
