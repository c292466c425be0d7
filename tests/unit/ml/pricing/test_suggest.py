"""Suggested prices: within limits, above the margin, never far from what was tried."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.pricing.suggest import curve, least_price, observed_limits, outcome, price_tags, suggest
from ml.pricing.types import Case, Limits, Withheld

CASE = Case(10.0, 100.0, 60.0, 160.0, -2.0, -2.5, -1.5, cost=6.0)
LIMITS = Limits(7.0, 14.0, 0.1)
positive = st.floats(0.5, 500)


def test_the_best_price_is_that_of_theory() -> None:
    best = suggest(CASE, LIMITS).outcome
    assert best is not None and best.price == pytest.approx(12.0, abs=0.1), "cost x e / (1 + e)"


def test_today_is_the_middle_of_what_is_expected() -> None:
    told = outcome(CASE, CASE.price)
    assert (told.quantity, told.quantity_low, told.quantity_high) == pytest.approx((100, 60, 160))
    assert (told.revenue, told.profit, told.profit_change) == pytest.approx((1000, 400, 0))
    assert (told.profit_change_low, told.profit_change_high) == pytest.approx((0, 0))


def test_a_limit_that_decides_is_named() -> None:
    assert suggest(CASE, replace(LIMITS, ceiling=11.0)).bound == "ceiling"
    assert suggest(replace(CASE, elasticity=-6.0, elasticity_low=-7.0, elasticity_high=-5.0), LIMITS).bound == ""
    dear = suggest(replace(CASE, elasticity=-30.0, elasticity_low=-31.0, elasticity_high=-29.0), LIMITS)
    assert dear.bound == "floor"
    assert (
        suggest(replace(CASE, elasticity=-30.0, elasticity_low=-31.0, elasticity_high=-29.0, cost=6.9), LIMITS).bound
        == "margin"
    )


def test_an_uncertain_gain_is_suggested_but_not_worth_doing() -> None:
    unsure = replace(CASE, elasticity_low=-6.0, elasticity_high=-0.5)
    sure = replace(CASE, elasticity_low=-2.1, elasticity_high=-1.9)
    assert suggest(sure, LIMITS).worth and not suggest(unsure, LIMITS).worth


@pytest.mark.parametrize(
    ("case", "limits", "reason"),
    [
        (replace(CASE, elasticity=math.nan), LIMITS, Withheld.NO_ELASTICITY),
        (replace(CASE, cost=None), LIMITS, Withheld.NO_COST),
        (replace(CASE, cost=20.0), LIMITS, Withheld.NO_ROOM),
    ],
    ids=["no-elasticity", "no-cost", "no-room"],
)
def test_where_nothing_can_be_suggested_it_is_said_why(case: Case, limits: Limits, reason: Withheld) -> None:
    assert suggest(case, limits).withheld == reason and suggest(case, limits).outcome is None


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
def test_prices_that_are_none_are_refused(price: float) -> None:
    with pytest.raises(ValueError):
        outcome(CASE, price)


def test_limits_need_a_price_and_know_the_margin() -> None:
    with pytest.raises(ValueError):
        observed_limits([0.0, math.nan])
    with pytest.raises(ValueError):
        least_price(5.0, 1.0)
    limits = observed_limits([8.0, 10.0], cost=9.0, margin=0.1)
    assert (limits.floor, limits.ceiling) == pytest.approx((10.0, 10.5))


def test_tags_are_round_and_inside() -> None:
    assert price_tags(1_181.0, 1_222.0) == [1190.0, 1200.0, 1210.0, 1220.0]
    assert price_tags(0.98, 1.02) == [0.98, 0.99, 1.0, 1.01, 1.02]
    assert price_tags(5.0, 4.0) == []


@given(positive, st.floats(-5, -0.1), st.floats(0.01, 2), st.floats(0.05, 0.95), st.floats(0.5, 1), st.floats(1, 1.6))
def test_a_suggestion_keeps_every_promise(
    price: float, elasticity: float, half: float, cost_share: float, low: float, high: float
) -> None:
    case = Case(price, 50.0, 30.0, 90.0, elasticity, elasticity - half, elasticity + half, price * cost_share)
    limits = Limits(price * low, price * high, 0.05)
    found = suggest(case, limits)
    if found.outcome is None:
        return
    best = found.outcome
    slack = 1e-6 * price
    if best.price != price:
        assert max(limits.floor, least_price(case.cost, 0.05)) - slack <= best.price <= limits.ceiling + slack
        assert best.profit_change is not None and best.profit_change > 0
    assert best.quantity_low <= best.quantity <= best.quantity_high
    assert best.profit_change_low is not None and best.profit_change is not None and best.profit_change_high is not None
    assert best.profit_change_low - 1e-6 <= best.profit_change <= best.profit_change_high + 1e-6


@given(positive, st.floats(-4, 1))
def test_a_curve_falls_or_rises_as_its_elasticity_says(price: float, elasticity: float) -> None:
    case = Case(price, 10.0, 5.0, 20.0, elasticity, elasticity - 0.5, elasticity + 0.5)
    told = [point.quantity for point in curve(case, Limits(price * 0.8, price * 1.2), 20)]
    assert told == sorted(told, reverse=elasticity < 0)
    assert all(point.profit is None for point in curve(case, Limits(price, price), 5))
