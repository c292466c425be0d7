"""Rows of files as a panel: what is usable, what is not, and how periods are counted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml.pricing.panel import make_panel

ROW = {"period": "2024-01-01", "product_id": "A", "price": 2.0, "quantity": 3.0}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **row} for row in rows])


def test_zero_negative_and_missing_values_are_left_out_and_counted() -> None:
    panel = make_panel(table({}, {"price": 0}, {"price": -1}, {"quantity": 0}, {"quantity": -5}, {"price": np.nan}))
    assert len(panel.rows) == 1
    assert panel.dropped == {"incomplete": 1, "price not above 0": 2, "quantity not above 0": 2}


def test_nothing_usable_says_so() -> None:
    with pytest.raises(ValueError, match="price above 0"):
        make_panel(table({"price": 0}))


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match="quantity"):
        make_panel(pd.DataFrame({"period": [1], "product_id": ["A"], "price": [1.0]}))


def test_repeated_rows_are_added_up_at_the_mean_price() -> None:
    (row,) = make_panel(table({"quantity": 1, "price": 4.0}, {"quantity": 3, "price": 2.0})).rows.to_dict("records")
    assert (row["quantity"], row["price"]) == (4.0, 2.5)


@pytest.mark.parametrize(
    ("periods", "numbers", "year"),
    [
        (["2024-01-01", "2024-01-08", "2024-01-22"], [0, 1, 3], 365.25 / 7),
        (["2024-01-31", "2024-02-29", "2024-05-31"], [0, 1, 4], 12.0),
        ([40, 41, 46], [0, 1, 6], 52.18),
    ],
    ids=["weeks", "months", "numbers"],
)
def test_periods_are_counted_with_their_gaps(periods: list[object], numbers: list[int], year: float) -> None:
    many = [{"period": period, "product_id": name} for period in periods for name in ("A", "B")]
    filler = table(*many)
    if isinstance(periods[0], int):
        filler["period"] = filler["period"].astype(int)
    panel = make_panel(filler)
    assert sorted(set(panel.rows["t"])) == numbers and panel.year == pytest.approx(year, rel=0.2)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-2, 5), st.floats(-2, 9)), min_size=1, max_size=30))
@example([(0, 2.1144498975733789e-218, 2.1144498975733789e-218)] * 2)
def test_what_is_kept_is_always_above_zero(rows: list[tuple[int, float, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["period", "price", "quantity"]).assign(product_id="A")
    usable = int(((frame["price"] > 0) & (frame["quantity"] > 0)).sum())
    if not usable:
        with pytest.raises(ValueError):
            make_panel(frame)
        return
    panel = make_panel(frame)
    assert np.isfinite(panel.rows[["lp", "lq"]]).all(axis=None)
    assert panel.rows["quantity"].sum() == pytest.approx(frame.query("price > 0 and quantity > 0")["quantity"].sum())
