"""Pages about customers: segments, the list, one customer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ml_insights.audit.facts import Question, Shown, Value
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area
from ml_insights.customers.facts import YEAR, CustomerView, ListRow
from ml_insights.customers.queries.listing import Wanted, customer_page
from ml_insights.customers.queries.orders import products_of
from ml_insights.customers.service.gathering import view
from ml_insights.segments import queries
from ml_insights.segments.facts import ReleaseFact

SEGMENTS, LISTING, CUSTOMER = "Segments", "Customers", "Customer"
OPENED = 12
"""Customers whose own page is looked at: those with most revenue."""
EVERY = 10_000_000
AREAS: Collection[Area] = frozenset()


def year_up_to(last: date) -> Question:
    """What customers are worth as of a day."""
    values = {"last": last.isoformat(), "year_before": (last - YEAR).isoformat()}
    return Question("customers_worth", values)


def segments(session: Session, dataset: Dataset, release: ReleaseFact) -> Iterator[Shown]:
    """Sizes, orders and money of every segment, who moved, and every member."""
    worth = year_up_to(release.as_of)
    bought = Question("bought", {"last": release.as_of.isoformat()})
    yield Shown(SEGMENTS, "customers who have bought", release.customers, bought, "customers")
    sizes = Question("segment_sizes", {"release": release.id})
    groups = queries.groups(session, release.id)
    for group in groups:
        for name, rounded in (("customers", 0), ("orders", 0), ("revenue", group.customers)):
            yield Shown(SEGMENTS, f"{name} of {group.segment}", getattr(group, name), sizes, name, group.segment,
                        rounded)  # fmt: skip
    moves = queries.moves(session, release.id, release.as_of)
    moved = sum(move.customers for move in moves if move.came_from and move.came_from != move.went_to)
    yield Shown(SEGMENTS, "customers that moved", moved, Question("segment_moves", {"release": release.id}), "moved")
    people, _ = queries.members(session, dataset, release.id, queries.Wanted(), EVERY)
    for one in people:
        shown = {"orders": one.orders, "revenue": one.revenue, "first_day": one.first_day, "last_day": one.last_day}
        yield from of_customer(SEGMENTS, one.customer_id, worth, shown)


def of_customer(page: str, customer_id: str, worth: Question, shown: Mapping[str, Any]) -> Iterator[Shown]:
    """What a page says of a customer, by the column that answers; days become text."""
    for column, value in shown.items():
        said = value.isoformat() if isinstance(value, date) else value
        yield Shown(page, f"{column.replace('_', ' ')} of {customer_id}", said, worth, column, customer_id)


def listing(session: Session, dataset: Dataset) -> tuple[list[ListRow], Iterator[Shown]]:
    """The list of customers: how many there are, and its first page."""
    found, total = customer_page(session, dataset, Wanted(with_risk=False), OPENED)
    return found, iter((Shown(LISTING, "customers", total, Question("listed_customers"), "customers"),))


def listed(found: list[ListRow], last: date) -> Iterator[Shown]:
    """The first page of the list, customer by customer."""
    worth = year_up_to(last)
    for row in found:
        if row.orders is not None:
            yield from of_customer(LISTING, row.customer_id, worth, {"orders": row.orders, "revenue": row.revenue})


def one(session: Session, dataset: Dataset, customer_id: str, zone: ZoneInfo) -> Iterator[Shown]:
    """The page of one customer."""
    found = view(session, dataset, customer_id, zone, AREAS)
    worth, head = year_up_to(found.headline.until), found.headline
    figures: dict[str, tuple[str, Value]] = {
        "orders, 12 months": ("orders", head.orders),
        "revenue, 12 months": ("revenue", head.revenue),
        "orders so far": ("purchases", head.lifetime_orders),
        "revenue so far": ("lifetime", head.lifetime_revenue),
        "first purchase": ("first_day", head.first_purchase.isoformat() if head.first_purchase else None),
        "last purchase": ("last_day", head.last_purchase.isoformat() if head.last_purchase else None),
    }
    for name, (column, value) in figures.items():
        yield Shown(CUSTOMER, f"{customer_id}: {name}", value, worth, column, customer_id)
    yield from _months(found, customer_id)
    yield from _products(session, dataset, found, zone)


def _months(found: CustomerView, customer_id: str) -> Iterator[Shown]:
    question = Question("one_customer", {"customer": customer_id})
    for month, revenue in found.months:
        key = month.isoformat()[:7]
        yield Shown(CUSTOMER, f"{customer_id}: revenue of {key}", revenue, question, "revenue", key)


def _products(session: Session, dataset: Dataset, found: CustomerView, zone: ZoneInfo) -> Iterator[Shown]:
    first = found.headline.until - YEAR + timedelta(days=1)
    customer_id = found.profile.customer_id
    question = Question("one_customer_products", {"customer": customer_id, "first": first.isoformat()})
    for product in products_of(session, dataset, customer_id, datetime.combine(first, time.min, zone)):
        name = f"{customer_id}: revenue of {product.product_id}"
        yield Shown(CUSTOMER, name, product.revenue, question, "revenue", product.product_id)
