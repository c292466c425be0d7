"""Purchases for recency, frequency and monetary value, and who they were by."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session

from ml.segments.purchases import Purchases, purchases
from ml_insights.commerce.queries import CUSTOMERS, LINES, _scan
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.tables import Dataset


def purchases_of(session: Session, dataset: Dataset, zone: ZoneInfo) -> Purchases:
    """Every order of a known customer, on its day in `zone`."""
    return purchases(visits_frame(session, dataset, zone))


def buyers_between(session: Session, dataset: Dataset, zone: ZoneInfo, after: date, until: date) -> set[str]:
    """Customers with a purchase after the day `after`, up to the end of `until`, both in `zone`."""
    found = visits_frame(session, dataset, zone, after=after, until=until)
    return set(found.loc[found["lines"] > 0, "customer_id"])


def customers_with_orders(session: Session, dataset: Dataset) -> set[str]:
    """Customers that any order line names."""
    named = select(LINES.customer_id).where(_scan(session, dataset), LINES.customer_id.is_not(None))
    return set(session.scalars(named.distinct()))


def count_customers(session: Session, dataset: Dataset) -> int:
    """Customers in the list of customers; orders may name others."""
    return session.scalar(select(func.count()).where(CUSTOMERS.dataset == dataset)) or 0


def customer_names(session: Session, dataset: Dataset) -> dict[str, str]:
    """Names of the customers that have one, by id."""
    named = select(CUSTOMERS.customer_id, CUSTOMERS.name)
    found = session.execute(named.where(CUSTOMERS.dataset == dataset, CUSTOMERS.name.is_not(None)))
    return {customer: name for customer, name in found if name}
