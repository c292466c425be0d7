"""Weeks added up by the database are those that a person would add up."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, insert
from sqlmodel import Session

from ml_insights.commerce.queries.price_weeks import price_weeks
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.core.database import transaction


def lines(count: int) -> pd.DataFrame:
    """Lines of two years at every hour, returns and gifts among them."""
    random = np.random.default_rng(1)
    at = [
        datetime(2024, 1, 1, 3, tzinfo=UTC) + timedelta(minutes=int(one))
        for one in random.integers(0, 1_051_200, count)
    ]
    return pd.DataFrame(
        {
            "dataset": Dataset.COMPANY,
            "order_id": [str(number) for number in range(count)],
            "product_id": random.choice(["A", "B"], count),
            "occurrence": 0,
            "ordered_at": at,
            "quantity": random.integers(-3, 12, count).astype(float),
            "unit_price": random.choice([0.0, 9.0, 10.0], count, p=[0.05, 0.35, 0.6]),
        }
    )


@pytest.mark.parametrize("zone", ["America/Santiago", "Asia/Kolkata", "UTC"])
def test_weeks_are_those_of_the_zone_through_changes_of_the_clock(
    database: Engine, session: Session, zone: str
) -> None:
    table = lines(3_000)
    with transaction() as writing:
        rows: Any = table.to_dict("records")
        writing.connection().execute(insert(OrderLine), rows)
    found = price_weeks(session, Dataset.COMPANY, ZoneInfo(zone)).sort_values(["week", "product_id"], ignore_index=True)
    sold = table[(table["quantity"] > 0) & (table["unit_price"] > 0)]
    local = pd.to_datetime(sold["ordered_at"]).dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    sold = sold.assign(week=local - pd.to_timedelta(local.dt.dayofweek, unit="D"))
    sums = sold.groupby(["week", "product_id"], as_index=False).agg(
        quantity=("quantity", "sum"), price=("unit_price", "mean"), lines=("unit_price", "size")
    )
    assert (
        found["week"].tolist() == sums["week"].tolist() and found["product_id"].tolist() == sums["product_id"].tolist()
    )
    assert found["quantity"].to_numpy() == pytest.approx(sums["quantity"].to_numpy())
    assert found["price"].to_numpy() == pytest.approx(sums["price"].to_numpy())
    assert found["lines"].tolist() == sums["lines"].tolist()
    assert set(found["mode_price"]) == {9.0, 10.0}


def test_nothing_sold_has_no_weeks(database: Engine, session: Session) -> None:
    assert price_weeks(session, Dataset.COMPANY, ZoneInfo("UTC")).empty
