"""What must not be learnt from is found and named; what may be is let through."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.leakage import DataAfterCutoff, LeakingFeature, OneClassTarget, TooFewRows, TrainingTable, check

ROWS = 400
CUTOFF = pd.Timestamp("2025-06-30")
RANDOM = np.random.default_rng(0)
SIGNAL = RANDOM.normal(size=ROWS)
HONEST = pd.DataFrame(
    {
        "signal": SIGNAL,
        "noise": RANDOM.normal(size=ROWS),
        "city": RANDOM.choice(["a", "b", "c"], ROWS),
        "identifier": [f"id-{number}" for number in range(ROWS)],
    }
)
BOUGHT = pd.Series((SIGNAL + RANDOM.normal(size=ROWS) > 0).astype(int))
COST = pd.Series(3 * SIGNAL + RANDOM.normal(size=ROWS))


def classes(**more: object) -> TrainingTable:
    return TrainingTable(HONEST.assign(**more), BOUGHT, CUTOFF, classification=True)  # pyright: ignore


def numbers(**more: object) -> TrainingTable:
    return TrainingTable(HONEST.assign(**more), COST, CUTOFF)  # pyright: ignore


def test_honest_features_pass_and_are_scored():
    for table in (classes(), numbers()):
        scores = check(table)
        assert set(scores) == {"signal", "noise", "city", "identifier"}
        assert scores["signal"] > scores["noise"]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("copy", BOUGHT * 2.0),
        ("reversed", 1 - BOUGHT),
        ("text", BOUGHT.map({0: "no", 1: "yes"})),
        ("only_filled_in_afterwards", BOUGHT.where(BOUGHT == 1) * RANDOM.normal(size=ROWS)),
        ("curve", (BOUGHT - 0.5) ** 3 + RANDOM.normal(0, 0.001, ROWS)),
    ],
)
def test_a_feature_that_knows_the_class_is_named(name: str, column: pd.Series):
    with pytest.raises(LeakingFeature) as raised:
        check(classes(**{name: column}))
    assert raised.value.feature == name and raised.value.score >= 0.99


@pytest.mark.parametrize("column", [COST * 1000, np.exp(-COST), COST + RANDOM.normal(0, 0.01, ROWS)])
def test_a_feature_that_knows_the_number_is_named(column: pd.Series):
    with pytest.raises(LeakingFeature) as raised:
        check(numbers(invoice=column))
    assert raised.value.feature == "invoice"


def test_a_feature_that_was_looked_into_is_trusted():
    table = numbers(price_list=COST)
    with pytest.raises(LeakingFeature):
        check(table)
    assert check(replace(table, trusted=frozenset({"price_list"})))["price_list"] > 0.99


def test_data_from_after_the_cutoff_is_named():
    days = pd.Series(pd.date_range("2025-06-28", periods=4))
    with pytest.raises(DataAfterCutoff) as raised:
        check(replace(classes(), dated={"orders": days[:3], "payments": days}))
    assert (raised.value.feature, raised.value.latest) == ("payments", "2025-07-01 00:00:00")
    check(replace(classes(), dated={"orders": days[:3], "nothing": days[:0]}))


def test_a_target_with_one_class_cannot_be_learnt():
    with pytest.raises(OneClassTarget):
        check(replace(classes(), target=BOUGHT * 0))


@pytest.mark.parametrize("target", [BOUGHT.astype(float).where(pd.Series(range(ROWS)) < 9), BOUGHT[:0]])
def test_too_few_labels_are_counted(target: pd.Series):
    features = HONEST.iloc[: len(target)]
    with pytest.raises(TooFewRows):
        check(TrainingTable(features, target, CUTOFF, classification=True, least_rows=10))


def test_a_perfect_score_on_a_handful_of_rows_may_be_luck():
    few = TrainingTable(pd.DataFrame({"x": [1.0, 2, 3, 4]}), pd.Series([0, 0, 1, 1]), CUTOFF, classification=True)
    check(few)


def test_a_model_without_features_is_checked_for_its_dates_alone():
    past = pd.Series(pd.date_range("2025-06-01", periods=30))
    table = TrainingTable(pd.DataFrame(index=range(30)), pd.Series(range(30)), CUTOFF, {"y": past})
    assert check(table) == {}
