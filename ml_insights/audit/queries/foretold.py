"""Pages of what models say: churn, likely buyers, prices, routes. What they were told of the past is checked by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session

from ml_insights.audit.facts import Question, Shown
from ml_insights.audit.queries.people import of_customer, year_up_to
from ml_insights.churn import queries as churn_queries
from ml_insights.churn.facts import Headline
from ml_insights.churn.queries.alerts import today
from ml_insights.commerce.tables import Dataset
from ml_insights.logistics import queries as routes_queries
from ml_insights.pricing import queries as price_queries
from ml_insights.pricing.facts import ReleaseFact as Prices
from ml_insights.propensity import queries as buyers_queries
from ml_insights.propensity.facts import ReleaseFact as Buyers

CHURN, BUYERS, PRICES, ROUTES = "Churn", "Likely buyers", "Prices", "Routes"
EVERY = 10_000_000
WEEK = timedelta(days=7)


def churn(session: Session, dataset: Dataset, found: Headline) -> Iterator[Shown]:
    """The headline, the alerts, and what every scored customer did."""
    release = found.release
    risk = Question("churn_risk", {"release": release.id, "least": found.rules.economics.least_at_risk})
    yield Shown(CHURN, "customers scored", release.customers, risk, "scored")
    yield Shown(CHURN, "customers at risk", found.now.customers, risk, "customers")
    yield Shown(CHURN, "revenue at risk", found.now.revenue, risk, "revenue")
    yield Shown(CHURN, "revenue at risk of everybody", release.value_at_risk, risk, "every")
    alerts = Question("churn_alerts", {"today": today()})
    figures = {
        "todo": found.todo,
        "overdue": found.overdue,
        "snoozed": found.snoozed,
        "contacted": found.contacted,
        "saved": found.saved,
        "kept": found.saved_revenue,
        "waiting": found.todo_at_risk,
    }
    for name, value in figures.items():
        yield Shown(CHURN, f"alerts: {name}", value, alerts, name)
    year = Question("order_value", year_up_to(release.as_of).values)
    yield Shown(CHURN, "value of a usual order", release.order_value, year, "average")
    scored, _ = churn_queries.score_page(session, release, limit=EVERY)
    for one in scored:
        said = {"purchases": one.orders, "revenue": one.revenue_year, "last_day": one.last_day}
        yield from of_customer(CHURN, one.customer_id, year_up_to(release.as_of), said)


def buyers(session: Session, dataset: Dataset, release: Buyers) -> Iterator[Shown]:
    """The headline, the week's list, and what every scored customer did."""
    ahead = Question("buyers_ahead", {"release": release.id})
    yield Shown(BUYERS, "customers scored", release.customers, ahead, "customers")
    yield Shown(BUYERS, "worth of all customers", release.value, ahead, "value", "", release.customers)
    yield Shown(BUYERS, "customers whose worth is in its range", release.customers, ahead, "within")
    past = Question("week", {"after": (release.as_of - WEEK).isoformat(), "last": release.as_of.isoformat()})
    yield Shown(BUYERS, "customers who bought last week", release.buyers_before, past, "buyers")
    yield Shown(BUYERS, "revenue of last week", release.revenue_before, past, "revenue")
    present = buyers_queries.newest_list(session, dataset)
    if present is not None:
        picks, listed = buyers_queries.picks(session, release, present.id), Question("buyers_listed")
        yield Shown(BUYERS, "customers on the list", len(picks), listed, "listed")
        yield Shown(BUYERS, "still to call", sum(one.mark.value == "open" for one in picks), listed, "waiting")
    scored, _ = buyers_queries.score_page(session, release, limit=EVERY)
    for one in scored:
        said = {"purchases": one.orders, "revenue": one.revenue_year, "last_day": one.last_day}
        yield from of_customer(BUYERS, one.customer_id, year_up_to(release.as_of), said)


def prices(session: Session, release: Prices) -> Iterator[Shown]:
    """How many products each filter shows, and the profit of those worth doing."""
    listed, counts = Question("prices", {"release": release.id}), price_queries.counts(session, release)
    names = {"all": "products", "unknown": "unanswered"}
    for name, value in counts.items():
        yield Shown(PRICES, f"products: {name}", value, listed, names.get(name, name))
    yield Shown(PRICES, "expected profit a week", price_queries.gain(session, release), listed, "gain")


def routes(session: Session, dataset: Dataset) -> Iterator[Shown]:
    """How many routes each filter shows, and how right their estimates were."""
    question = Question("routes")
    for state, column in {"driven": "driven", "planned": "planned", "outside": "outside", "all": "every"}.items():
        count = routes_queries.count_history(session, dataset, routes_queries.Filter(state))
        yield Shown(ROUTES, f"routes: {state}", count, question, column)
    right = routes_queries.accuracy(session, dataset, routes_queries.Filter())
    figures = {"error": right.mae, "share": right.wape, "inside": right.coverage_80, "rule_error": right.baseline_mae}
    for column, value in figures.items():
        yield Shown(ROUTES, f"estimates: {column.replace('_', ' ')}", value, question, column)
