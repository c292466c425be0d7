"""Decisions about demand, without any database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.demand.types import ReorderSuggestion
from ml_insights.demand import policy
from ml_insights.demand.errors import HorizonOutOfRange, MonthsOutOfRange
from ml_insights.demand.facts import ForecastPoint, SeriesDetail, SeriesRef
from ml_insights.demand.policy import Ahead
from ml_insights.demand.tables import Level, Measure

START = date(2024, 1, 1)


def point(step: int, mean: float, spread: float | None = None) -> ForecastPoint:
    low, high = (None, None) if spread is None else (mean - spread, mean + spread)
    return ForecastPoint(START + timedelta(days=399 + step), step, mean, low, high, low, high)


def detail(history: list[float], forecast: list[ForecastPoint]) -> SeriesDetail:
    ref = SeriesRef("units/total", Measure.UNITS, Level.TOTAL, "total", "total", "")
    return SeriesDetail(ref, START, tuple(history), tuple(forecast), "theta", "", 30, 0.9, 0.8, 0.95, None, {})


@pytest.mark.parametrize("ahead", [Ahead(1), Ahead(30), Ahead(180), Ahead(months=1), Ahead(months=12)])
def test_a_horizon_within_bounds_passes(ahead: Ahead) -> None:
    assert policy.check_ahead(ahead) == ahead


@pytest.mark.parametrize("days", [-1, 0, 181, 10_000])
def test_a_horizon_out_of_bounds_is_refused(days: int) -> None:
    with pytest.raises(HorizonOutOfRange, match=f"not {days}"):
        policy.check_ahead(Ahead(days))


@pytest.mark.parametrize("months", [-1, 13])
def test_months_out_of_bounds_are_refused(months: int) -> None:
    with pytest.raises(MonthsOutOfRange, match=f"not {months}"):
        policy.check_ahead(Ahead(months=months))


@pytest.mark.parametrize(
    ("until", "months", "last"),
    [
        (date(2011, 12, 9), 12, date(2012, 11, 30)),
        (date(2011, 11, 30), 12, date(2012, 11, 30)),
        (date(2012, 1, 30), 1, date(2012, 1, 31)),
        (date(2012, 1, 31), 1, date(2012, 2, 29)),
    ],
)
def test_months_end_with_the_last_of_them(until: date, months: int, last: date) -> None:
    assert until + timedelta(days=policy.days_of_months(until, months)) == last


def test_the_products_with_the_most_revenue_are_modelled() -> None:
    assert policy.products_in_scope({"a": 1.0, "b": 3.0, "c": 2.0, "d": 2.0}, most=3) == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("total", "units/total"),
        ("units/total", "units/total"),
        ("85123A", "units/product/85123A"),
        ("product/85123A", "units/product/85123A"),
        ("units/product/a/b", "units/product/a/b"),
        ("Bread", "units/category/Bread"),
    ],
)
def test_a_series_may_be_named_in_several_ways(asked: str, meant: str) -> None:
    assert meant in policy.candidate_ids(Measure.UNITS, asked)


def test_an_identifier_says_measure_level_and_key() -> None:
    assert policy.parse_id("revenue/product/a/b") == (Measure.REVENUE, Level.PRODUCT, "a/b")
    assert policy.parse_id("units/total") == (Measure.UNITS, Level.TOTAL, "total")


def test_near_names_hold_the_words_or_are_spelt_alike() -> None:
    names = [("total", "total"), ("85123A", "White Hanging Heart"), ("21", "Red Lamp"), ("22", "Heart of Wood")]
    assert policy.closest(names, "heart white")[0] == "85123A (White Hanging Heart)"
    assert policy.closest(names, "85123B")[0] == "85123A (White Hanging Heart)"
    assert policy.closest(names, "totl") == ["total"]
    assert policy.closest(names, "zzzzzz") == []


@given(st.text(max_size=40), st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=9))
def test_near_names_never_fail_and_never_invent(wanted: str, names: list[tuple[str, str]]) -> None:
    shown = {key if key == label else f"{key} ({label})" for key, label in names}
    assert set(policy.closest(names, wanted)) <= shown


def test_the_coming_days_are_compared_with_those_before_and_a_year_ago() -> None:
    history = [1.0] * 390 + [2.0] * 10
    totals = policy.period_totals(detail(history, [point(step, 3.0, 1.0) for step in range(1, 11)]), Ahead(10))
    assert (totals.expected, totals.previous, totals.last_year) == (30.0, 20.0, 10.0)
    assert totals.change == pytest.approx(0.5)
    assert totals.change_last_year == pytest.approx(2.0)


def test_a_short_history_has_no_year_before_and_a_zero_one_no_change() -> None:
    ahead = ForecastPoint(START + timedelta(days=20), 1, 3.0, None, None, None, None)
    totals = policy.period_totals(detail([0.0] * 20, [ahead]), Ahead(1))
    assert (totals.previous, totals.last_year) == (0.0, None)
    assert totals.change is None and totals.change_last_year is None
    assert totals.low is None and totals.high is None


SHARES = {"80": {"lo": [[7.0, 0.5], [30.0, 0.4]], "hi": [[7.0, 0.6], [30.0, 0.5]]}}


def test_the_band_of_a_sum_is_the_measured_share_of_the_days_bands() -> None:
    low, high = policy.sum_band([point(step, 10.0, 3.0) for step in range(1, 8)], 80, SHARES)
    assert (low, high) == (pytest.approx(70 - 0.5 * 21), pytest.approx(70 + 0.6 * 21))
    wide = policy.sum_band([point(step, 10.0, 3.0) for step in range(1, 8)], 80, {})
    assert wide == (49.0, 91.0), "nothing measured: all errors may point the same way"


def test_the_band_of_longer_sums_keeps_the_share_of_the_longest_that_was_measured() -> None:
    points = [point(step, 10.0, 3.0) for step in range(1, 61)]
    assert policy.sum_band(points, 80, SHARES) == (pytest.approx(600 - 0.4 * 180), pytest.approx(600 + 0.5 * 180))


def test_the_band_of_a_sum_of_sales_does_not_fall_below_zero() -> None:
    points = [ForecastPoint(START, 1, 1.0, 0.0, 9.0, None, None), ForecastPoint(START, 2, 1.0, 0.0, 9.0, None, None)]
    low, _ = policy.sum_band(points, 80, {})
    assert low is not None and low >= 0.0
    assert policy.sum_band(points, 95, {}) == (None, None)


def test_a_slip_does_not_stretch_the_axis() -> None:
    usual = [100.0 + n % 7 for n in range(60)]
    assert policy.axis_top(usual, [130.0]) is None
    assert policy.axis_top([*usual, 100_000.0], []) == pytest.approx(2 * 106.0)
    assert policy.axis_top(usual, [9_000.0]) == pytest.approx(2 * 106.0)
    assert policy.axis_top([0.0] * 50 + [9.0], []) is None, "one value is no usual size"


def test_a_reorder_row_orders_from_the_reorder_point_up() -> None:
    suggestion = ReorderSuggestion(
        reorder_point=12.3, safety_stock=2.3, quantity=30.0, lead_demand=10.0, service_level=0.95, lead_time=7
    )
    row = policy.reorder_row("a", "A", suggestion)
    assert (row.reorder_point, row.order_up_to, row.quantity) == (13.0, 30.0, 17.0)


def test_negative_demand_orders_nothing() -> None:
    suggestion = ReorderSuggestion(
        reorder_point=-5.0, safety_stock=1.0, quantity=0.0, lead_demand=-6.0, service_level=0.95, lead_time=7
    )
    row = policy.reorder_row("a", "A", suggestion)
    assert (row.lead_demand, row.reorder_point, row.order_up_to, row.quantity) == (0.0, 0.0, 0.0, 0.0)


def test_every_refusal_and_method_of_the_engine_has_words() -> None:
    from ml.demand.candidates import candidates
    from ml.demand.types import Refusal

    assert set(Refusal) <= set(policy.REFUSALS)
    assert {candidate.name for candidate in candidates("CL", 0)} <= set(policy.METHODS)


def test_a_series_of_which_nothing_is_expected_says_since_when() -> None:
    assert detail([2.0, 0.0, 0.0], [point(1, 0.0, 0.0)]).inactive_since == START
    assert detail([2.0, 0.0, 0.0], [point(1, 0.0, 1.0)]).inactive_since is None
    assert detail([2.0, 0.0, 0.0], [point(1, 0.0)]).inactive_since is None
    assert detail([2.0, 0.0, 0.0], []).inactive_since is None


def test_what_returns_every_year_takes_two_years_to_tell() -> None:
    until = date(2026, 6, 30)
    assert policy.knows_no_year(until - timedelta(days=373), until)
    assert not policy.knows_no_year(until - timedelta(days=730), until)
    assert not policy.knows_no_year(None, until)
