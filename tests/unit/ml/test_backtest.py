import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.backtest import LeakError, Origins, hold_out_last, rolling_origins


@given(length=st.integers(4, 3_000), horizon=st.integers(1, 400), folds=st.integers(1, 12))
def test_every_origin_leaves_room_for_its_test_and_most_of_the_history(length, horizon, folds):
    origins = rolling_origins(length, horizon, folds)

    assert 1 <= origins.horizon <= horizon
    assert len(set(origins.ages)) == len(origins.ages) <= folds
    assert min(origins.ages) == origins.horizon
    assert max(origins.ages) <= max(0.45 * length, origins.horizon)


def test_an_origin_inside_its_own_test_is_a_leak():
    with pytest.raises(LeakError):
        Origins((5, 12), horizon=10)


def test_the_latest_rows_of_each_group_are_held_out_whatever_their_order():
    frame = pd.DataFrame({"key": list("aabba"), "time": [3, 1, 9, 8, 2], "y": range(5)})

    train, test = hold_out_last(frame, 1, by="key", time="time")

    assert sorted(test["time"]) == [3, 9]
    assert sorted(train["time"]) == [1, 2, 8]


def test_groups_without_a_training_part_go_to_neither_side():
    frame = pd.DataFrame({"key": list("aaab"), "time": [1, 2, 3, 1]})

    train, test = hold_out_last(frame, 2, by="key", time="time")

    assert set(train["key"]) == set(test["key"]) == {"a"}


def test_the_same_time_on_both_sides_is_a_leak():
    with pytest.raises(LeakError):
        hold_out_last(pd.DataFrame({"key": list("aaa"), "time": [1, 2, 2]}), 1, by="key", time="time")
