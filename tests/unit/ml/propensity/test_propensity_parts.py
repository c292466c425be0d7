"""The parts of the model that hold for whatever comes in: levels, days, products, bars."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from ml.behaviour.history import history
from ml.propensity import levels, lifetime, metrics, products, timing
from ml.propensity.cutoffs import cases, cutoffs
from tests.unit.ml.propensity.buyers import START, shop, visits

END = 20_000
CHANCES = st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=1, max_size=20)


@given(CHANCES, st.integers(0, 6))
def test_days_come_in_order_whatever_the_chances(chances: list[tuple[float, float, float]], weekday: int) -> None:
    rows = np.array(chances)
    counts = np.zeros((len(rows), 7))
    counts[:, weekday] = 10
    days = timing.next_days({7: rows[:, 0], 30: rows[:, 1], 90: rows[:, 2]}, counts, END)
    assert ((days >= 0) & (days < timing.LONGEST) | np.isnan(days)).all()
    middle, early, late = np.nan_to_num(days, nan=timing.LONGEST).T
    assert (early <= middle).all() and (middle <= late).all()


def test_the_day_falls_on_the_customers_weekday() -> None:
    counts = np.zeros((1, 7))
    counts[0, 2] = 40
    days = timing.next_days({7: np.array([0.9]), 30: np.array([0.99])}, counts, END)
    assert (END + int(days[0, 0]) + timing.WEEKDAY_OF_1970) % 7 == 2
    assert timing.usual(counts).tolist() == [2] and timing.usual(np.ones((1, 7))).tolist() == [-1]


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=200), st.floats(0, 1), st.integers(0, 9))
def test_a_level_makes_expectations_meet_what_happened(odds: list[float], share: float, seed: int) -> None:
    log_odds = np.array(odds)
    bought = (np.random.default_rng(seed).random(len(odds)) < share).astype(float)
    added = levels.shift(log_odds, bought, np.zeros(len(odds)))
    assert -levels.WIDEST <= added <= levels.WIDEST
    before, after = (abs(expit(log_odds + one).sum() - bought.sum()) for one in (0.0, added))
    assert after <= before + 1e-6


@given(st.lists(st.floats(0, 1e6), max_size=50))
def test_bounds_hold_most_values(values: list[float]) -> None:
    low, high = lifetime.narrowest(np.array(values))
    assert low <= high
    inside = [low <= value <= high for value in values]
    assert not values or np.mean(inside) >= 0.5


def test_zeros_make_the_lower_bound_zero() -> None:
    assert lifetime.narrowest(np.array([0.0] * 2 + [10.0] * 8)) == (0.0, 10.0)
    assert lifetime.narrowest(np.zeros(5)) == (0.0, 0.0)


@settings(max_examples=30)
@given(st.integers(1, 400), st.integers(1, 200))
def test_every_answer_of_a_cutoff_lies_before_the_end(days: int, horizon: int) -> None:
    known = history(visits([1] * days, list(range(days)), np.ones(days)))
    end = known.last + 1
    found = cutoffs(known, end, horizon)
    assert all(known.first < one and one + horizon <= end for one in found)
    assert all((later - earlier) % 7 == 0 for earlier, later in zip(found[1:], found, strict=False))


def test_cases_are_the_same_rows_in_all_their_parts() -> None:
    known = shop(60, 120)
    made = cases(known, known.last + 1, 30)
    assert len(made.table) == len(made.answers) == len(made.ago) == len(made.customer)
    assert (known.customers[made.customer] == made.table.index).all() and (made.table.index == made.answers.index).all()
    part = made.only(made.ago == 0)
    assert 0 < len(part) < len(made) and (part.weight == 1).all()


def test_calibration_is_judged_against_what_luck_does() -> None:
    random = np.random.default_rng(0)
    chance = random.random(2_000)
    low, high = metrics.calibration_range(chance, draws=200)
    exact, wrong = ((random.random(2_000) < one).astype(float) for one in (chance, chance**3))
    assert low < metrics.calibration_error(exact, chance) < high < metrics.calibration_error(wrong, chance)
    assert metrics.lift(np.array([1.0] + [0.0] * 9), np.linspace(1, 0, 10)) == pytest.approx(10)
    assert set(metrics.figures(np.zeros(10), np.zeros(10))) == {"brier", "ece"}


def baskets(rows: list[tuple[str, str, int]]) -> products.Baskets:
    frame = pd.DataFrame(rows, columns=pd.Index(["customer_id", "product_id", "day"]))
    return products.baskets(frame.assign(day=START + pd.to_timedelta(frame["day"], unit="D")))


def test_likely_products_are_one_s_own_first_and_then_everybody_s() -> None:
    rows = [("a", "bread", day) for day in (1, 5, 9)] + [("a", "milk", 9)]
    rows += [(f"x{place}", "cheese", 8) for place in range(9)]
    known, mix = baskets(rows), products.Mix(popular=0.3, together=0.0)
    found = products.likely(mix, known, START + pd.Timedelta(days=10), ["a", "stranger"], 3)
    assert found == {"a": ["bread", "milk", "cheese"], "stranger": ["cheese", "bread", "milk"]}


def test_what_goes_together_is_offered_to_who_bought_once() -> None:
    rows = [(f"x{place}", name, 3) for place in range(20) for name in ("wine", "cork")]
    rows += [(f"y{place}", "soap", 8) for place in range(15)] + [("new", "wine", 9)]
    known = baskets(rows)
    mix = products.Mix(popular=0.1, together=0.9)
    assert products.likely(mix, known, START + pd.Timedelta(days=10), ["new"], 2) == {"new": ["wine", "cork"]}


def test_suggestions_beat_the_most_popular_and_know_nothing_of_later() -> None:
    random = np.random.default_rng(1)
    rows = [
        (f"c{customer}", f"p{(customer * 3 + int(random.integers(3))) % 40}", int(at))
        for customer in range(80)
        for at in random.integers(0, 100, 12)
    ]
    known, cutoff = baskets(rows), START + pd.Timedelta(days=70)
    mix = products.choose(known, cutoff)
    rates = products.hit_rates(mix, known, cutoff, 30)
    assert rates["model"]["hit_rate"] > rates["most_popular"]["hit_rate"] + 0.2
    past = baskets([row for row in rows if row[2] < 70])
    assert products.choose(past, cutoff) == mix
    assert products.likely(mix, past, cutoff, ["c1"]) == products.likely(mix, known, cutoff, ["c1"])


def test_without_any_basket_nothing_is_suggested() -> None:
    none = baskets([])
    assert products.likely(products.choose(none, START), none, START, ["a"]) == {"a": []}
    assert products.hit_rates(products.Mix(), none, START, 7) == {}
