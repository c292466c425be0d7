"""Everything known about one customer, from every slice that knows something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ml_insights.churn import queries as churn
from ml_insights.commerce.queries import last_day
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.customers.errors import UnknownCustomer
from ml_insights.customers.facts import YEAR, CustomerView, OrderFact
from ml_insights.customers.policy import headline, monthly
from ml_insights.customers.queries.orders import orders_of, products_of, profile
from ml_insights.customers.service.timeline import timeline
from ml_insights.propensity import queries as propensity
from ml_insights.segments import queries as segments


def view(session: Session, dataset: Dataset, customer_id: str, zone: ZoneInfo, areas: Collection[Area]) -> CustomerView:
    """What a reader with these areas may know about a customer. Raises UnknownCustomer."""
    who = profile(session, dataset, customer_id)
    if who is None:
        raise UnknownCustomer(customer=customer_id)
    orders = orders_of(session, dataset, customer_id, zone)
    until = _until(session, dataset, orders, zone)
    segment = segments.of_customer(session, dataset, customer_id) if Area.SEGMENTS in areas else None
    leaving = churn.of_customer(session, dataset, customer_id) if Area.CHURN in areas else None
    outlook = propensity.of_customer(session, dataset, customer_id) if Area.PROPENSITY in areas else None
    since = datetime.combine(until - YEAR + timedelta(days=1), time.min, zone)
    return CustomerView(
        profile=who,
        headline=headline(orders, until, zone),
        months=monthly(orders, until, zone),
        products=tuple(products_of(session, dataset, customer_id, since)),
        segment=segment,
        churn=leaving,
        outlook=outlook,
        timeline=timeline(session, dataset, customer_id, orders, segment, leaving, zone, areas),
        orders=tuple(orders),
    )


def _until(session: Session, dataset: Dataset, orders: Sequence[OrderFact], zone: ZoneInfo) -> date:
    """The last day of all orders: that of the segments, which costs a look-up, or the customer's own where later."""
    release = segments.current_release(session, dataset)
    known = release.as_of if release else last_day(session, dataset, zone)
    own = orders[0].at.astimezone(zone).date() if orders else None
    return max((day for day in (known, own) if day), default=clock.now().astimezone(zone).date())
