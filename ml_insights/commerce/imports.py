"""Customers, products and orders on their way into the tables."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.writing import Target, write_rows

ORDERS = Target(
    "order_lines",
    ("order_id", "product_id", "occurrence"),
    ("ordered_at", "quantity", "unit_price", "customer_id", "channel"),
    moment="ordered_at",
    money="quantity * unit_price",
)
CUSTOMERS = Target("customers", ("customer_id",), ("name", "email", "phone", "region", "created_at"), describes=True)
PRODUCTS = Target("products", ("product_id",), ("name", "category", "unit_cost"), describes=True)


def write_orders(session: Session, batch: Batch) -> ImportCount:
    """Add order lines. Lines that are known with other values keep them unless the batch updates."""
    return write_rows(session, batch, ORDERS)


def write_customers(session: Session, batch: Batch) -> ImportCount:
    """Add customers and update known ones; a value that the file does not give stays as it is."""
    return write_rows(session, Batch(batch.id, batch.dataset, batch.chunks, update=True), CUSTOMERS)


def write_products(session: Session, batch: Batch) -> ImportCount:
    """Add products and update known ones; a value that the file does not give stays as it is."""
    return write_rows(session, Batch(batch.id, batch.dataset, batch.chunks, update=True), PRODUCTS)
