"""Stops that lie where their route cannot be: a failed address at 0, 0, coordinates exchanged, a minus sign lost.

A point is judged by where the rest lies, robustly: their middle is the point whose median distance to the others is
least, and what is usual is that median distance (compare the MAD, Hampel 1974). A far point is thought to be faulty
only where a common slip explains it, that is, where undoing the slip brings it near the rest; others are only told of,
because long routes exist.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EARTH_KM = 6_371.0088
"""Mean radius (IUGG)."""
NEAR_KM, NEAR_TIMES = 100.0, 5.0
"""What lies within so many kilometres of the middle, or so many times the usual distance, is near."""
MENDED_KM = 300.0
"""A slip explains a place whose undoing brings it so near to the middle or to another place."""
FAR_KM, FAR_TIMES = 500.0, 10.0
"""What lies beyond both without a slip that explains it is told of."""
ZERO_DEGREES = 0.01
"""Nobody lives within a kilometre of 0, 0, where services put addresses that they do not find."""
MOST_COMPARED = 400
"""Points among which the middle is looked for."""
POWERS = range(1, 9)

MISSING, ZERO, OUTSIDE, EXCHANGED, MINUS, POINT, FAR = (
    "missing",
    "zero",
    "outside",
    "exchanged",
    "minus",
    "point",
    "far",
)
Place = tuple[float | None, float | None]


@dataclass(frozen=True)
class Surroundings:
    """Where places lie as a rule: their middle, degrees, and their median distance from it, km. `points` (n, 2) are
    some of them."""

    latitude: float
    longitude: float
    usual_km: float
    points: np.ndarray | None = None

    def km_from(self, latitude: float, longitude: float) -> float:
        """How far a place is from the middle."""
        here = np.array([latitude]), np.array([longitude])
        return float(great_circle_km(*here, (self.latitude, self.longitude))[0])

    def is_near(self, latitude: float, longitude: float, within_km: float) -> bool:
        """Whether a place is near the middle, or near a point that lies within so many kilometres of it."""
        if self.km_from(latitude, longitude) <= MENDED_KM:
            return True
        if self.points is None:
            return False
        good = great_circle_km(self.points[:, 0], self.points[:, 1], (self.latitude, self.longitude)) < within_km
        others = self.points[good]
        return bool((great_circle_km(others[:, 0], others[:, 1], (latitude, longitude)) <= MENDED_KM).any())

    @property
    def near_km(self) -> float:
        """How far from the middle a place is near."""
        return max(NEAR_KM, NEAR_TIMES * self.usual_km)

    @property
    def far_km(self) -> float:
        """From how far on a place is told of."""
        return max(FAR_KM, FAR_TIMES * self.usual_km)


@dataclass(frozen=True)
class OddPlace:
    """A place that is faulty or (`code` FAR) only far away. `mended` is where it lies once the slip is undone."""

    place: int
    code: str
    km: float | None = None
    mended: tuple[float, float] | None = None

    @property
    def faulty(self) -> bool:
        """Whether nothing should be computed with it."""
        return self.code != FAR


def great_circle_km(latitude: np.ndarray, longitude: np.ndarray, other: tuple[float, float]) -> np.ndarray:
    """Kilometres from each point (degrees) to `other`, by haversine."""
    first, second = np.radians(latitude), np.radians(other[0])
    across = np.radians(other[1]) - np.radians(longitude)
    half = np.sin((second - first) / 2) ** 2 + np.cos(first) * np.cos(second) * np.sin(across / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def surroundings(latitude: np.ndarray, longitude: np.ndarray) -> Surroundings | None:
    """Where the possible ones of the points (degrees) lie; None where none is possible.

    Of more than MOST_COMPARED points, evenly chosen ones stand for all. Of several middles the first is taken, which
    in a route of two is the depot.
    """
    possible = _possible(latitude, longitude)
    points = np.stack([latitude[possible], longitude[possible]], axis=1)
    if not len(points):
        return None
    some = points[:: -(-len(points) // MOST_COMPARED)]
    medians = [float(np.median(great_circle_km(some[:, 0], some[:, 1], (p[0], p[1])))) for p in some]
    best = int(np.argmin(medians))
    return Surroundings(float(some[best, 0]), float(some[best, 1]), medians[best], some)


def _possible(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        inside = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
        return inside & ~((np.abs(latitude) < ZERO_DEGREES) & (np.abs(longitude) < ZERO_DEGREES))


def odd_places(places: Sequence[Place], around: Surroundings | None = None) -> list[OddPlace]:
    """Those of the places (latitude, longitude; degrees, None where unknown) that are faulty or far from the rest.

    `around` is where the rest lies, where that is known better than from the places themselves.
    """
    latitude = np.array([np.nan if p[0] is None else p[0] for p in places], float)
    longitude = np.array([np.nan if p[1] is None else p[1] for p in places], float)
    around = around or surroundings(latitude, longitude)
    judged = (_judge(place, lat, lon, around) for place, (lat, lon) in enumerate(zip(latitude, longitude, strict=True)))
    return [odd for odd in judged if odd]


def _judge(place: int, latitude: float, longitude: float, around: Surroundings | None) -> OddPlace | None:
    if not np.isfinite(latitude) or not np.isfinite(longitude):
        return OddPlace(place, MISSING)
    if abs(latitude) < ZERO_DEGREES and abs(longitude) < ZERO_DEGREES:
        return OddPlace(place, ZERO)
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    if around is None:
        return None if inside else OddPlace(place, OUTSIDE)
    km = around.km_from(latitude, longitude) if inside else None
    if km is not None and km <= NEAR_KM:
        return None
    within = around.far_km if km is None else min(km, around.far_km)
    slip = _slip(latitude, longitude, around, within)
    if slip and (km is None or km > min(around.near_km, FAR_KM)):
        return OddPlace(place, slip[0], km, slip[1])
    if km is None:
        return OddPlace(place, OUTSIDE)
    return OddPlace(place, FAR, km) if km > around.far_km else None


def _slip(
    latitude: float, longitude: float, around: Surroundings, within_km: float
) -> tuple[str, tuple[float, float]] | None:
    """The commonest slip whose undoing brings the place near the rest, and where it lies then. Points no nearer to the
    middle than the place itself (`within_km`) do not count: they may be the odd ones."""
    for code, mended in _undone(latitude, longitude):
        if abs(mended[0]) <= 90 and abs(mended[1]) <= 180 and around.is_near(*mended, within_km):
            return code, (float(mended[0]), float(mended[1]))
    return None


def _undone(latitude: float, longitude: float) -> list[tuple[str, tuple[float, float]]]:
    """What the place may have been, the likelier first: exchanged, signs lost, both, the decimal point lost."""
    signs = [(-1, 1), (1, -1), (-1, -1)]
    found = [(EXCHANGED, (longitude, latitude))]
    found += [(MINUS, (latitude * one, longitude * other)) for one, other in signs]
    found += [(EXCHANGED, (longitude * one, latitude * other)) for one, other in signs]
    scales = [0, *POWERS]
    return found + [
        (POINT, (latitude / 10**one, longitude / 10**other))
        for one, other in sorted(itertools.product(scales, scales), key=sum)
        if one or other
    ]
