"""Buyers answer to prices that the demo company's people set, from the moment on that they hold."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from ml_insights.commerce.demo.catalogue import products
from ml_insights.commerce.demo.repricing import at_prices_set
from ml_insights.core.demo import Repriced

FIRST = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = FIRST + timedelta(days=50)


@pytest.fixture
def orders() -> pd.DataFrame:
    """A thousand lines of ten units of each of two products, ten a day."""
    names = products()["product_id"].tolist()[:2]
    days = [FIRST + timedelta(days=number // 10) for number in range(1000)]
    one = pd.DataFrame({"ordered_at": pd.to_datetime(days), "quantity": 10, "unit_price": 1000.0})
    return pd.concat([one.assign(product_id=name) for name in names], ignore_index=True)


def test_a_higher_price_sells_less_by_the_elasticity_and_only_from_then_on(orders: pd.DataFrame) -> None:
    product, other = orders["product_id"].unique()
    elasticity = float(products().set_index("product_id").loc[product, "elasticity"])  # pyright: ignore
    found = at_prices_set(orders, [Repriced(product, LATER, 1.1)], 1)
    changed = found[(found["product_id"] == product) & (found["ordered_at"] >= LATER)]
    assert set(changed["unit_price"]) == {1100.0}
    assert changed["quantity"].sum() == pytest.approx(500 * 10 * 1.1**elasticity, rel=0.01)
    rest = found.drop(changed.index)
    pd.testing.assert_frame_equal(rest, orders.loc[rest.index])
    assert (rest["product_id"] == other).sum() == 1000


def test_the_same_decision_is_answered_the_same_way_whichever_orders_are_looked_at(orders: pd.DataFrame) -> None:
    product = orders["product_id"].iloc[0]
    decision = [Repriced(product, LATER, 0.9)]
    once, again = (at_prices_set(orders, decision, 1)["quantity"].to_numpy() for _ in range(2))
    assert np.array_equal(once, again)
    assert at_prices_set(orders, [], 1) is orders
