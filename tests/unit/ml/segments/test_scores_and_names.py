"""Ranks, quintile scores, purchases as of a day, and the matching of names, for any customers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.segments.choosing import agreement, best, nearest, numbers_to_try
from ml.segments.naming import PLACES, names_of, overlap
from ml.segments.purchases import buyers, rfm
from ml.segments.space import learn, ranks, scores
from ml.segments.types import Evidence, SegmentName
from tests.unit.ml.segments.shops import LAST, shop

ORDERS = st.lists(
    st.tuples(
        st.sampled_from([f"c{number}" for number in range(12)]),
        st.integers(0, 800),
        st.floats(-500, 5000, allow_nan=False),
    ),
    min_size=1,
    max_size=80,
)


@given(ORDERS)
@settings(max_examples=60, deadline=None)
def test_scores_are_quintiles_that_never_contradict_the_figures(rows: list[tuple[str, int, float]]) -> None:
    now = rfm(shop(rows), LAST)
    if not len(now):
        return
    space = learn(now, "percentile")
    found, placed = scores(space, now), ranks(space, now)
    assert found.min() >= 1 and found.max() <= 5 and placed.min() >= 0 and placed.max() <= 1
    for column in range(3):
        order = np.argsort(now.matrix[:, column], kind="stable")
        assert (np.diff(found[order, column].astype(int)) >= 0).all()
        same = np.diff(now.matrix[order, column]) == 0
        assert (np.diff(found[order, column])[same] == 0).all()


@given(ORDERS, st.integers(0, 800))
@settings(max_examples=60, deadline=None)
def test_figures_as_of_a_day_are_those_of_the_orders_until_then(rows: list[tuple[str, int, float]], ago: int) -> None:
    known = shop(rows)
    then = rfm(known, LAST - ago)
    for place, code in enumerate(then.code):
        past = [(day, value) for who, day, value in rows if who == known.customers[code] and day >= ago]
        bought, year = [day for day, value in past if value > 0], [one for one in past if one[0] < ago + 365]
        assert then.recency[place] == min(bought) - ago
        assert then.orders[place] == sum(value > 0 for _, value in year)
        assert then.revenue[place] == pytest.approx(sum(value for _, value in year), abs=1e-6)
    named = {known.customers[code] for code in then.code}
    assert named == {who for who, day, value in rows if value > 0 and day >= ago}


def test_buyers_are_those_with_a_sale_after_a_day_up_to_another() -> None:
    known = shop([("a", 10, 5.0), ("b", 5, 5.0), ("c", 7, -5.0), ("d", 0, 5.0)])
    assert dict(zip(known.customers, buyers(known, LAST - 10, LAST - 1), strict=True)) == {
        "a": False,
        "b": True,
        "c": False,
        "d": False,
    }


@given(st.integers(1, len(PLACES) - 1), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_names_differ_whatever_the_places(clusters: int, random: object) -> None:
    generator = np.random.default_rng(random.randrange(1 << 30))  # pyright: ignore[reportAttributeAccessIssue]
    names = names_of(generator.random((clusters, 3)), generator.random(clusters).tolist())
    assert len(set(names)) == clusters


@given(st.permutations(range(5)))
def test_names_follow_the_members_wherever_the_clusters_come_out(order: list[int]) -> None:
    before = np.repeat(np.arange(5), 20)
    labels = np.array(order)[before]
    known = tuple(PLACES)[:5]
    names = names_of(np.full((5, 3), 0.5), [0.0] * 5, overlap(labels, before, 5, 5), known)
    assert [names[place] for place in order] == list(known)


def test_a_cluster_with_no_past_gets_a_name_that_nobody_has() -> None:
    shared = np.array([[0.9, 0.0], [0.0, 0.8], [0.1, 0.1]])
    known = (SegmentName.CHAMPIONS, SegmentName.DORMANT)
    names = names_of(np.array([[0.9, 0.9, 0.9], [0.2, 0.2, 0.2], [0.85, 0.85, 0.85]]), [0.0] * 3, shared, known)
    assert names[:2] == [SegmentName.CHAMPIONS, SegmentName.DORMANT] and names[2] not in known


def test_a_segment_is_new_only_where_most_members_are() -> None:
    place = np.array([[0.85, 0.2, 0.25], [0.2, 0.2, 0.2]])
    assert names_of(place, [0.8, 0.0])[0] == SegmentName.NEW
    assert names_of(place, [0.2, 0.0])[0] == SegmentName.PROMISING


def test_four_unless_another_number_is_clearly_better() -> None:
    four = Evidence(4, 0.40, 0.90)
    assert best([Evidence(3, 0.42, 0.92), four, Evidence(6, 0.41, 0.88)]) == four
    assert best([Evidence(3, 0.60, 0.95), four]).k == 3
    assert best([Evidence(3, 0.50, 0.90), Evidence(4, 0.40, 0.80), Evidence(5, 0.48, 0.90)]).k == 5
    assert best([Evidence(1, 0.0, 1.0)]).k == 1


def test_no_more_clusters_are_tried_than_there_are_places() -> None:
    assert list(numbers_to_try(np.zeros((100, 3)))) == [1]
    assert max(numbers_to_try(np.random.default_rng(0).random((20, 3)))) == 4


def test_agreement_is_one_for_the_same_groups_under_other_numbers() -> None:
    assert agreement(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2])) == pytest.approx(1.0)
    assert nearest(np.array([[0.1], [0.9]]), np.array([[0.0], [1.0]])).tolist() == [0, 1]
