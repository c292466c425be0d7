"""Suggested prices: within limits, above the margin, never far from what was tried."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.pricing.suggest import curve, least_price, observed_limits, outcome, price_tags, suggest
from ml.pricing.types import STEP, Case, Limits, Withheld

CASE = Case(10.0, 100.0, 60.0, 160.0, -2.0, -2.5, -1.5, cost=6.0)
LIMITS = Limits(7.0, 14.0, 0.1, step=0.5)
positive = st.floats(0.5, 500)


def test_the_best_price_is_that_of_theory() -> None:
    best = suggest(CASE, LIMITS).outcome
    assert best is not None and best.price == pytest.approx(12.0, abs=0.1), "cost x e / (1 + e)"


def test_today_is_the_middle_of_what_is_expected() -> None:
    told = outcome(CASE, CASE.price)
    assert (told.quantity, told.quantity_low, told.quantity_high) == pytest.approx((100, 60, 160))
    assert (told.revenue, told.profit, told.profit_change) == pytest.approx((1000, 400, 0))
    assert (told.profit_change_low, told.profit_change_high) == pytest.approx((0, 0))


def test_a_suggestion_is_one_step() -> None:
    found = suggest(CASE, replace(LIMITS, step=0.1))
    assert found.outcome is not None and found.outcome.price == pytest.approx(11.0) and found.bound == "step"
    assert Limits(1.0, 2.0).step == STEP, "somebody who sets nothing gets a step"


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (replace(CASE, elasticity=0.0, elasticity_high=0.4), Withheld.POSITIVE),
        (replace(CASE, elasticity=0.7, elasticity_high=1.2), Withheld.POSITIVE),
        (replace(CASE, elasticity=-12.0, elasticity_low=-14.0, elasticity_high=-11.0), Withheld.IMPLAUSIBLE),
        (replace(CASE, cost=10.0), Withheld.COST_ABOVE_PRICE),
        (replace(CASE, elasticity=-1.2, elasticity_low=-1.3, elasticity_high=-1.1, promoted=-3.9), Withheld.DISAGREES),
    ],
)
def test_figures_that_nobody_should_act_on_are_not_worth_doing(case: Case, reason: Withheld) -> None:
    found = suggest(case, LIMITS)
    assert found.withheld == reason and found.outcome is None and not found.worth


def test_promotions_that_agree_do_no_harm() -> None:
    agreed = suggest(replace(CASE, promoted=-2.2), LIMITS)
    assert agreed.outcome is not None and agreed.outcome.price == suggest(CASE, LIMITS).outcome.price  # pyright: ignore


def test_a_limit_that_decides_is_named() -> None:
    assert suggest(CASE, replace(LIMITS, ceiling=11.0)).bound == "ceiling"
    assert suggest(replace(CASE, elasticity=-6.0, elasticity_low=-7.0, elasticity_high=-5.0), LIMITS).bound == ""
    steep = replace(CASE, elasticity=-9.0, elasticity_low=-9.5, elasticity_high=-8.5)
    assert suggest(replace(steep, cost=3.0), LIMITS).bound == "floor"
    assert suggest(replace(steep, cost=6.5), replace(LIMITS, margin=0.12)).bound == "margin"


def test_an_uncertain_gain_is_suggested_but_not_worth_doing() -> None:
    unsure = replace(CASE, elasticity_low=-6.0, elasticity_high=-0.5)
    sure = replace(CASE, elasticity_low=-2.1, elasticity_high=-1.9)
    assert suggest(sure, LIMITS).worth and not suggest(unsure, LIMITS).worth


@pytest.mark.parametrize(
    ("case", "limits", "reason"),
    [
        (replace(CASE, elasticity=math.nan), LIMITS, Withheld.NO_ELASTICITY),
        (replace(CASE, cost=None), LIMITS, Withheld.NO_COST),
        (replace(CASE, cost=9.9), replace(LIMITS, step=0.05), Withheld.NO_ROOM),
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
    limits = observed_limits([8.0, 8.0, 10.0, 10.0], cost=9.0, margin=0.1)
    assert (limits.floor, limits.ceiling) == pytest.approx((10.0, 10.0))


def test_a_price_that_held_once_was_not_tried() -> None:
    assert observed_limits([4.0, 10.0, 10.0, 11.0, 11.0, 99.0]) == Limits(10.0, 11.0)
    assert observed_limits([10.0]) == Limits(10.0, 10.0)


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
        assert abs(best.price / price - 1) <= limits.step + 1e-6, "no further than a step"
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
