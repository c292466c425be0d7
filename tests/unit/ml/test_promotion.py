"""The two questions of a promotion, at and around their limits."""

import math

import numpy as np
import pytest

from ml import promotion
from ml.promotion import Question, Reason

UNITS = [f"unit-{number}" for number in range(60)]


def losses(mean: float, spread: float = 0.1, seed: int = 0, units: list[str] = UNITS) -> dict[str, float]:
    noise = np.random.default_rng(seed).normal(0, spread, len(units))
    return dict(zip(units, (mean + noise).tolist(), strict=True))


def shifted(old: dict[str, float], by: float, noise: float = 0.0) -> dict[str, float]:
    drawn = np.random.default_rng(1).normal(0, noise, len(old)) if noise else np.zeros(len(old))
    return {unit: loss + by + extra for (unit, loss), extra in zip(old.items(), drawn.tolist(), strict=True)}


def test_a_new_recipe_that_is_better_everywhere_goes_in():
    old = losses(1.0)
    decision = promotion.new_recipe(shifted(old, -0.05, 0.02), old)
    assert (decision.promote, decision.reason) == (True, Reason.BETTER_BEYOND_NOISE)
    assert decision.gain.low > 0 and decision.units == 60
    assert decision.incumbent - decision.challenger == pytest.approx(decision.gain.gain)


@pytest.mark.parametrize(("by", "noise"), [(-0.01, 0.5), (0.0, 0.0), (0.01, 0.5)])
def test_a_new_recipe_within_noise_stays_out(by: float, noise: float):
    old = losses(1.0)
    decision = promotion.new_recipe(shifted(old, by, noise), old)
    assert (decision.promote, decision.reason) == (False, Reason.NOT_BETTER_BEYOND_NOISE)


def test_a_new_recipe_that_is_worse_is_told_so():
    old = losses(1.0)
    assert promotion.new_recipe(shifted(old, 0.2, 0.05), old).reason == Reason.WORSE_BEYOND_NOISE


def test_a_new_recipe_judged_on_one_unit_has_proved_nothing():
    decision = promotion.new_recipe({"a": 0.1}, {"a": 1.0})
    assert not decision.promote and math.isnan(decision.gain.low)


def test_leaving_out_the_hard_units_is_no_improvement():
    old = losses(1.0)
    easy = {unit: loss - 0.5 for unit, loss in list(old.items())[:50]}
    for decision in (promotion.new_recipe(easy, old), promotion.newer_data(easy, old, 0.02)):
        assert (decision.promote, decision.reason) == (False, Reason.ANSWERS_FEWER)


def test_newer_data_goes_in_when_it_changes_nothing_or_is_a_little_worse():
    old = losses(1.0)
    for by in (-0.1, 0.0, 0.015):
        decision = promotion.newer_data(shifted(old, by, 0.001), old, margin=0.02)
        assert (decision.promote, decision.reason) == (True, Reason.NOT_WORSE), by


def test_newer_data_that_is_worse_by_more_than_the_margin_stays_out():
    old = losses(1.0)
    decision = promotion.newer_data(shifted(old, 0.05, 0.001), old, margin=0.02)
    assert (decision.promote, decision.reason) == (False, Reason.WORSE_ON_NEWER_DATA)
    assert decision.margin == pytest.approx(0.02 * decision.incumbent)


def test_newer_data_that_is_worse_within_noise_goes_in():
    old = losses(1.0)
    assert promotion.newer_data(shifted(old, 0.05, 1.0), old, margin=0.02).promote


def test_nothing_in_common_promotes_nothing():
    for decision in (promotion.new_recipe({}, {}), promotion.newer_data({}, {}, 0.02)):
        assert (decision.promote, decision.reason) == (False, Reason.NOTHING_TO_COMPARE)


def test_units_without_a_score_are_left_out():
    old = losses(1.0)
    new = shifted(old, -0.1, 0.01) | {"unit-0": math.nan}
    assert promotion.new_recipe(new, old).units == 59


def test_the_first_model_must_not_lose_to_the_naive_one():
    naive = losses(1.0)
    assert promotion.first(shifted(naive, -0.2), naive).reason == Reason.FIRST_BEATS_NAIVE
    assert promotion.first(naive, naive).promote
    worse = promotion.first(shifted(naive, 0.2, 0.01), naive)
    assert (worse.promote, worse.reason) == (False, Reason.FIRST_WORSE_THAN_NAIVE)
    assert promotion.first({"a": 2.0}, {"a": 1.0}).reason == Reason.FIRST_WORSE_THAN_NAIVE


@pytest.mark.parametrize("factor", [1 + 4e-16, 1 - 4e-16])
def test_losses_that_differ_in_their_last_digits_are_equal(factor: float):
    naive = losses(1.0)
    same = {unit: loss * factor for unit, loss in naive.items()}
    assert promotion.first(same, naive).reason == Reason.FIRST_BEATS_NAIVE
    told = promotion.new_recipe(same, naive)
    assert (told.reason, told.gain.gain) == (Reason.NOT_BETTER_BEYOND_NOISE, 0.0)


def test_a_first_model_that_cannot_be_judged_says_so():
    decision = promotion.first({}, {})
    assert (decision.question, decision.promote, decision.reason) == (Question.FIRST, True, Reason.FIRST_UNJUDGED)


def test_nothing_new_keeps_the_champion():
    assert not promotion.nothing_new().promote


def test_a_model_of_another_horizon_has_to_hold_out_against_the_naive_one_alone():
    naive = losses(1.0)
    assert promotion.new_horizon(shifted(naive, -0.2), naive).reason == Reason.NEW_HORIZON_BEATS_NAIVE
    worse = promotion.new_horizon(shifted(naive, 0.2, 0.01), naive)
    assert (worse.promote, worse.reason) == (False, Reason.NEW_HORIZON_WORSE_THAN_NAIVE)
    unjudged = promotion.new_horizon({}, {})
    assert (unjudged.question, unjudged.promote) == (Question.NEW_HORIZON, True)
    assert unjudged == promotion.unjudged_horizon()
