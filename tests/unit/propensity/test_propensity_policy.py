"""Who is on the week's list, how good one was, and how things are said."""

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.propensity.types import ReasonCode
from ml_insights.propensity import policy, wording
from ml_insights.propensity.facts import ListFact, ReleaseFact

NOW = datetime(2025, 6, 2, tzinfo=UTC)


def release(**backtest: float) -> ReleaseFact:
    return ReleaseFact(
        1, "company", "1", "propensity/1", NOW, date(2025, 6, 1), 100, 20, 15, 25, 19, 1e3, 8e2, 1.2e3, 9e2, 1e5, 365,
        365, (), backtest,
    )  # fmt: skip


def last_list(hits: int | None) -> ListFact:
    return ListFact(1, date(2025, 5, 25), "propensity/1", NOW, 30, 100, 18.0, hits, 20, 1e3)


def test_a_list_leaves_out_who_is_not_interested() -> None:
    assert policy.listed(["a", "b", "c", "d"], {"b"}, 2) == ["a", "c"]


def test_a_real_list_is_told_rather_than_a_backtest() -> None:
    told = release(since=20_235, size=30, hits=12, customers=100, buyers=20)
    tried, given = policy.proof(told, None), policy.proof(told, last_list(18))
    assert tried is not None and (tried.backtest, tried.hits, tried.lift) == (True, 12, 2.0)
    assert tried.since == date(2025, 5, 26)
    assert given is not None and (given.backtest, given.hits, given.lift) == (False, 18, pytest.approx(3.0))
    assert policy.proof(told, last_list(None)) == tried
    assert policy.proof(release(), None) is None
    assert policy.lift(0, 30, 0, 100) is None


@given(st.lists(st.floats(0, 1e9), max_size=60))
def test_every_customer_is_in_one_bar(values: list[float]) -> None:
    bars = policy.bars(np.array(values))
    assert sum(count for _, _, count in bars) == len(values)
    assert all(low < high for low, high, _ in bars) and len(bars) <= policy.BARS
    assert all(left[1] == right[0] for left, right in pairwise(bars))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_has_words_and_a_comparison(language: str) -> None:
    for code in ReasonCode:
        told = {"code": code.value, "value": 3.0, "typical": 1.0, "effect": 0.5}
        said = wording.reason_text(told, language)
        assert not said.startswith(code.value) and "; " in said and "{" not in said


def test_why_now_tells_what_speaks_for_it_alone() -> None:
    reasons = [
        {"code": "recency", "value": 3, "typical": 9, "effect": -2.0},
        {"code": "tenure", "value": 90, "typical": 9, "effect": 1.0},
        {"code": "due", "value": 21, "typical": 20, "effect": 0.5},
    ]
    assert wording.why_now(reasons, "en", 1) == "Customer for 90 days; typical: 9"
    assert [row["strength"] for row in wording.reason_rows(reasons, "en")] == [1.0, 0.5]
