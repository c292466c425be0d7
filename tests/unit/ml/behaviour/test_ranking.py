"""Ties never make a lift, and what is no better than lots is seen to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ml.behaviour.ranking import hits, least_auc, lift
from ml.propensity.metrics import figures


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_equal_scores_have_no_lift_in_whatever_order_the_rows_come(answers: list[bool]) -> None:
    true = np.array(answers, float)
    assert lift(true, np.full(len(true), 0.3)) == pytest.approx(1.0)
    assert hits(true, np.zeros(len(true)), 30) == pytest.approx(min(30, len(true)) * true.mean())


def test_ties_at_the_edge_count_by_their_mean() -> None:
    true, score = np.array([1.0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0])
    assert hits(true, score, 3) == pytest.approx(1 + 2 / 4)
    assert lift(true, score) == pytest.approx(5.0)


def test_rows_that_come_sorted_by_their_answer_do_not_rank() -> None:
    true = np.sort(np.random.default_rng(0).random(500) < 0.1)[::-1].astype(float)
    told = figures(true, np.full(500, 0.1))
    assert told["lift_at_10"] == pytest.approx(1.0) and told["roc_auc"] == 0.5


def test_an_area_is_certain_only_as_far_as_the_cases_show() -> None:
    random = np.random.default_rng(0)
    true = (random.random(2000) < 0.3).astype(float)
    lots, good = random.random(2000), true + random.normal(0, 1, 2000)
    by_lots, by_good = least_auc(true, lots), least_auc(true, good)
    assert by_lots is not None and by_lots < 0.5
    assert by_good is not None and 0.7 < by_good < 0.76
    few = least_auc(true[:40], good[:40])
    assert few is not None and roc_auc_score(true[:40], good[:40]) - few > roc_auc_score(true, good) - by_good
    assert least_auc(np.ones(5), np.arange(5.0)) is None
