"""What a usual order is worth."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from ml_insights.commerce.queries import LINES
from ml_insights.commerce.tables import Dataset


def mean_order_value(session: Session, dataset: Dataset, days: int = 365) -> float:
    """Revenue of an order of a known customer on average, without returns, over the last `days` days of the data."""
    newest = session.scalar(select(func.max(LINES.ordered_at)).where(LINES.dataset == dataset))
    if newest is None:
        return 0.0
    query = select(func.sum(LINES.quantity * LINES.unit_price), func.count(func.distinct(LINES.order_id))).where(
        LINES.dataset == dataset,
        LINES.ordered_at > newest - timedelta(days=days),
        LINES.quantity > 0,
        LINES.customer_id.is_not(None),
    )
    revenue, orders = session.execute(query).one()
    return float(revenue) / orders if orders else 0.0
