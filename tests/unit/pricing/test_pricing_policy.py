"""Which moves a price may make, and within which limits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.core.once import LastChange
from ml_insights.pricing import policy
from ml_insights.pricing.errors import BadDay, BadLimits, BadStep, NoSuchMove, PriceNotAllowed, PriceOutOfRange
from ml_insights.pricing.facts import ProductFact, Standing
from ml_insights.pricing.tables import PriceState

FACT = ProductFact(
    product_id="A",
    label="A",
    category="",
    price=10.0,
    last_price=10.0,
    cost=6.0,
    quantity=100.0,
    quantity_low=60.0,
    quantity_high=150.0,
    elasticity=-1.5,
    elasticity_low=-1.7,
    elasticity_high=-1.3,
    refusal="",
    periods=60,
    moved=20,
    spread=0.1,
    lowest=7.0,
    highest=12.0,
    suggested=None,
    bound="",
    withheld="",
    worth=False,
    profit_change=None,
    profit_change_low=None,
    profit_change_high=None,
)
TODAY = date(2026, 3, 2)
STANDING = Standing(2, 4, LastChange("ana", None))


def test_every_state_has_its_moves_and_its_words() -> None:
    assert set(policy.MOVES) == set(policy.WORDS) == set(PriceState)
    ends = [state for state, moves in policy.MOVES.items() if not moves]
    assert set(ends) == {PriceState.REJECTED, PriceState.SUPERSEDED, PriceState.WITHDRAWN}


@pytest.mark.parametrize("state", PriceState)
@pytest.mark.parametrize("wanted", PriceState)
def test_only_declared_moves_are_possible(state: PriceState, wanted: PriceState) -> None:
    if wanted in policy.MOVES[state]:
        policy.check_move("A", state, wanted, STANDING)
        return
    with pytest.raises(NoSuchMove, match="ana has decided"):
        policy.check_move("A", state, wanted, STANDING)


def test_who_has_seen_the_newest_decision_may_decide() -> None:
    policy.check_seen("A", STANDING, 4)
    policy.check_seen("A", STANDING, None)
    with pytest.raises(NoSuchMove):
        policy.check_seen("A", STANDING, 3)


def test_limits_of_people_narrow_those_of_the_data_and_never_widen_them() -> None:
    assert policy.allowed_prices(FACT) == policy.Allowed(7.0, 12.0, policy.MARGIN)
    narrowed = policy.allowed_prices(FACT, floor=9.0, ceiling=11.0, margin=0.2)
    assert (narrowed.floor, narrowed.ceiling, narrowed.set_by_people) == (9.0, 11.0, True)
    wide = policy.allowed_prices(FACT, floor=1.0, ceiling=100.0, margin=0.4)
    assert (wide.floor, wide.ceiling) == (pytest.approx(10.0), 12.0)


@pytest.mark.parametrize(
    ("floor", "ceiling", "margin"),
    [
        (0.0, None, None),
        (-1.0, None, None),
        (5.0, 5.0, None),
        (None, None, 0.96),
        (None, None, -0.1),
        (float("nan"), None, None),
    ],
)
def test_limits_that_make_no_sense_are_refused(
    floor: float | None, ceiling: float | None, margin: float | None
) -> None:
    with pytest.raises(BadLimits):
        policy.check_limits(floor, ceiling, margin)


def test_a_price_is_judged_by_what_is_known_and_by_what_is_allowed() -> None:
    allowed = policy.allowed_prices(FACT, floor=9.0)
    policy.check_price(FACT, allowed, 9.0)
    with pytest.raises(PriceNotAllowed):
        policy.check_price(FACT, allowed, 8.9)
    for price in (6.9, 12.1, float("nan"), float("inf"), 0.0, -1.0):
        with pytest.raises(PriceOutOfRange):
            policy.check_price(FACT, allowed, price)


def test_a_price_begins_tomorrow_at_the_earliest() -> None:
    policy.check_day(TODAY + timedelta(days=1), TODAY)
    for day in (TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=366)):
        with pytest.raises(BadDay):
            policy.check_day(day, TODAY)


def test_nothing_is_suggested_without_an_elasticity_or_a_cost() -> None:
    nobody = replace(FACT, elasticity=None)
    assert policy.suggestion_of(nobody, policy.allowed_prices(nobody)).withheld == "no-elasticity"
    costless = replace(FACT, cost=None)
    assert policy.suggestion_of(costless, policy.allowed_prices(costless)).withheld == "no-cost"
    dear = replace(FACT, cost=50.0)
    assert policy.suggestion_of(dear, policy.allowed_prices(dear)).withheld == "cost-above-price"
    thin = replace(FACT, cost=9.9)
    assert policy.suggestion_of(thin, policy.allowed_prices(thin, margin=0.5)).withheld == "no-room"


def test_a_suggestion_stays_within_a_step_and_within_prices_that_held() -> None:
    def price(**more: float) -> float:
        fact = replace(FACT, elasticity=-1.1, elasticity_low=-1.2, elasticity_high=-1.05, lowest=5.0, highest=20.0)
        best = policy.suggestion_of(replace(fact, **more), policy.allowed_prices(fact, step=0.1)).outcome
        assert best is not None
        return best.price

    assert price() == pytest.approx(11.0)
    assert price(tried_low=9.0, tried_high=10.5) == pytest.approx(10.5)


@pytest.mark.parametrize("step", [0.0, 0.009, 0.51, -0.1, float("nan")])
def test_a_step_is_from_one_to_fifty_per_cent(step: float) -> None:
    with pytest.raises(BadStep):
        policy.check_step(step)


@given(st.floats(0.1, 30), st.floats(0.1, 30), st.floats(0, 0.9))
def test_what_is_suggested_may_be_decided(floor: float, ceiling: float, margin: float) -> None:
    allowed = policy.allowed_prices(FACT, floor, ceiling, margin)
    best = policy.suggestion_of(FACT, allowed).outcome
    if best is not None and best.price != FACT.price:
        policy.check_price(FACT, allowed, best.price)
