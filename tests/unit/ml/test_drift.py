"""Drift is found where there is one, and not where there is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.drift import count_into, decay, fix_bins, psi

NUMBERS = st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60)
WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=60)


def known(values: list[float]) -> bool:
    return not np.isnan(values).all()


@given(NUMBERS.filter(known), NUMBERS)
def test_every_value_falls_into_one_bin_and_psi_is_never_negative(reference: list[float], recent: list[float]) -> None:
    bins = fix_bins(reference)
    assert count_into(recent, bins).sum() == len(recent)
    assert sum(bins.counts) == len(reference)
    assert psi(bins, recent) >= 0
    assert psi(bins, reference) == pytest.approx(0)


@given(WORDS, WORDS)
def test_categories_likewise(reference: list[str], recent: list[str]) -> None:
    bins = fix_bins(reference, most=2)
    assert count_into(recent, bins).sum() == len(recent)
    assert psi(bins, recent) >= 0
    assert psi(bins, reference) == pytest.approx(0)


@given(WORDS, st.permutations([0, 1, 2, 3]))
def test_the_order_of_values_does_not_matter(recent: list[str], order: list[int]) -> None:
    bins = fix_bins(["a", "b", "c", "a"])
    assert psi(bins, sorted(recent)) == pytest.approx(psi(bins, recent))


def test_a_shifted_number_is_a_shift_and_a_fresh_sample_is_none() -> None:
    random = np.random.default_rng(0)
    bins = fix_bins(random.normal(size=5_000))
    assert psi(bins, random.normal(size=5_000)) < 0.02
    assert psi(bins, random.normal(1, 1, size=5_000)) > 0.25


def test_smoothing_keeps_an_empty_bin_finite() -> None:
    bins = fix_bins(["a"] * 100)
    found = psi(bins, ["b"] * 100)
    now, before = np.array([0.5, 100.5]) / 101, np.array([100.5, 0.5]) / 101
    assert found == pytest.approx(((now - before) * np.log(now / before)).sum())


def test_missing_values_are_a_bin_of_their_own() -> None:
    bins = fix_bins([1.0, 2.0, 3.0] * 50)
    assert count_into([np.nan, 1.0, 99.0], bins)[-1] == 1
    assert psi(bins, [np.nan] * 150) > 1


def test_without_recent_values_nothing_can_be_said() -> None:
    assert np.isnan(psi(fix_bins([1.0, 2.0]), np.array([])))
    with pytest.raises(ValueError, match="at least one"):
        fix_bins([float("nan")])


def errors(mean: float, subjects: int = 40, days: int = 28, seed: int = 0) -> pd.DataFrame:
    """Scaled errors with the given mean, a shock of each day and one of each subject."""
    random = np.random.default_rng(seed)
    size = random.gamma(4, mean / 4, (subjects, days))
    size *= random.uniform(0.8, 1.2, (subjects, 1)) * random.uniform(0.8, 1.2, (1, days))
    return pd.DataFrame(
        {
            "subject": np.repeat(np.arange(subjects), days),
            "period": np.tile(np.arange(days), subjects),
            "total": size.ravel(),
            "count": 1,
        }
    )


def test_an_error_that_has_grown_is_decay() -> None:
    found = decay(errors(1.5), promised=1.0)
    assert found.decayed and found.low > 1.1
    assert found.ratio == pytest.approx(found.recent)
    assert found.low < found.recent < found.high


def test_noise_is_not_decay() -> None:
    flags = [decay(errors(1.0, seed=seed), promised=1.0, draws=200).decayed for seed in range(40)]
    assert sum(flags) <= 1


def test_a_growth_within_the_margin_is_not_worth_an_alert() -> None:
    grown = errors(1.15, subjects=400, days=60)
    assert decay(grown, promised=1.0, margin=0.0).decayed
    assert not decay(grown, promised=1.0, margin=0.3).decayed


def test_a_single_bad_day_is_no_decay() -> None:
    table = errors(0.9)
    table.loc[table["period"] == 3, "total"] *= 8
    assert not decay(table, promised=1.0).decayed


def test_without_errors_nothing_can_be_said() -> None:
    for table, promised in ((errors(1.0).iloc[:0], 1.0), (errors(1.0), 0.0), (errors(1.0), float("nan"))):
        found = decay(table, promised)
        assert np.isnan(found.recent) and not found.decayed
    lone = decay(errors(5.0, subjects=1, days=1), promised=1.0)
    assert lone.recent > 0 and np.isnan(lone.low) and not lone.decayed
    with pytest.raises(ValueError, match="period"):
        decay(errors(1.0).drop(columns="period"), 1.0)


def test_very_many_subjects_are_grouped() -> None:
    many = decay(errors(1.5, subjects=3_000, days=7), promised=1.0, draws=100)
    assert many.decayed and many.recent == pytest.approx(1.5, rel=0.1)
