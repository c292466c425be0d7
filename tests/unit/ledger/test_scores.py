"""Scores that add up say the same as scores over all rows."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from ml_insights.ledger import policy

ZONE = ZoneInfo("America/Santiago")
MONDAY = pd.Timestamp("2025-03-03", tz=ZONE)


def matured(count: int = 200, **columns: Any) -> pd.DataFrame:
    """Outcomes of one week, of one block."""
    plain = dict.fromkeys(("value", "lo_80", "hi_80", "lo_95", "hi_95", "probability", "scale", "baseline"), np.nan)
    moments = MONDAY + pd.to_timedelta(np.arange(count) % 7 + 1, unit="D")
    target = moments.tz_convert("UTC").tz_localize(None).to_numpy("datetime64[us]").view(np.int64)
    return pd.DataFrame({"prediction_block": 2, "target_at": target, "actual": 0.0, **plain, **columns})


def judged(*tables: pd.DataFrame) -> Any:
    """The accuracy over several tables of outcomes, each scored on its own."""
    scores = [score for table in tables for score in policy.scored(table, ZONE)]
    histogram = policy.merged(score["probability_bins"] for score in scores)
    sums = {name: sum(score[name] for score in scores) for name in policy.SUMS}
    return policy.accuracy(None, sums, histogram)


def test_the_end_of_sunday_is_in_sunday_s_week() -> None:
    (score,) = policy.scored(matured(), ZONE)
    assert (score["week"], score["outcomes"], score["prediction_block"]) == (date(2025, 3, 3), 200, 2)


def test_errors_are_those_of_the_textbook() -> None:
    random = np.random.default_rng(0)
    actual, value = random.uniform(1, 9, 200), random.uniform(1, 9, 200)
    rows = matured(actual=actual, value=value, scale=2.0, baseline=value + 1, lo_80=value - 1, hi_80=value + 1)
    found = judged(rows.iloc[:50], rows.iloc[50:])
    error = np.abs(value - actual)
    assert found.mae == pytest.approx(error.mean())
    assert found.mase == pytest.approx(error.mean() / 2)
    assert found.wape == pytest.approx(error.sum() / actual.sum())
    assert found.bias == pytest.approx((value - actual).sum() / actual.sum())
    assert found.skill == pytest.approx(1 - error.mean() / np.abs(value + 1 - actual).mean())
    assert found.coverage_80 == pytest.approx((error <= 1).mean())
    assert (found.coverage_95, found.brier, found.log_loss, found.auc, found.ece) == (None,) * 5


def test_probabilities_are_scored_as_scikit_learn_does() -> None:
    random = np.random.default_rng(0)
    chance = random.integers(0, 1_000, 400) / 1_000
    actual = (random.uniform(size=400) < chance) * 1.0
    rows = matured(400, actual=actual, probability=chance)
    found = judged(rows.iloc[:100], rows.iloc[100:])
    assert found.auc == pytest.approx(roc_auc_score(actual, chance))
    assert found.log_loss == pytest.approx(log_loss(actual, np.clip(chance, policy.SURE, 1 - policy.SURE)))
    assert found.brier == pytest.approx(((chance - actual) ** 2).mean())
    assert 0 < found.ece < 0.2
    assert found.mae is None


def test_a_target_of_one_class_has_no_auc() -> None:
    assert judged(matured(probability=0.2)).auc is None
    assert judged(matured(probability=0.2, actual=1.0)).auc is None
    assert judged(matured(probability=0.2)).ece == pytest.approx(0.2)


def test_what_was_closed_counts_in_no_score() -> None:
    found = judged(matured(actual=[np.nan] * 100 + [5.0] * 100, value=4.0, lo_80=3, hi_80=5, probability=np.nan))
    assert (found.outcomes, found.closed, found.mae, found.coverage_80) == (200, 100, 1.0, 1.0)


def test_a_naive_method_that_did_not_always_speak_is_not_compared() -> None:
    assert judged(matured(actual=1.0, value=1.5, baseline=[np.nan] * 100 + [2.0] * 100)).skill is None
    assert judged(matured(actual=1.0, value=1.5, baseline=1.0)).skill is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30), st.integers(0, 30))
def test_it_does_not_matter_how_outcomes_are_divided_into_blocks(pairs: list[tuple[float, bool]], cut: int) -> None:
    rows = matured(len(pairs), probability=[one for one, _ in pairs], actual=[float(true) for _, true in pairs])
    together, apart = judged(rows), judged(rows.iloc[:cut], rows.iloc[cut:])
    for name in ("brier", "log_loss", "auc", "ece"):
        assert getattr(apart, name) == pytest.approx(getattr(together, name))


def test_calibration_bins_hold_what_fell_into_them() -> None:
    (score,) = policy.scored(matured(4, probability=[0.05, 0.09, 1.0, 0.95], actual=[0, 1, 1, 1]), ZONE)
    low, high = policy.calibration_bins(score["probability_bins"])
    assert (low.low, low.high, low.predictions, low.observed) == (0.0, 0.1, 2, 0.5)
    assert low.predicted == pytest.approx(0.07)
    assert (high.low, high.high, high.predictions, high.observed) == (0.9, 1.0, 2, 1.0)
