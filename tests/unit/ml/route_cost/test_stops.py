"""The order of a route's stops."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.route_cost.stops import EARTH_KM, MOST_STOPS, ROAD_FACTOR, BadStops, distances, improve, length

POINT = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=40, deadline=None)
@given(points=st.lists(POINT, min_size=1, max_size=9), round_trip=st.booleans())
def test_it_is_never_longer_and_visits_everything_once(points: list[tuple[float, float]], round_trip: bool):
    found = improve(points, round_trip)
    assert sorted(found.order) == list(range(len(points))) and found.order[0] == 0
    assert found.km <= found.given_km
    assert found.km == pytest.approx(length(distances(points), found.order, round_trip))
    assert improve(points, round_trip) == found


def test_a_zigzag_becomes_a_loop():
    corners = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0)]
    found = improve(corners)
    assert found.order in ((0, 2, 1, 3), (0, 3, 1, 2)) and found.saved_km > 50


def test_without_a_way_back_it_ends_far_out():
    line = [(0.0, 0.0), (0.0, 3.0), (0.0, 1.0), (0.0, 2.0)]
    assert improve(line, round_trip=False).order == (0, 2, 3, 1)


@pytest.mark.parametrize("points", [[(1.0, 1.0)], [(1.0, 1.0), (2.0, 2.0)], [(1.0, 1.0)] * 6])
def test_there_is_nothing_to_gain_with_one_stop_or_equal_ones(points: list[tuple[float, float]]):
    found = improve(points)
    assert found.order == tuple(range(len(points))) and found.saved_km == 0


def test_a_degree_of_latitude_is_known():
    apart = distances([(0.0, 0.0), (1.0, 0.0)])
    assert apart[0, 1] == pytest.approx(ROAD_FACTOR * EARTH_KM * math.pi / 180)


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([], "empty"),
        ([(0.0, 0.0)] * (MOST_STOPS + 1), "too-many"),
        ([(0.0, 0.0), (90.1, 0.0)], "latitude"),
        ([(0.0, 0.0), (float("nan"), 0.0)], "latitude"),
        ([(0.0, 181.0)], "longitude"),
    ],
)
def test_bad_stops_are_refused(points: list[tuple[float, float]], code: str):
    with pytest.raises(BadStops) as refused:
        improve(points)
    assert refused.value.code == code
