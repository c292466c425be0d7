"""Dips that come back are promotions; cuts that stay are prices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.pricing.promotions import LONGEST, dips, promoted_elasticity


def weeks(*runs: tuple[float, int]) -> np.ndarray:
    return np.concatenate([np.full(count, price) for price, count in runs])


@pytest.mark.parametrize(
    ("runs", "promoted"),
    [
        ([(10, 12), (8, 2), (10, 12)], [1]),
        ([(10, 12), (8, 2), (11, 12)], [1]),
        ([(8, 2), (10, 12)], [0]),
        ([(10, 12), (9, LONGEST + 1), (10, 12)], []),
        ([(10, 12), (9, 20)], []),
        ([(10, 12), (9, LONGEST)], [1]),
        ([(10, 12), (9, LONGEST + 1)], []),
        ([(10, 12), (9.9, 3), (10, 12)], []),
        ([(10, 12), (12, 2), (10, 12)], []),
        ([(10, 40)], []),
    ],
    ids=[
        "comes back", "comes back higher", "at the start", "too long", "lasting cut", "may still come back",
        "stays", "too small", "a rise", "never moved",
    ],
)  # fmt: skip
def test_a_dip_that_comes_back_is_a_promotion(runs: list[tuple[float, int]], promoted: list[int]) -> None:
    expected = np.concatenate([np.full(count, place in promoted) for place, (_, count) in enumerate(runs)])
    assert dips(weeks(*runs)).tolist() == expected.tolist()


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60))
def test_the_highest_price_is_never_a_promotion(prices: list[float]) -> None:
    told = np.array(prices)
    assert not dips(told)[told.argmax()]


def test_promotions_tell_their_own_elasticity() -> None:
    prices = weeks((10, 10), (8, 2), (10, 10))
    quantities = 1000 * prices**-1.2 * np.where(prices < 9, np.exp(0.6), 1.0)
    found = promoted_elasticity(prices, quantities, prices < 9)
    assert found == pytest.approx(-1.2 + 0.6 / np.log(0.8))
    assert np.isnan(promoted_elasticity(prices, quantities, np.zeros(len(prices), dtype=bool)))
    assert np.isnan(promoted_elasticity(prices, quantities, np.ones(len(prices), dtype=bool)))


def test_a_lasting_cut_is_no_promotion_because_something_was_promoted_within_it() -> None:
    prices = np.array([100.0] * 6 + [92.0] * 3 + [69.0] + [92.0] * 3 + [100.0] * 6)
    assert np.flatnonzero(dips(prices)).tolist() == [9]
