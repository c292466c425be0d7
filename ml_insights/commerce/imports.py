"""Customers, products and orders on their way into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.naming import latest_of_each, products_of
from ml_insights.commerce.writing import Target, write_rows

ORDERS = Target(
    "order_lines",
    ("order_id", "product_id", "occurrence"),
    ("ordered_at", "quantity", "unit_price", "customer_id", "channel", "promotion"),
    moment="ordered_at",
    money="quantity * unit_price",
)
CUSTOMERS = Target("customers", ("customer_id",), ("name", "email", "phone", "region", "created_at"), describes=True)
PRODUCTS = Target("products", ("product_id",), ("name", "category", "unit_cost"), describes=True)


def write_orders(session: Session, batch: Batch) -> ImportCount:
    """Add order lines. Lines that are known with other values keep them unless the batch updates."""
    return write_rows(session, batch, ORDERS)


def write_customers(session: Session, batch: Batch) -> ImportCount:
    """Add customers and update known ones; a value that the file does not give stays as it is.

    Of a customer who is told of more than once the latest values count that are not empty.
    """
    seen: list[int] = []

    def chunks() -> Iterator[pa.Table]:
        for chunk in batch.chunks:
            seen.append(chunk.num_rows)
            yield latest_of_each(chunk, "customer_id")

    return _described(session, batch, chunks(), seen, CUSTOMERS)


def write_products(session: Session, batch: Batch) -> ImportCount:
    """Add products and update known ones; a value that the file does not give stays as it is.

    A product that is told of more than once gets its commonest name and category, and its latest cost.
    """
    seen: list[int] = []
    return _described(session, batch, products_of(batch.chunks, seen), seen, PRODUCTS)


def _described(
    session: Session, batch: Batch, chunks: Iterable[pa.Table], seen: list[int], target: Target
) -> ImportCount:
    """Write one row of each; the file's other rows about it, `seen` with it, count as known."""
    count = write_rows(session, Batch(batch.id, batch.dataset, chunks, update=True), target)
    written = count.added + count.unchanged + count.updated + count.kept
    return count + ImportCount(unchanged=sum(seen) - written)
