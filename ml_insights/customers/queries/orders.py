"""What one customer ordered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Float, case, func, literal_column, select
from sqlmodel import Session

from ml_insights.commerce.queries import CUSTOMERS, LINES, PRODUCTS
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.tables import Dataset
from ml_insights.customers.facts import LineFact, OrderFact, ProductFact, Profile

MOST_PRODUCTS = 10
NAMED = (PRODUCTS.dataset == LINES.dataset) & (PRODUCTS.product_id == LINES.product_id)


def profile(session: Session, dataset: Dataset, customer_id: str) -> Profile | None:
    """Who a customer is; None where neither the list of customers nor any order names them."""
    columns = (
        CUSTOMERS.customer_id,
        CUSTOMERS.name,
        CUSTOMERS.email,
        CUSTOMERS.phone,
        CUSTOMERS.region,
        CUSTOMERS.created_at,
    )
    query = select(*columns).where(CUSTOMERS.dataset == dataset, CUSTOMERS.customer_id == customer_id)
    row = session.execute(query).mappings().first()
    if row:
        return Profile(**row)
    named = select(LINES.id).where(LINES.dataset == dataset, LINES.customer_id == customer_id).limit(1)
    return Profile(customer_id) if session.scalar(named) is not None else None


def orders_of(session: Session, dataset: Dataset, customer_id: str, zone: ZoneInfo) -> list[OrderFact]:
    """All orders of a customer, the newest first; what came back on its day in `zone` was not bought.

    Grouped by an expression: for the column itself SQLite walks the index of all orders instead of the customer's.
    """
    sold, amount = LINES.quantity > 0, LINES.quantity * LINES.unit_price
    at = func.min(LINES.ordered_at, type_=LINES.ordered_at.type)
    query = (
        select(
            func.coalesce(LINES.order_id, "").label("order_id"),
            at.label("at"),
            func.sum(amount, type_=Float).label("value"),
            func.sum(case((sold, LINES.quantity), else_=0.0), type_=Float).label("units"),
            func.sum(case((sold, 0.0), else_=-LINES.quantity), type_=Float).label("returned"),
            func.count().label("lines"),
        )
        .where(LINES.dataset == dataset, LINES.customer_id == customer_id)
        .group_by(literal_column("1"))
        .order_by(at.desc(), literal_column("1"))
    )
    visits = visits_frame(session, dataset, zone, customer_id=customer_id)
    bought = set(visits.loc[visits["lines"] > 0, "order_id"])
    rows = session.execute(query).mappings()
    return [OrderFact(**row, bought=row["order_id"] in bought) for row in rows]


def lines_of(session: Session, dataset: Dataset, customer_id: str, order_ids: Collection[str]) -> list[LineFact]:
    """The lines of a customer's orders of these numbers, the newest first."""
    query = (
        select(
            func.coalesce(LINES.order_id, "").label("order_id"),
            LINES.ordered_at.label("at"),
            LINES.product_id,
            PRODUCTS.name.label("product"),
            LINES.quantity,
            LINES.unit_price,
            (LINES.quantity * LINES.unit_price).label("amount"),
        )
        .join_from(LINES.id.table, PRODUCTS.product_id.table, NAMED, isouter=True)
        .where(LINES.dataset == dataset, LINES.customer_id == customer_id)
        .order_by(LINES.ordered_at.desc(), LINES.order_id, LINES.id)
    )
    wanted = frozenset(order_ids)
    return [LineFact(**row) for row in session.execute(query).mappings() if row["order_id"] in wanted]


def products_of(
    session: Session, dataset: Dataset, customer_id: str, since: datetime, most: int = MOST_PRODUCTS
) -> list[ProductFact]:
    """What a customer has bought most of, by revenue, from `since` on; what was given back is taken off."""
    amount, sold = LINES.quantity * LINES.unit_price, LINES.quantity > 0
    revenue = func.sum(amount, type_=Float)
    query = (
        select(
            LINES.product_id,
            func.max(PRODUCTS.name).label("name"),
            func.count(case((sold, LINES.order_id)).distinct()).label("orders"),
            func.sum(LINES.quantity, type_=Float).label("units"),
            revenue.label("revenue"),
            func.max(case((sold, LINES.ordered_at)), type_=LINES.ordered_at.type).label("last"),
        )
        .join_from(LINES.id.table, PRODUCTS.product_id.table, NAMED, isouter=True)
        .where(LINES.dataset == dataset, LINES.customer_id == customer_id, LINES.ordered_at >= since)
        .group_by(LINES.product_id)
        .having(func.sum(LINES.quantity) > 0)
        .order_by(revenue.desc(), LINES.product_id)
    )
    return [ProductFact(**row) for row in session.execute(query.limit(most)).mappings()]
