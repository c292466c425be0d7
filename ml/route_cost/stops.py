"""The order of a route's stops: the depot first, the shortest way through the rest (OR-Tools)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EARTH_KM = 6_371.0088
"""Mean radius (IUGG)."""
ROAD_FACTOR = 1.3
"""Road kilometres per kilometre as the crow flies: 1.2 to 1.4 between towns (Ballou et al. 2002)."""
MOST_STOPS = 200
MOST_SOLUTIONS, STOPS_TIMES_SOLUTIONS = 400, 20_000
"""Where the search ends: by solutions seen, so that the same stops always give the same order."""
METRES = 1_000


class BadStops(ValueError):
    """Stops whose order cannot be improved: `code` is "empty", "too-many", "latitude" or "longitude" (of `stop`)."""

    def __init__(self, code: str, stop: int = 0, value: float = 0.0) -> None:
        self.code, self.stop, self.value = code, stop, value
        super().__init__(f"{code}: stop {stop} has {value}")


@dataclass(frozen=True)
class StopOrder:
    """order: (stops,) places of the given stops in the order to drive them, the depot 0 first. Kilometres by road."""

    order: tuple[int, ...]
    given_km: float
    km: float

    @property
    def saved_km(self) -> float:
        """What the new order saves; never below zero."""
        return self.given_km - self.km


def improve(points: Sequence[tuple[float, float]], round_trip: bool = True) -> StopOrder:
    """The shortest order found of `points` (latitude, longitude; degrees), of which the first is where it starts.

    With `round_trip` it ends there too, else at whichever stop is best. Never longer than the given order. Raises
    BadStops for no point, more than MOST_STOPS, or coordinates that are none.
    """
    _check(points)
    apart = distances(points)
    given = tuple(range(len(points)))
    given_km = length(apart, given, round_trip)
    found = _solved(apart, round_trip) if len(points) > 2 else given
    km = length(apart, found, round_trip)
    return StopOrder(found, given_km, km) if km < given_km - 1e-9 else StopOrder(given, given_km, given_km)


def _check(points: Sequence[tuple[float, float]]) -> None:
    if not points:
        raise BadStops("empty")
    if len(points) > MOST_STOPS:
        raise BadStops("too-many", len(points), MOST_STOPS)
    for place, (latitude, longitude) in enumerate(points):
        if not abs(latitude) <= 90:
            raise BadStops("latitude", place, latitude)
        if not abs(longitude) <= 180:
            raise BadStops("longitude", place, longitude)


def distances(points: Sequence[tuple[float, float]]) -> np.ndarray:
    """(stops, stops) kilometres by road: great circles (haversine) times ROAD_FACTOR."""
    latitude, longitude = np.radians(np.asarray(points, float)).T
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    half = half + np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    return ROAD_FACTOR * 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def length(apart: np.ndarray, order: Sequence[int], round_trip: bool) -> float:
    """Kilometres of an order."""
    legs = list(itertools.pairwise(order)) + ([(order[-1], order[0])] if round_trip else [])
    return float(sum(apart[one, other] for one, other in legs))


def _solved(apart: np.ndarray, round_trip: bool) -> tuple[int, ...]:
    """By the cheapest arc first, then guided local search, for a fixed number of solutions rather than of seconds."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    metres = np.rint(apart * METRES).astype(int)
    if not round_trip:
        metres[:, 0] = 0  # the way back costs nothing, so the best last stop is free to be any
    manager = pywrapcp.RoutingIndexManager(len(metres), 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    transit = routing.RegisterTransitMatrix(metres.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(transit)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.solution_limit = min(MOST_SOLUTIONS, STOPS_TIMES_SOLUTIONS // len(metres))
    solution = routing.SolveWithParameters(search)
    if solution is None:
        return tuple(range(len(metres)))
    order, index = [], routing.Start(0)
    while not routing.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = solution.Value(routing.NextVar(index))
    return tuple(order)
