"""Stops that cannot be where they are said to be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.route_cost.places import OddPlace, Place, odd_places

DEPOT = (-33.45, -70.66)
ROUTE: list[Place] = [DEPOT, (-33.44, -70.65), (-33.42, -70.61), (-33.50, -70.61), (-33.52, -70.75), (-33.36, -70.68)]


def odd(*places: Place) -> list[OddPlace]:
    return odd_places([*ROUTE, *places])


@pytest.mark.parametrize(
    ("place", "code", "mended"),
    [
        ((-70.60, -33.43), "exchanged", (-33.43, -70.60)),
        ((70.60, 33.43), "exchanged", (-33.43, -70.60)),
        ((33.44, 70.63), "minus", (-33.44, -70.63)),
        ((-33.44, 70.63), "minus", (-33.44, -70.63)),
        ((33.44, -70.63), "minus", (-33.44, -70.63)),
        ((-334400000, -706300000), "point", (-33.44, -70.63)),
        ((-3344, -70.63), "point", (-33.44, -70.63)),
        ((0.0, 0.0), "zero", None),
        ((None, None), "missing", None),
        ((-33.44, None), "missing", None),
        ((91.0, 200.0), "outside", None),
    ],
)
def test_slips_are_named_and_undone(place: Place, code: str, mended: tuple[float, float] | None):
    (found,) = odd(place)
    assert (found.place, found.code, found.faulty) == (len(ROUTE), code, True)
    assert found.mended == (None if mended is None else pytest.approx(mended))


def test_a_long_route_is_only_told_of():
    (found,) = odd((-53.16, -70.91))
    assert (found.code, found.faulty, found.mended) == ("far", False, None)
    assert found.km == pytest.approx(2191, abs=5)


def test_a_fleet_of_a_whole_country_is_no_slip():
    country: list[Place] = [(-18.5, -70.3), (-27.4, -70.3), (-33.45, -70.66), (-41.5, -72.9), (-53.16, -70.91)]
    assert odd_places(country) == []
    assert [one.code for one in odd_places([*country, (-70.60, -33.43)])] == ["exchanged"]


def test_two_places_far_apart_are_a_route():
    assert odd_places([DEPOT, (-53.16, -70.91)]) == []
    assert [one.code for one in odd_places([DEPOT, (-70.60, -33.43)])] == ["exchanged"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-34, -33), st.floats(-71, -70)), min_size=3, max_size=20), st.integers(0, 19))
def test_undoing_a_slip_finds_the_place_again(places: list[tuple[float, float]], which: int):
    which %= len(places)
    latitude, longitude = places[which]
    given_places: list[Place] = list(places)
    given_places[which] = (longitude, latitude)
    (found,) = odd_places(given_places)
    assert (found.place, found.code, found.mended) == (which, "exchanged", (latitude, longitude))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=12))
def test_any_places_are_judged(places: list[tuple[float, float]]):
    assert {one.place for one in odd_places(places)} <= set(range(len(places)))
