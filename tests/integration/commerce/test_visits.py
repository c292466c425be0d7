"""Visits aggregated in the database are those made from the lines themselves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import insert
from sqlmodel import Session

from ml.behaviour.visits import COLUMNS, visits
from ml_insights.commerce import queries
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.tables import Dataset, OrderLine

SANTIAGO = ZoneInfo("America/Santiago")


def wild_lines(count: int) -> list[dict[str, object]]:
    """Sales, returns, free and negatively priced lines, repeated lines, anonymous customers, orders around midnight."""
    random = np.random.default_rng(0)
    rows = []
    for number in range(count):
        order = int(random.integers(count // 4))
        rows.append(
            {
                "dataset": Dataset.COMPANY if order % 9 else Dataset.DEMO,
                "order_id": f"O{order}",
                "product_id": f"P{random.integers(6)}",
                "occurrence": number,
                "ordered_at": datetime(2024, 4, 6, tzinfo=UTC) + timedelta(minutes=int(random.integers(6000))),
                "quantity": float(random.integers(-2, 6)),
                "unit_price": float(random.choice([-1.5, 0.0, 2.5, 10.25])),
                "customer_id": [None, "", "ñandú", "c1", "c2", "10", "9"][order % 7],
            }
        )
    return rows


@pytest.fixture
def traded(session: Session) -> Session:
    session.connection().execute(insert(OrderLine), wild_lines(800))
    session.commit()
    return session


@pytest.mark.parametrize("zone", [SANTIAGO, ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")])
def test_the_database_and_the_frame_tell_the_same(traded: Session, zone: ZoneInfo):
    expected = visits(queries.order_lines_frame(traded, Dataset.COMPANY), zone)
    found = visits_frame(traded, Dataset.COMPANY, zone)
    assert len(found) > 50 and set(found["customer_id"]) == {"ñandú", "c1", "c2", "10", "9"}
    pd.testing.assert_frame_equal(found, expected)


def test_no_orders_give_an_empty_frame_with_its_columns(session: Session):
    found = visits_frame(session, Dataset.COMPANY, SANTIAGO)
    assert found.empty and tuple(found.columns) == COLUMNS and str(found["day"].dtype) == "datetime64[ns]"
