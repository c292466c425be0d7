"""A shop whose customers buy at their own pace until they leave: enough to learn churn from in an instant."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import insert

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.core.database import transaction

CUSTOMERS, DAYS = 150, 330


def trade(end: datetime, customers: int = CUSTOMERS, days: int = DAYS, seed: int = 0) -> None:
    """Orders of the `days` days whose last one ends with the order at `end`; one customer only gives things back."""
    random = np.random.default_rng(seed)
    lines = []
    for customer in range(customers):
        pace, leaves = random.uniform(4, 40), random.exponential(300)
        day = random.uniform(0, days / 2)
        while day < min(days, leaves + 20):
            lines.append(_line(customer, end - timedelta(days=days - int(day)), len(lines), random.lognormal(3, 0.5)))
            day += random.exponential(pace)
    lines.append(_line(customers, end - timedelta(days=40), len(lines), -9.0))
    lines.append(_line(0, end, len(lines), 20.0))
    with transaction() as session:
        session.connection().execute(insert(OrderLine), lines)
        mark_changed(session, Dataset.COMPANY)


def _line(customer: int, at: datetime, number: int, amount: float) -> dict[str, object]:
    return {
        "dataset": Dataset.COMPANY,
        "order_id": f"order-{number}",
        "product_id": f"product-{number % 7}",
        "occurrence": 0,
        "ordered_at": at,
        "quantity": 1.0 if amount > 0 else -1.0,
        "unit_price": abs(round(amount, 2)),
        "customer_id": f"c{customer}",
    }
