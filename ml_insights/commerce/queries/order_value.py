"""What a usual purchase is worth."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from ml_insights.commerce.queries import last_day
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company


def mean_order_value(session: Session, dataset: Dataset, days: int = 365) -> float:
    """What a purchase of a known customer was worth on average over the last `days` days of the data; 0 without any."""
    zone = company().zone
    newest = last_day(session, dataset, zone)
    if newest is None:
        return 0.0
    found = visits_frame(session, dataset, zone, after=newest - timedelta(days=days))
    worth = found.loc[found["lines"] > 0, "revenue"]
    return float(worth.mean()) if len(worth) else 0.0
