"""The demo company's trade: the same for the same seed, and shaped as its rules say."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.commerce.demo.calendar import make_calendar
from ml_insights.commerce.demo.catalogue import make_catalogue, products
from ml_insights.commerce.demo.generate import LINES_PER_ORDER, ZONE, DemoTrade, generate

END = date(2025, 12, 31)


@pytest.fixture(scope="module")
def trade() -> DemoTrade:
    return generate(np.random.default_rng(1), END)


@pytest.fixture(scope="module")
def lines(trade: DemoTrade) -> pd.DataFrame:
    local = trade.orders["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
    return trade.orders.assign(local=local, day=local.dt.normalize(), revenue=lambda o: o["quantity"] * o["unit_price"])


@pytest.fixture(scope="module")
def daily(lines: pd.DataFrame) -> pd.Series:
    days = pd.date_range("2023-01-01", END)
    return lines.groupby("day")["revenue"].sum().reindex(days, fill_value=0.0)


def digest(frame: pd.DataFrame) -> int:
    return int(pd.util.hash_pandas_object(frame, index=False).sum())


def test_rules_are_frozen(trade: DemoTrade):
    """Models of later releases are compared on these rows: whoever changes a rule changes every figure in the docs."""
    found = {name: digest(getattr(trade, name)) for name in ("customers", "products", "orders")}
    assert found == {
        "customers": 7_714_822_935_411_995_345,
        "products": 12_879_029_842_053_192_998,
        "orders": 14_116_666_813_006_573_297,
    }


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32), st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_any_seed_and_day_give_whole_tables(seed: int, end: date):
    once, again = (generate(np.random.default_rng(seed), end) for _ in range(2))
    pd.testing.assert_frame_equal(once.orders, again.orders)
    pd.testing.assert_frame_equal(once.customers, again.customers)
    assert once.orders["ordered_at"].is_monotonic_increasing
    assert once.orders["ordered_at"].max().tz_convert(ZONE).date() <= end
    assert once.orders.drop(columns="customer_id").notna().all(axis=None)
    assert set(once.orders["customer_id"].dropna()) <= set(once.customers["customer_id"])
    assert set(once.orders["product_id"]) <= set(once.products["product_id"])
    assert 120_000 < len(once.orders) < 250_000


def test_sizes_are_those_of_a_distributor(trade: DemoTrade):
    assert 60 <= len(trade.products) <= 120
    assert 400 <= len(trade.customers) <= 800
    assert trade.products["product_id"].is_unique
    assert trade.customers[["customer_id", "name", "email", "phone"]].nunique().eq(len(trade.customers)).all()
    assert trade.customers["email"].str.fullmatch(r"compras@[a-z0-9-]+\.example").all()
    assert trade.customers["phone"].str.startswith("+56 9 00").all()


def test_last_day_is_the_one_asked_for(lines: pd.DataFrame):
    assert lines["day"].min() >= pd.Timestamp("2023-01-01")
    assert lines["day"].max() == pd.Timestamp(END)


def test_an_order_is_one_customer_at_one_moment(trade: DemoTrade):
    per_order = trade.orders.groupby("order_id").agg(
        moments=("ordered_at", "nunique"), customers=("customer_id", lambda names: names.nunique(dropna=False))
    )
    assert per_order.eq(1).all(axis=None)


def test_products_sell_above_cost(trade: DemoTrade):
    listed = products()
    assert (listed["unit_cost"] < 0.85 * listed["price"]).all()


def test_prices_are_written_as_price_tags_are(trade: DemoTrade):
    assert (trade.orders["unit_price"] % 10 == 0).all()
    assert (trade.orders["unit_price"] > 0).all()


def test_returns_are_few_and_follow_a_sale(trade: DemoTrade):
    returned = trade.orders[trade.orders["quantity"] < 0]
    assert 0.01 < len(returned) / len(trade.orders) < 0.03
    key = ["customer_id", "product_id", "unit_price"]
    sold = trade.orders[trade.orders["quantity"] > 0].groupby(key, dropna=False).size()
    assert returned.set_index(key).index.isin(sold.index).all()


def test_week_has_a_shape(daily: Any):
    by_weekday = daily.groupby(daily.index.dayofweek).mean() / daily.mean()
    assert by_weekday.idxmax() == 4
    assert by_weekday[5] < 0.85 and by_weekday[6] < 0.15


def test_nobody_works_on_the_holidays_that_law_protects(daily: pd.Series):
    protected = [day for day in daily.index if (day.month, day.day) in {(1, 1), (5, 1), (9, 18), (9, 19), (12, 25)}]
    assert len(protected) == 15
    assert (daily[protected] == 0).all()


def test_business_grows(daily: Any):
    yearly = daily.groupby(daily.index.year).sum()
    growth = yearly.pct_change().dropna()
    assert growth.between(0.03, 0.35).all()


def test_fiestas_and_summer_show(lines: pd.DataFrame):
    months = lines["day"].dt.month
    units = lines.groupby(["product_id", months])["quantity"].sum().unstack(fill_value=0)
    share: Any = units.div(units.sum(axis=1), axis=0)
    assert share.loc["CO-409", [12, 1, 2]].sum() > 2 * share.loc["CO-409", [6, 7, 8]].sum()
    assert share.loc["CT-707", [6, 7, 8]].sum() > share.loc["CT-707", [12, 1, 2]].sum()
    assert share.loc["PA-509", 12] > 0.5
    september = lines[(lines["day"].dt.month == 9)]
    before = september[september["day"].dt.day.between(8, 17)]
    empanadas = before.loc[before["product_id"] == "CO-411", "quantity"].sum()
    assert empanadas / units.loc["CO-411"].sum() > 0.05


def test_some_products_are_intermittent_launched_or_gone(lines: pd.DataFrame):
    days_sold = lines.groupby("product_id")["day"].nunique()
    assert (days_sold < 150).sum() >= 8
    first, last = lines.groupby("product_id")["day"].min(), lines.groupby("product_id")["day"].max()
    listed = products().set_index("product_id")
    launched, gone = listed["launched"].dropna(), listed["discontinued"].dropna()
    assert (first[launched.index] > pd.Timestamp("2024-03-01")).all()
    assert (last[gone.index] < pd.Timestamp(END) - pd.Timedelta(days=120)).all()


def test_customers_come_and_lapse(lines: pd.DataFrame):
    seen = lines.dropna(subset="customer_id").groupby("customer_id")["day"].agg(["min", "max", "count"])
    silent = (pd.Timestamp(END) - seen["max"]).dt.days
    assert 0.15 < (silent > 180).mean() < 0.5
    assert (seen["min"] > pd.Timestamp("2023-07-01")).mean() > 0.15


def test_trouble_drives_customers_away(lines: pd.DataFrame):
    """What a churn model can find: of equally frequent buyers, those who return goods fall silent more often."""
    looked = pd.concat([frequent_buyers(lines, day) for day in pd.date_range("2023-06-30", "2025-06-30", freq="QE")])
    lost = looked.groupby("returned")["lost"].mean()
    assert lost[True] > 1.2 * lost[False]


def frequent_buyers(lines: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Who ordered four times in the two months before `until`; whether anything came back, and whether they left."""
    recent = lines[lines["day"].between(until - pd.Timedelta(days=60), until)].dropna(subset="customer_id")
    later = lines[lines["day"].between(until + pd.Timedelta(days=60), until + pd.Timedelta(days=180))]
    buyers = recent.groupby("customer_id").agg(orders=("order_id", "nunique"), least=("quantity", "min"))
    buyers = buyers[buyers["orders"] >= 4]
    lost = ~buyers.index.isin(later["customer_id"].dropna())
    return pd.DataFrame({"returned": buyers["least"] < 0, "lost": lost})


def test_promotions_move_demand_by_the_elasticity():
    streams = np.random.default_rng(5).spawn(2)
    calendar = make_calendar(streams[0], END)
    catalogue = make_catalogue(streams[1], calendar, LINES_PER_ORDER)
    crisps = int(np.flatnonzero(catalogue.products["product_id"] == "SN-603")[0])
    on = catalogue.promoted[:, crisps] & ~catalogue.sold_out[:, crisps]
    off = ~catalogue.promoted[:, crisps] & ~catalogue.sold_out[:, crisps]
    lift = catalogue.demand[on, crisps].mean() / catalogue.demand[off, crisps].mean()
    assert 0.03 < on.mean() < 0.2
    assert 1.2 < lift < 2.3
    assert catalogue.prices[on, crisps].mean() < 0.93 * catalogue.prices[off, crisps].mean()


def test_something_goes_wrong_on_a_few_days():
    calendar = make_calendar(np.random.default_rng(5), END)
    assert len(calendar.anomalies) == 21
    assert all(calendar.activity[day] > 0 and not calendar.web_only[day] for day in calendar.anomalies)
