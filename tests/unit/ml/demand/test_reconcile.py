"""Products, others and categories add up to the total, whatever their own forecasts said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.demand import model
from ml.demand.candidates.naive import SeasonalNaive
from ml.demand.candidates.smoothing import DAMPED_TREND, Smoothing
from ml.demand.features import series_from_orders, trees_of, without_returned
from ml.demand.hierarchy import forecast_hierarchy, reconciled
from ml.demand.reconcile import Structure, project, shrinkage
from ml.demand.types import DemandSettings

SUMS = {"total": ["a", "b", "c"], "group": ["a", "b"]}
SHOP = Structure.of(SUMS, {"total", "group", "a", "b", "c"})
OPEN = np.zeros((5, 3), dtype=bool)


def added(
    forecasts: np.ndarray, errors: np.ndarray | None = None, closed: np.ndarray = OPEN, **kept: bool
) -> np.ndarray:
    known = np.random.default_rng(0).normal(0, 1, (5, 40)) if errors is None else errors
    return project(forecasts, known, closed, np.ones(5, dtype=bool), SHOP, **kept)


@given(arrays(float, (5, 3), elements=st.floats(0, 1e5)))
@settings(max_examples=40)
def test_what_comes_out_adds_up_and_is_never_negative(said: np.ndarray) -> None:
    told = added(said)
    np.testing.assert_allclose(told[0], told[2:].sum(axis=0), atol=1e-9 * max(said.max(), 1))
    np.testing.assert_allclose(told[1], told[2:4].sum(axis=0), atol=1e-9 * max(said.max(), 1))
    assert (told >= 0).all()


def test_forecasts_that_add_up_already_stay() -> None:
    said = np.array([[60.0] * 3, [30.0] * 3, [10.0] * 3, [20.0] * 3, [30.0] * 3])
    np.testing.assert_allclose(added(said), said, atol=1e-4)


def test_the_forecast_that_erred_less_moves_less() -> None:
    said = np.array([[100.0] * 3, [40.0] * 3, [20.0] * 3, [20.0] * 3, [20.0] * 3])
    errors = np.random.default_rng(0).normal(0, 1, (5, 60)) * np.array([[0.1], [10], [10], [10], [10]])
    assert added(said, errors)[0] == pytest.approx([100.0] * 3, rel=0.01)


def test_a_sum_that_is_kept_does_not_move_at_all() -> None:
    said = np.array([[100.0] * 3, [40.0] * 3, [20.0] * 3, [20.0] * 3, [20.0] * 3])
    assert added(said, kept=True)[0] == pytest.approx([100.0] * 3, rel=1e-5)


def test_parts_that_err_in_the_same_direction_give_way_together() -> None:
    """Each is right day by day and too low in sum: variances would not see it, mean squares do."""
    said = np.array([[100.0] * 3, [40.0] * 3, [20.0] * 3, [20.0] * 3, [20.0] * 3])
    noise = np.random.default_rng(1).normal(0, 3, (5, 60))
    errors = noise + np.array([[0.0], [20], [10], [10], [10]])
    assert (added(said, errors)[0] > 90).all()


def test_nothing_is_sold_on_a_day_on_which_all_is_closed() -> None:
    closed = OPEN.copy()
    closed[0, 1] = True
    assert (added(np.full((5, 3), 9.0), closed=closed)[:, 1] == 0).all()


def test_a_product_that_is_closed_alone_stays_zero() -> None:
    closed, said = OPEN.copy(), np.array([[100.0] * 3, [40.0] * 3, [0.0] * 3, [20.0] * 3, [20.0] * 3])
    closed[2] = True
    told = added(said, closed=closed)
    assert (told[2] == 0).all() and told[0] == pytest.approx(told[3] + told[4])


def test_correlations_of_noise_are_shrunk_and_real_ones_kept() -> None:
    rng = np.random.default_rng(0)
    common = rng.normal(0, 1, (1, 200))
    assert shrinkage(rng.normal(0, 1, (30, 20))) > 0.6
    assert shrinkage(common + 0.1 * rng.normal(0, 1, (30, 200))) < 0.1


@pytest.fixture
def quick_field(monkeypatch: pytest.MonkeyPatch) -> None:
    field = [SeasonalNaive(), Smoothing("damped_trend", DAMPED_TREND)]
    monkeypatch.setattr(model, "candidates", lambda country, seed: field)


def shop_orders() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four products of two categories, one of none; closed on Sundays; "new" came yesterday, "bad" only came back."""
    rng = np.random.default_rng(2)
    days = [day for day in pd.date_range("2025-01-06", periods=180, tz="UTC") if day.weekday() != 6]
    rows = [
        (day + pd.Timedelta(hours=12), product, float(rng.poisson(rate)), 5.0)
        for day in days
        for product, rate in (("tea", 20), ("rye", 3), ("jam", 0.4), ("salt", 6))
    ]
    rows += [(days[-1], "new", 4.0, 2.0), (days[10], "bad", -3.0, 5.0)]
    orders = pd.DataFrame(rows, columns=["ordered_at", "product_id", "quantity", "unit_price"])
    category = {"tea": "Drinks", "rye": "Food", "jam": "Food", "new": "Food", "salt": None, "bad": "Drinks"}
    return orders, pd.DataFrame({"product_id": category.keys(), "category": category.values()})


