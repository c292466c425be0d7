"""Puts the demo company's deliveries into the tables. Callers commit."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Customer, Dataset, OrderLine, Product
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.demo import Stretch
from ml_insights.logistics.removal import TABLES

DAYS, STOPS_DAYS = 550, 60
"""How far back trips go, and how far the places of their stops are kept."""
COLD = ("Congelados", "Lácteos y huevos")


def fill(session: Session, seed: int, stretch: Stretch) -> dict[str, int]:
    """Trips that deliver the demo company's orders of the last year and a half, those that left within `stretch`."""
    from ml_insights.logistics.demo.generate import generate

    end = stretch.end + timedelta(days=1)
    orders, first = _orders(session), end - timedelta(days=DAYS)
    recent = orders[orders["day"] >= first] if len(orders) else orders
    made = generate([seed, 12], recent, company().timezone, first, end - timedelta(days=STOPS_DAYS))
    deliveries = made.deliveries
    if len(deliveries):
        now = clock.now()
        left = [stretch.holds(at) and at < now for at in deliveries["departed_at"]]
        deliveries = deliveries[left]
        texts = [json.dumps(one, ensure_ascii=False) for one in deliveries["features"]]
        deliveries = deliveries.assign(features=texts)
    stops = made.stops[made.stops["route_id"].isin(deliveries["route_id"])] if len(made.stops) else made.stops
    for table, frame in ((TABLES[0], deliveries), (TABLES[1], stops)):
        rows: Any = frame.assign(dataset=Dataset.DEMO).to_dict("records")
        if rows:
            session.connection().execute(insert(table), rows)
    mark_changed(session, Dataset.DEMO)
    return {TABLES[0].name: len(deliveries), TABLES[1].name: len(stops)}


def _orders(session: Session) -> pd.DataFrame:
    """customer_id, region, day, units and cold_units of each sale that goes to a customer."""
    line, customer, product = OrderLine, Customer, Product
    cold = col(line.quantity) * col(product.category).in_(COLD).cast(_number())
    query = (
        select(
            col(line.customer_id),
            col(customer.region),
            func.min(col(line.ordered_at)),
            func.sum(col(line.quantity)),
            func.sum(cold),
        )
        .join(
            customer,
            (col(customer.dataset) == col(line.dataset)) & (col(customer.customer_id) == col(line.customer_id)),
        )
        .join(product, (col(product.dataset) == col(line.dataset)) & (col(product.product_id) == col(line.product_id)))
        .where(col(line.dataset) == Dataset.DEMO, col(line.quantity) > 0)
        .group_by(col(line.order_id), col(line.customer_id), col(customer.region))
        .order_by(func.min(col(line.ordered_at)), col(line.order_id))
    )
    names = pd.Index(["customer_id", "region", "at", "units", "cold_units"])
    table = pd.DataFrame([tuple(row) for row in session.execute(query)], columns=names)
    local = pd.to_datetime(table.pop("at"), utc=True).dt.tz_convert(company().zone)
    return table.assign(day=local.dt.date)


def _number():
    from sqlalchemy import Integer

    return Integer
