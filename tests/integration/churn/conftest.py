"""Scores made by hand, and the people of a sales team."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml.churn.types import Reason, ReasonCode, Scored
from ml_insights.accounts import service as accounts
from ml_insights.accounts.tables import User
from ml_insights.churn.service.publishing import publish
from ml_insights.churn.service.raising import Raised, raise_alerts
from ml_insights.churn.service.ruling import change_rules
from ml_insights.commerce.tables import Customer, Dataset, OrderLine
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.training import Learning
from ml_insights.ledger import service as ledger

HORIZON = 90
AS_OF = date(2025, 6, 1)
MODEL = "churn/1"
ECONOMICS = {"contact_cost": 10.0, "save_rate": 0.2, "margin_share": 0.25}
"""A contact pays from 200 of revenue at risk on."""
TEAM = {
    "manager@x.cl": Role.MANAGER,
    "ana@x.cl": Role.SALES,
    "beto@x.cl": Role.SALES,
    "analyst@x.cl": Role.ANALYST,
}


def scored(at_risk: Sequence[float], last_days: Sequence[date] | None = None, probability: float = 0.5) -> Scored:
    """Customers "C1", "C2" … with these revenues at risk."""
    days = last_days or [AS_OF - timedelta(days=60)] * len(at_risk)
    names = pd.Index([f"C{place}" for place in range(1, len(at_risk) + 1)], name="customer_id")
    table = pd.DataFrame(
        {
            "probability": probability,
            "value": [value / probability for value in at_risk],
            "at_risk": list(map(float, at_risk)),
            "last_day": pd.to_datetime(pd.Series(days)).to_numpy(),
            "orders": 8,
            "revenue_year": [value * 4 for value in at_risk],
        },
        index=names,
    )
    reasons = (
        Reason(ReasonCode.SILENCE, 63.0, 21.0, 1.4),
        Reason(ReasonCode.RECENT_SPEND, 0.0, 250.0, 0.6),
        Reason(ReasonCode.TENURE, 70.0, 400.0, 0.3),
    )
    return Scored(table, dict.fromkeys(names, reasons))


def release(found: Scored, as_of: date = AS_OF, data_version: str = "company-1", dataset: str = "company") -> None:
    """Publish scores as the trainer does, with their rows in the ledger."""
    learning = Learning(dataset, data_version, as_of - timedelta(days=700), as_of, len(found.table))
    rows = pd.DataFrame(
        {
            "subject": "customer/" + found.table.index.astype(str),
            "target_at": pd.Timestamp(as_of, tz="America/Santiago") + pd.Timedelta(days=HORIZON + 1),
            "probability": found.table["probability"].to_numpy(),
        }
    )
    with transaction() as session:
        publish(session, learning, found, HORIZON, MODEL)
        ledger.record_predictions(session, Dataset(dataset), MODEL, rows, clock.now())


def alert_all(**changes: float) -> Raised:
    """Raise alerts by rules that a test knows."""
    with transaction() as session:
        change_rules(session, Dataset.COMPANY, ECONOMICS | changes, "tester")
        return raise_alerts(session, Dataset.COMPANY)


def sale(order: str, customer: str, quantity: float) -> OrderLine:
    """A line of an order; a company is shown once it has one."""
    line = {"order_id": order, "product_id": "p", "quantity": quantity, "unit_price": 9.0, "customer_id": customer}
    return OrderLine(dataset=Dataset.COMPANY, ordered_at=clock.now(), **line)


@pytest.fixture
def team(database: Engine) -> dict[str, int]:
    """Their numbers by e-mail, and a customer with a name."""
    with transaction() as session:
        for email, role in TEAM.items():
            accounts.add_user(session, email, email.partition("@")[0].title(), role, "correct horse 9", "test")
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="C1", name="Almacén Los Aromos"))
        session.add(sale("1", "C1", 1.0))
    with Session(database) as session:
        return {user.email: user.id or 0 for user in session.exec(select(User))}
