"""A shop whose buyers answer to prices in a known way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import insert

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine, Product
from ml_insights.core.database import transaction

FIRST = datetime(2025, 1, 6, 15, tzinfo=UTC)
ELASTICITIES = (-2.5, -1.5, -0.8, -1.8)
CONSTANT = "product-9"
"""Sold at one price only."""
USUAL, COST = 10.0, 6.0


def market(first_day: int, days: int, factor: float = 1.0, described: bool = True) -> None:
    """Add a line a day and product; prices change each Monday, the quantity follows by the product's elasticity."""
    random = np.random.default_rng(first_day)
    lines = []
    for product, elasticity in enumerate((*ELASTICITIES, 0.0)):
        name = CONSTANT if product == len(ELASTICITIES) else f"product-{product}"
        for day in range(first_day, first_day + days):
            week = np.random.default_rng((day // 7) * 10 + product)
            price = USUAL if name == CONSTANT else round(USUAL * float(np.exp(week.normal(0, 0.12))), 2)
            mean = 50.0 * (product + 1) * (price / USUAL) ** elasticity
            lines.append(_line(name, day, price, factor * mean * float(np.exp(random.normal(0, 0.1)))))
    with transaction() as session:
        session.connection().execute(insert(OrderLine), lines)
        if described:
            names = [CONSTANT, *(f"product-{number}" for number in range(len(ELASTICITIES)))]
            known = {"dataset": Dataset.COMPANY, "unit_cost": COST, "category": "Tools"}
            rows = [{**known, "product_id": name, "name": f"The {name}"} for name in names]
            session.connection().execute(insert(Product), rows)
        mark_changed(session, Dataset.COMPANY)


def _line(product: str, day: int, price: float, quantity: float) -> dict[str, object]:
    return {
        "dataset": Dataset.COMPANY,
        "order_id": f"{product}-{day}",
        "product_id": product,
        "occurrence": 0,
        "ordered_at": FIRST + timedelta(days=day),
        "quantity": round(quantity, 2),
        "unit_price": price,
    }
