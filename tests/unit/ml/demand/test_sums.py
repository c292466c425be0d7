"""The band of a sum of days is as wide as the backtest's errors of such sums were."""

import numpy as np
import pytest

from ml.demand.sums import Bounded, share_of, sum_shares

FOLDS, SERIES, STEPS = 6, 60, 90


def backtest(correlation: float, span: int = 10_000, seed: int = 0) -> Bounded:
    """Normal errors around 50 whose correlation between any two days of a fold is given."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(FOLDS, SERIES, 1))
    own = random.normal(size=(FOLDS, SERIES, STEPS))
    errors = np.sqrt(1 - correlation) * own + np.sqrt(correlation) * common
    nothing = np.zeros((FOLDS, SERIES, STEPS), dtype=bool)
    said = np.full((FOLDS, SERIES, STEPS), 50.0)
    return Bounded(said, errors, np.ones((FOLDS, SERIES)), nothing, np.ones(SERIES, dtype=bool), span)


@pytest.mark.parametrize(("correlation", "share"), [(0.0, 7**-0.5), (1.0, 1.0), (0.5, (0.5 + 0.5 / 7) ** 0.5)])
def test_the_share_is_that_of_the_errors(correlation: float, share: float) -> None:
    found = sum_shares(backtest(correlation), (80, 95))
    for level in (80, 95):
        for side in ("lo", "hi"):
            assert share_of(found, level, side, 7) == pytest.approx(share, abs=0.05)


def test_the_band_of_a_month_covers_what_it_says() -> None:
    found, other = sum_shares(backtest(0.2), (80, 95)), backtest(0.2, seed=1)
    errors = other.errors[..., :30].sum(axis=-1)
    for level, width in ((80, 1.2816), (95, 1.96)):
        reach = 30 * width * share_of(found, level, "hi", 30)
        assert (np.abs(errors) <= reach).mean() == pytest.approx(level / 100, abs=0.06)


def test_few_stretches_of_time_are_believed_little() -> None:
    """However many series: they err together."""
    assumed = (0.5 + 0.5 / 30) ** 0.5
    few, many = (share_of(sum_shares(backtest(0.0, span), (80,)), 80, "lo", 30) for span in (90, 10_000))
    assert many == pytest.approx(30**-0.5, abs=0.05)
    assert (few - many) / (assumed - many) == pytest.approx(6 / 9, abs=0.05)


def test_one_day_has_its_own_band_and_nothing_measured_is_wide() -> None:
    found = sum_shares(backtest(0.0), (80,))
    assert share_of(found, 80, "lo", 1) == 1.0
    assert share_of(found, 80, "lo", 366) == share_of(found, 80, "lo", 90)
    assert share_of({}, 80, "lo", 30) == 1.0
    one = backtest(0.0)
    alone = Bounded(one.said[:1], one.errors[:1], one.error_scale[:1], one.closed[:1], one.non_negative, 90)
    assert sum_shares(alone, (80,)) == {"80": {"lo": [], "hi": []}}


def test_closed_days_widen_nothing() -> None:
    one = backtest(0.0)
    closed = np.zeros_like(one.closed)
    closed[..., ::7] = True
    shut = Bounded(np.where(closed, 0.0, one.said), np.where(closed, 0.0, one.errors), one.error_scale, closed,
                   one.non_negative, one.span)  # fmt: skip
    assert share_of(sum_shares(shut, (80,)), 80, "hi", 7) == pytest.approx(6**-0.5, abs=0.05)
