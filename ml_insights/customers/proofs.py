"""What the headline figures of a customer are made from, and which orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ml_insights.core.i18n import N_
from ml_insights.core.proof import Period, Proof
from ml_insights.customers.facts import YEAR, CustomerView, OrderFact

DAY = timedelta(days=1)


class Figure(StrEnum):
    """A headline figure of a customer."""

    REVENUE = "revenue"
    ORDERS = "orders"
    LAST = "last"
    LEAVING = "leaving"
    WORTH = "worth"


MEANINGS: Mapping[Figure, str] = {
    Figure.REVENUE: N_("Quantity times price of every order line in this period, added up; returns are taken off."),
    Figure.ORDERS: N_(
        "Orders in this period that are a purchase: something was left of them after what came back on the same day, "
        "and it had a price."
    ),
    Figure.LAST: N_("The last day with a purchase. What came back on its day, or was free, is none."),
    Figure.LEAVING: N_(
        "The chance that the customer buys nothing in this period, as the model learnt it from customers who had "
        "ordered alike. What they ordered themselves is what it looked at."
    ),
    Figure.WORTH: N_(
        "What the customer is expected to spend in this period, returns taken off. With 80 % probability it lies "
        "within the range below the figure. What they ordered is what the model looked at."
    ),
}


def proofs_of(view: CustomerView, zone: ZoneInfo) -> dict[Figure, Proof]:
    """The proof of each figure that the page shows; its rows are order lines."""
    periods = _periods(view)
    return {
        figure: Proof(
            rows=sum(order.lines for order in orders_in(view, figure, zone)),
            zone=zone.key,
            period=period,
            until=_learnt_until(view, figure),
            model=_model(view, figure),
        )
        for figure, period in periods.items()
    }


def orders_in(view: CustomerView, figure: Figure, zone: ZoneInfo) -> list[OrderFact]:
    """The customer's orders that a figure is made from; none where the page does not show it."""
    period = _periods(view).get(figure)
    if period is None:
        return []
    dated = [(order.at.astimezone(zone).date(), order) for order in view.orders]
    learnt = _learnt_until(view, figure)
    if learnt is not None:
        return [order for day, order in dated if day <= learnt]
    purchases = figure is not Figure.REVENUE
    return [order for day, order in dated if day in period and (order.bought or not purchases)]


def _periods(view: CustomerView) -> dict[Figure, Period]:
    head, churn, outlook = view.headline, view.churn, view.outlook
    year = Period(head.until - YEAR + DAY, head.until)
    found = {Figure.REVENUE: year, Figure.ORDERS: year}
    if head.last_purchase:
        found[Figure.LAST] = Period(head.last_purchase, head.last_purchase)
    if churn and churn.score and churn.as_of:
        found[Figure.LEAVING] = _after(churn.as_of, churn.horizon_days or 0)
    if outlook:
        found[Figure.WORTH] = _after(outlook.as_of, outlook.value_days)
    return found


def _after(day: date, days: int) -> Period:
    return Period(day + DAY, day + timedelta(days=days))


def _learnt_until(view: CustomerView, figure: Figure) -> date | None:
    """Up to which day a model looked at the customer's orders; None for what was counted."""
    if figure is Figure.LEAVING:
        return view.churn.as_of if view.churn else None
    return view.outlook.as_of if figure is Figure.WORTH and view.outlook else None


def _model(view: CustomerView, figure: Figure) -> str:
    if figure is Figure.LEAVING and view.churn:
        return view.churn.model_version
    return view.outlook.model_version if figure is Figure.WORTH and view.outlook else ""