@pytest.mark.usefixtures("quick_field")
def test_a_whole_shop_adds_up_and_still_does_when_asked_again() -> None:
    orders, products = shop_orders()
    series = series_from_orders(orders, products, "UTC", product_ids=["tea", "rye", "jam", "new", "bad"])
    trees = trees_of(series, products)
    usable, returned = without_returned(series)
    assert returned == ["revenue/product/bad", "units/product/bad"]
    is_product = usable["unique_id"].str.contains("/product/")
    groups = {"sums": usable[~is_product], "products": usable[is_product]}

    parts = forecast_hierarchy(groups, trees, 21, settings=DemandSettings(country=None, freq="D"))
    again = reconciled(parts, trees)

    for whole in (parts, again):
        table = pd.concat([part.forecasts for part in whole.values()])
        wide = table.pivot(index="unique_id", columns="step", values="mean")
        assert {"units/others", "units/others/Drinks"} <= set(wide.index)
        for tree in trees:
            for name, held in tree.items():
                known = [key for key in held if key in wide.index]
                np.testing.assert_allclose(wide.loc[name], wide.loc[known].sum(), atol=1e-6)
        sundays = table[table["ds"].dt.weekday == 6]
        assert (sundays[["mean", "lo_95", "hi_95"]].to_numpy() == 0).all()
        low, mean, high = (table[name].to_numpy() for name in ("lo_80", "mean", "hi_80"))
        assert (low <= mean + 1e-9).all() and (mean <= high + 1e-9).all()
    total = float(wide.loc["units/total"].to_numpy().sum())
    before = float(series.loc[series["unique_id"] == "units/total", "y"].tail(21).to_numpy().sum())
    assert total == pytest.approx(before, rel=0.15)


def test_where_all_came_back_no_sum_is_left_either() -> None:
    days = pd.date_range("2025-01-06", periods=40, tz="UTC")
    rows = [(day, product, -1.0, 5.0) for day in days for product in ("tea", "jam")]
    orders = pd.DataFrame(rows, columns=["ordered_at", "product_id", "quantity", "unit_price"])
    series = series_from_orders(orders, None, "UTC")
    usable, returned = without_returned(series)
    assert usable.empty and set(returned) == set(series["unique_id"]) and "units/total" in returned


def test_products_without_a_forecast_of_their_own_are_in_others() -> None:
    orders, products = shop_orders()
    series = series_from_orders(orders, products, "UTC", product_ids=["tea", "rye", "jam", "new", "bad"])
    sold = series.groupby("unique_id")["y"].sum()
    assert sold["units/others"] == orders.query("product_id == 'salt'")["quantity"].sum()
    assert (sold["units/others/Food"], sold["units/others/Drinks"]) == (4, -3)
    daily = series.pivot(index="ds", columns="unique_id", values="y").fillna(0.0)
    food = ["units/product/rye", "units/product/jam", "units/others/Food"]
    assert (daily["units/category/Food"] == daily[food].sum(axis=1)).all()
