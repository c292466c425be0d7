"""What became of churn predictions, on both databases, and data that teach nothing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlmodel import Session

from ml_insights.churn.errors import NothingToLearn
from ml_insights.churn.service.outcomes import GONE, outcomes
from ml_insights.churn.service.trainer import ChurnTrainer
from ml_insights.commerce.errors import NoCustomersNamed, NoOrders
from ml_insights.commerce.tables import Customer, Dataset, OrderLine
from ml_insights.core.training import Learning

TARGET = datetime(2025, 6, 1, 4, tzinfo=UTC)
"""Midnight in Santiago; the horizon of an unknown version are the 90 days before."""


def line(customer: str | None, at: datetime, quantity: float = 1.0) -> OrderLine:
    name = f"{customer}-{at.isoformat()}"
    return OrderLine(
        dataset=Dataset.COMPANY,
        order_id=name,
        product_id="p",
        ordered_at=at,
        quantity=quantity,
        unit_price=2.0,
        customer_id=customer,
    )


@pytest.fixture
def traded(session: Session) -> Session:
    early = TARGET - timedelta(days=200)
    session.add_all([line(name, early) for name in ("stays", "leaves", "late", "returns")])
    session.add(line("stays", TARGET - timedelta(days=90)))
    session.add(line("late", TARGET + timedelta(hours=1)))
    session.add(line("returns", TARGET - timedelta(days=10), -1.0))
    session.commit()
    return session


def due(*customers: str) -> pd.DataFrame:
    subjects = [f"customer/{name}" for name in customers]
    target = pd.Series([pd.Timestamp(TARGET)] * len(customers))
    told = {"prediction_id": range(len(customers)), "subject": subjects, "target_at": target, "version": "1"}
    return pd.DataFrame(told)


def test_silence_is_known_once_a_later_day_is(traded: Session):
    found = outcomes(traded, Dataset.COMPANY, due("stays", "leaves", "late", "returns", "unknown"))
    assert found["actual"].tolist()[:4] == [0, 1, 1, 1] and np.isnan(found["actual"].iloc[4])
    assert found["reason"].tolist() == [None, None, None, None, GONE]


def test_before_that_nothing_is_known(traded: Session):
    later = due("stays").assign(target_at=pd.Series([pd.Timestamp(TARGET + timedelta(days=2))]))
    assert outcomes(traded, Dataset.COMPANY, later).empty
    assert outcomes(traded, Dataset.DEMO, due("stays")).empty


def test_customers_without_a_sale_are_counted_and_not_scored(traded: Session):
    traded.add(line("giver", TARGET - timedelta(days=5), -2.0))
    traded.add(Customer(dataset=Dataset.COMPANY, customer_id="only-listed"))
    traded.commit()
    learning: Learning = ChurnTrainer().read(traded, Dataset.COMPANY.value)
    assert [count for reason, count in learning.remarks.items() if "basis" in reason] == [1]
    assert learning.rows == 6 and learning.last.isoformat() == "2025-06-01"


def test_orders_that_teach_nothing_are_told(session: Session):
    with pytest.raises(NoOrders):
        ChurnTrainer().read(session, Dataset.COMPANY.value)
    session.add(line(None, TARGET))
    session.commit()
    with pytest.raises(NoCustomersNamed):
        ChurnTrainer().read(session, Dataset.COMPANY.value)
    session.add(line("giver", TARGET, -1.0))
    session.commit()
    with pytest.raises(NothingToLearn):
        ChurnTrainer().read(session, Dataset.COMPANY.value)


def test_a_shop_of_single_orders_cannot_be_learnt_from(session: Session):
    session.add_all([line(f"c{number}", TARGET - timedelta(days=number)) for number in range(200)])
    session.commit()
    trainer = ChurnTrainer()
    learning = trainer.read(session, Dataset.COMPANY.value)
    for asked in (
        lambda: trainer.guard(learning, learning.last),
        lambda: trainer.fit(learning, trainer.recipes()[0], learning.last, lambda share, message, **values: None),
    ):
        with pytest.raises(NothingToLearn):
            asked()
