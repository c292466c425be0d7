"""A day that is left out is what the weekday usually is, in parts and sums alike, and all still adds up."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from ml.demand.leaving_out import without_days
from ml.demand.slips import slips_of

START, DAYS = date(2026, 1, 5), 70
SLIP = START + timedelta(days=38)
TREES = [{"units/total": ["units/product/a", "units/product/b"], "units/category/x": ["units/product/a"]}]


def shop() -> pd.DataFrame:
    a = np.array([10.0 + day % 7 for day in range(DAYS)])
    b = np.full(DAYS, 5.0)
    a[38] = 9_640.0
    parts = {"units/product/a": a, "units/product/b": b, "units/category/x": a, "units/total": a + b}
    days = pd.date_range(START, periods=DAYS)
    return pd.concat([pd.DataFrame({"unique_id": key, "ds": days, "y": y}) for key, y in parts.items()])


def day_of(series: pd.DataFrame, day: date = SLIP) -> dict[str, float]:
    chosen = series[series["ds"] == pd.Timestamp(day)]
    return dict(zip(chosen["unique_id"], chosen["y"], strict=True))


def test_a_product_s_day_is_left_out_of_its_sums_too() -> None:
    usual = 10.0 + 38 % 7
    found = without_days(shop(), TREES, [("units/product/a", SLIP)])
    assert day_of(found) == {
        "units/product/a": usual,
        "units/product/b": 5.0,
        "units/category/x": usual,
        "units/total": usual + 5.0,
    }
    rest = found["ds"] != pd.Timestamp(SLIP)
    pd.testing.assert_frame_equal(found[rest], shop()[rest])


def test_a_sum_s_day_is_left_out_of_its_parts_and_adds_up() -> None:
    found = day_of(without_days(shop(), TREES, [("units/total", SLIP)]))
    assert found["units/product/a"] == 13.0 and found["units/total"] == 18.0
    assert found["units/total"] == found["units/product/a"] + found["units/product/b"]


def test_a_neighbour_that_is_left_out_too_says_nothing() -> None:
    wrong = shop()
    wrong.loc[(wrong["unique_id"] == "units/product/a") & (wrong["ds"] < pd.Timestamp(SLIP)), "y"] = 900.0
    before = [("units/product/a", START + timedelta(days=day)) for day in range(38)]
    found = day_of(without_days(wrong, TREES, [("units/product/a", SLIP), *before]))
    assert found["units/product/a"] == 13.0


@pytest.mark.parametrize("one", [("units/product/gone", SLIP), ("units/product/a", date(1999, 1, 1))])
def test_what_is_not_there_changes_nothing(one: tuple[str, date]) -> None:
    pd.testing.assert_frame_equal(without_days(shop(), TREES, [one]), shop())
    assert (without_days(shop(), TREES, []) == shop()).all(axis=None)


def test_slips_are_found_in_a_constant_series_and_not_among_bulk_orders() -> None:
    constant = np.full(100, 100.0)
    constant[60] = 100_000.0
    assert np.flatnonzero(slips_of(constant)).tolist() == [60]
    assert not slips_of(np.array([500.0 if day % 30 == 0 else 5.0 for day in range(200)])).any()
    assert not slips_of(np.array([1.0, 900.0])).any()
    assert not slips_of(np.zeros(0)).any()
