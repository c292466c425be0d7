"""The threshold that earns most, against trying every one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.churn.profit import threshold

CUSTOMERS = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.5, 0.8, 1.0]), st.floats(0, 1e4)), max_size=12)


@given(CUSTOMERS, st.floats(0, 100), st.floats(0, 1), st.none() | st.integers(0, 12))
def test_no_other_threshold_earns_more(customers, cost, save_rate, capacity):
    chance, value = (np.array([one[place] for one in customers], float) for place in (0, 1))
    found = threshold(chance, value, cost=cost, save_rate=save_rate, margin=0.5, capacity=capacity)
    room = len(customers) if capacity is None else capacity
    for limit in set(chance):
        taken = chance >= limit
        profit = (chance[taken] * save_rate * 0.5 * value[taken] - cost).sum()
        assert taken.sum() > room or profit <= found.profit + 1e-6
    assert found.contacts == (chance >= found.probability).sum() <= room and found.profit >= 0


def test_contacts_that_cost_more_than_they_bring_are_left_alone():
    found = threshold(np.array([0.9, 0.1]), np.array([10.0, 10.0]), cost=5, save_rate=0.2)
    assert found.contacts == 0 and found.probability == float("inf") and found.profit == 0


@pytest.mark.parametrize("wrong", [{"cost": -1}, {"save_rate": 1.5}, {"margin": -0.1}])
def test_rates_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="cost must be"):
        threshold(np.array([0.5]), np.array([1.0]), **({"cost": 1, "save_rate": 0.5} | wrong))
