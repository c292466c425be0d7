import numpy as np
import pandas as pd
import pytest

from ml.demand.features import series_from_orders


def _orders(*lines: tuple[str, str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(lines), columns=["ordered_at", "product_id", "quantity", "unit_price"])
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], utc=True), order_id=range(len(frame)))


ORDERS = _orders(
    ("2024-07-01 15:00", "a", 3, 10.0),
    ("2024-07-01 18:00", "b", 1, 100.0),
    ("2024-07-03 15:00", "a", -1, 10.0),
    ("2024-07-04 03:30", "b", 2, 100.0),
)
PRODUCTS = pd.DataFrame({"product_id": ["a", "b"], "category": ["tea", ""]})


def _values(series: pd.DataFrame, key: str) -> dict[str, float]:
    part = series[series["unique_id"] == key]
    return {str(day.date()): value for day, value in zip(part["ds"], part["y"], strict=True)}


def test_days_are_those_of_the_business_zone_and_empty_days_count_zero():
    series = series_from_orders(ORDERS, PRODUCTS, zone="America/Santiago")

    assert _values(series, "units/total") == {"2024-07-01": 4, "2024-07-02": 0, "2024-07-03": 1}


def test_returns_are_subtracted_from_units_and_revenue():
    series = series_from_orders(ORDERS, PRODUCTS, zone="America/Santiago")

    assert _values(series, "units/product/a") == {"2024-07-01": 3, "2024-07-02": 0, "2024-07-03": -1}
    assert _values(series, "revenue/category/tea") == {"2024-07-01": 30, "2024-07-02": 0, "2024-07-03": -10}


def test_every_product_and_named_category_has_both_measures():
    found = set(series_from_orders(ORDERS, PRODUCTS)["unique_id"])
    names = {name for name in found if "/others" not in name}

    keys = {"total", "category/tea", "product/a", "product/b"}
    assert names == {f"{measure}/{key}" for measure in ("units", "revenue") for key in keys}


def test_a_product_begins_with_its_first_sale_and_lasts_to_the_newest_order():
    series = series_from_orders(_orders(("2024-01-01", "old", 1, 1.0), ("2024-01-10", "new", 1, 1.0)), zone="UTC")

    assert len(_values(series, "units/product/old")) == 10
    assert len(_values(series, "units/product/new")) == 1


def test_totals_are_conserved():
    random = np.random.default_rng(0)
    stamps = pd.Timestamp("2023-01-01") + pd.to_timedelta(random.integers(0, 200 * 86_400, 500), unit="s")
    frame = pd.DataFrame(
        {"ordered_at": stamps.tz_localize("UTC"), "product_id": random.integers(0, 9, 500).astype(str)}
    )
    frame = frame.assign(quantity=random.integers(-2, 9, 500), unit_price=random.random(500))

    series = series_from_orders(frame).set_index("unique_id")["y"]

    assert series["units/total"].sum() == frame["quantity"].sum()
    by_product = series[series.index.str.startswith("revenue/product/")]
    assert by_product.sum() == pytest.approx((frame["quantity"] * frame["unit_price"]).sum())


def test_no_orders_make_no_series():
    assert series_from_orders(ORDERS.iloc[:0]).empty
