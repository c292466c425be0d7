"""Visits, features and labels, by hand and on wild orders."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ml.behaviour.features import FEATURES, features
from ml.behaviour.history import history
from ml.behaviour.labels import NotYetKnown, future
from ml.behaviour.visits import COLUMNS, visits


def orders(*rows: tuple[str, str | None, str, float, float]) -> pd.DataFrame:
    """(order, customer, day, quantity, price) as order lines."""
    frame = pd.DataFrame(rows, columns=pd.Index(["order_id", "customer_id", "ordered_at", "quantity", "unit_price"]))
    return frame.assign(product_id=[f"P{place}" for place in range(len(frame))])


SHOP = orders(
    ("1", "ana", "2024-01-01", 2, 10.0),
    ("1", "ana", "2024-01-01", 1, 5.0),
    ("2", "ana", "2024-01-11", 1, 30.0),
    ("3", "ana", "2024-01-15", -1, 30.0),
    ("4", "beto", "2024-01-20", 1, 7.0),
    ("5", "cara", "2024-01-20", -3, 4.0),
    ("6", None, "2024-01-21", 1, 99.0),
    ("7", "", "2024-01-21", 1, 99.0),
    ("8", "ana", "2024-02-10", 4, 1.0),
)


def test_a_visit_tells_sales_and_returns_apart():
    found = visits(SHOP)
    assert list(found.columns) == list(COLUMNS) and found["customer_id"].tolist() == ["ana"] * 4 + ["beto", "cara"]
    first, returned = found.iloc[0], found.iloc[2]
    assert (first["units"], first["revenue"], first["lines"], first["products"], first["returned"]) == (3, 25, 2, 2, 0)
    assert (returned["units"], returned["revenue"], returned["lines"], returned["returned"]) == (0, 0, 0, 30)


def test_days_are_those_of_the_zone_and_naive_times_stand():
    late = orders(("1", "ana", "2024-01-16T02:30:00Z", 1, 1.0))
    assert visits(late, ZoneInfo("America/Santiago"))["day"].dt.day.tolist() == [15]
    assert visits(late)["day"].dt.day.tolist() == [16]
    naive = orders(("1", "ana", "2024-01-16T02:30:00", 1, 1.0))
    assert visits(naive, ZoneInfo("America/Santiago"))["day"].dt.day.tolist() == [16]


def test_features_know_the_past_alone():
    table = features(history(visits(SHOP)), "2024-01-31")
    assert table.index.tolist() == ["ana", "beto"]  # cara only gave things back, and ana's last order is to come
    ana = table.loc["ana"]
    assert (ana["recency"], ana["age"], ana["orders"], ana["days"], ana["revenue"]) == (20, 30, 2, 2, 55)
    assert (ana["gap_mean"], ana["gap_max"], ana["gap_last"], ana["returns"]) == (10, 10, 10, 1)
    assert ana["returned_share"] == pytest.approx(30 / 55) and ana["orders_30"] == 2 and ana["orders_365"] == 2
    beto = table.loc["beto"]
    assert beto["gap_mean"] == beto["age"] == 11  # one purchase: the gap is at least the time since


def test_labels_begin_on_the_day_of_the_cutoff():
    known = history(visits(SHOP))
    answers = future(known, "2024-01-20", 22)
    assert answers.index.tolist() == ["ana"] and answers.loc["ana", "bought"] and answers.loc["ana", "wait"] == 21
    assert not future(known, "2024-01-20", 21)["bought"].any()
    on_the_day = future(known, "2024-02-10", 1)
    assert on_the_day.loc["ana", "wait"] == 0 and on_the_day.loc["ana", "revenue"] == 4
    with pytest.raises(NotYetKnown, match="reach 1 beyond"):
        future(known, "2024-02-10", 2)
    with pytest.raises(ValueError, match="at least 1 day"):
        future(known, "2024-02-10", 0)


def test_nobody_gives_empty_tables():
    nothing = history(visits(SHOP.iloc[:0]))
    assert len(nothing) == 0 and features(nothing, "2024-01-01").shape == (0, len(FEATURES))
    assert features(history(visits(SHOP)), "2023-01-01").empty
    only_returns = history(visits(SHOP[SHOP["quantity"] < 0]))
    assert features(only_returns, "2025-01-01").empty and len(only_returns.customers) == 2


WILD = st.lists(
    st.tuples(
        st.integers(0, 12).map(str),
        st.sampled_from(["a", "b", "c", "", None]),
        st.dates(pd.Timestamp("2024-01-01").date(), pd.Timestamp("2024-06-30").date()).map(str),
        st.floats(-1e6, 1e6) | st.just(0.0),
        st.floats(-1e6, 1e6) | st.just(0.0),
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(WILD, st.dates(pd.Timestamp("2023-12-01").date(), pd.Timestamp("2024-08-01").date()))
@example([("0", "a", "2024-01-01", 1.0, -1.0)], pd.Timestamp("2024-01-01").date())
def test_whatever_is_ordered_features_are_finite_and_rows_are_those_of_the_labels(rows, cutoff):
    known = history(visits(orders(*rows)))
    table = features(known, cutoff)
    assert np.isfinite(table.to_numpy()).all()
    assert (table[["recency", "age", "orders", "days"]] >= 1).all().all() and (table["recency"] <= table["age"]).all()
    assert table["returned_share"].between(0, 1).all() and (table["gap_mean"] <= table["age"]).all()
    answers = future(known, cutoff, 10, end="2025-01-01")
    assert answers.index.equals(table.index) and (answers["orders"] >= answers["bought"]).all()


@settings(max_examples=40, deadline=None)
@given(WILD, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_what_comes_later_change_nothing(rows, shuffler):
    mixed = list(rows)
    shuffler.shuffle(mixed)
    one, other = orders(*rows).drop(columns="product_id"), orders(*mixed).drop(columns="product_id")
    before = features(history(visits(one.assign(product_id="p"))), "2024-04-01")
    again = features(history(visits(other.assign(product_id="p"))), "2024-04-01")
    pd.testing.assert_frame_equal(before, again, rtol=1e-6, atol=1e-3)
    first_days = one.groupby("order_id")["ordered_at"].transform("max") < "2024-04-01"
    past = features(history(visits(one[first_days].assign(product_id="p"))), "2024-04-01")
    straddling = set(one.loc[~first_days & (one["ordered_at"] < "2024-04-01"), "order_id"])
    if not straddling:
        pd.testing.assert_frame_equal(before, past, rtol=1e-6, atol=1e-3)
