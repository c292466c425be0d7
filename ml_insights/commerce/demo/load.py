"""Puts the demo company's customers, products and orders into the tables. Callers commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Table, insert
from sqlmodel import Session

from ml_insights.commerce.removal import TABLES
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core.demo import Stretch

if TYPE_CHECKING:
    from ml_insights.commerce.demo.generate import DemoTrade

BATCH = 20_000
"""Rows handed to the database at once."""


def fill(session: Session, seed: int, stretch: Stretch) -> dict[str, int]:
    """Three years of orders up to the end of the trade, as far as `stretch` holds them."""
    from ml_insights.commerce.demo.repricing import at_prices_set

    trade = _trade(seed, stretch.end)
    orders = at_prices_set(_within(trade.orders, "ordered_at", stretch), stretch.repriced, seed)
    customers = _within(trade.customers, "created_at", stretch)
    products = trade.products if stretch.since is None else trade.products.iloc[:0]
    frames = {"order_lines": orders, "products": products, "customers": customers}
    added = {table.name: _insert(session, table, frames[table.name]) for table in TABLES}
    mark_changed(session, Dataset.DEMO)
    return added


@lru_cache(maxsize=1)
def _trade(seed: int, end: date) -> DemoTrade:
    """The whole trade, of which every stretch is a part: made once for all of them. Callers change nothing in it."""
    import numpy as np

    from ml_insights.commerce.demo.generate import generate

    trade = generate(np.random.default_rng(seed), end)
    occurrence = trade.orders.groupby(["order_id", "product_id"]).cumcount()
    return replace(trade, orders=trade.orders.assign(occurrence=occurrence))


def _within(rows: pd.DataFrame, at: str, stretch: Stretch) -> pd.DataFrame:
    inside = rows[at] < pd.Timestamp(stretch.until)
    return rows[inside & (rows[at] >= pd.Timestamp(stretch.since))] if stretch.since else rows[inside]


def _insert(session: Session, table: Table, frame: pd.DataFrame) -> int:
    marked = frame.assign(dataset=Dataset.DEMO.value)
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, table, marked)
    else:
        for start in range(0, len(marked), BATCH):
            rows: Any = marked.iloc[start : start + BATCH].to_dict("records")
            session.connection().execute(insert(table), rows)
    return len(marked)


def _copy(session: Session, table: Table, frame: pd.DataFrame) -> None:
    """PostgreSQL takes rows several times faster by COPY than by INSERT."""
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(map(str, frame))}) FROM STDIN") as copy:
        for row in frame.itertuples(index=False):
            copy.write_row(row)
