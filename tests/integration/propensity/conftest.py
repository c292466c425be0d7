"""Scores made by hand, and the people who sell."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml.propensity.types import Outlook, Reason, ReasonCode, Scored
from ml_insights.accounts import service as accounts
from ml_insights.accounts.tables import User
from ml_insights.commerce.tables import Customer, Dataset, OrderLine, Product
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.core.training import Learning
from ml_insights.ledger import service as ledger
from ml_insights.propensity.service.predictions import written
from ml_insights.propensity.service.publishing import Made, publish

AS_OF = date(2025, 6, 1)
WEEK = timedelta(days=7)
MODEL = "propensity/1"
TEAM = {"ana@x.cl": Role.SALES, "mia@x.cl": Role.MANAGER, "analyst@x.cl": Role.ANALYST, "tec@x.cl": Role.TECHNICIAN}


def scored(chances: Sequence[float], basket: float = 100.0) -> Scored:
    """Customers "C1", "C2" … with these chances within a week; the last one never buys again."""
    names = pd.Index([f"C{place}" for place in range(1, len(chances) + 1)], name="customer_id")
    soon = np.array(chances)
    table = pd.DataFrame(
        {
            "chance_7": soon,
            "chance_30": np.sqrt(soon),
            "next_day": np.where(soon > 0.02, 6.0, np.nan),
            "next_from": 3.0,
            "next_to": np.where(soon > 0.02, 20.0, np.nan),
            "weekday": 1,
            "basket": basket,
            "basket_low": basket / 2,
            "basket_high": basket * 2,
            "value": soon * 1_000,
            "value_low": 0.0,
            "value_high": soon * 2_000,
            "last_day": pd.Timestamp(AS_OF - timedelta(days=9)),
            "orders": 8.0,
            "revenue_year": 700.0,
            "revenue_7": soon * basket,
        },
        index=names,
    )
    reasons = (Reason(ReasonCode.DUE, 21.0, 20.0, 1.4), Reason(ReasonCode.RECENT_SPEND, 450.0, 250.0, 0.6))
    buyers, revenue = float(soon.sum()), float(table["revenue_7"].sum())
    outlook = Outlook(buyers, buyers * 0.8, buyers * 1.2, revenue, revenue * 0.8, revenue * 1.2)
    return Scored(table, dict.fromkeys(names, reasons), outlook, 365)


def release(chances: Sequence[float], as_of: date = AS_OF, dataset: str = "company") -> None:
    """Publish scores as the trainer does, with their rows in the ledger."""
    found = scored(chances)
    backtest = {"since": 20_233.0, "size": 30.0, "hits": 12.0, "customers": 100.0, "buyers": 20.0}
    made = Made(found, {"C1": ["p", "q"]}, backtest, 180, (7, 650.0))
    learning = Learning(dataset, f"{dataset}-{as_of}", as_of - timedelta(days=700), as_of, len(found.table))
    with transaction() as session:
        publish(session, learning, made, MODEL)
        ledger.record_predictions(session, Dataset(dataset), MODEL, written(found, as_of), clock.now())


def sell(customer: str, day: date, quantity: float = 1.0) -> None:
    """An order of a day."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=settings().zone)
    line = {"product_id": "p", "quantity": quantity, "unit_price": 9.0, "customer_id": customer}
    with transaction() as session:
        order = f"{customer}-{day}-{quantity}"
        session.add(OrderLine(dataset=Dataset.COMPANY, order_id=order, ordered_at=at, **line))


@pytest.fixture
def team(database: Engine) -> dict[str, int]:
    """Their numbers by e-mail; a customer and a product with names."""
    with transaction() as session:
        for email, role in TEAM.items():
            accounts.add_user(session, email, email.partition("@")[0].title(), role, "correct horse 9", "test")
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="C1", name="Almacén Los Aromos", phone="+56 9 1234"))
        session.add(Product(dataset=Dataset.COMPANY, product_id="p", name="Bread"))
    sell("C1", AS_OF - timedelta(days=9))
    with Session(database) as session:
        return {user.email: user.id or 0 for user in session.exec(select(User))}
