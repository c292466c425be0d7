"""Rows of stops that lie where they cannot: found beside the others of their file, refused with what seems wrong."""

from __future__ import annotations

import numpy as np

from ml.route_cost.places import NEAR_KM, OddPlace, Surroundings, great_circle_km, odd_places, surroundings
from ml_insights.core.i18n import N_
from ml_insights.sources.facts import Decision, Option
from ml_insights.sources.parsing import CODES, Parsed

CODE = {"zero": "zero-place", "exchanged": "exchanged-place", "minus": "minus-place", "point": "out-of-range"}
"""What the policy of places finds → why the row is refused. What is missing or impossible is found by its column."""
KEEP, OUT = "keep", "out"
SHOWN = 3


class Places:
    """Judges the chunks of one file by where the stops of the first chunk lie. With `keep` the person who imports it
    has said that far places are right."""

    def __init__(self, keep: bool) -> None:
        self.keep = keep
        self._around: Surroundings | None = None

    def refuse(self, latitude: Parsed, longitude: Parsed) -> None:
        """Mark the rows that cannot be right, at their latitude."""
        degrees = [column.values.to_numpy(zero_copy_only=False).astype(float) for column in (latitude, longitude)]
        self._around = self._around or surroundings(*degrees)
        for place, odd in self._odd(*degrees):
            if odd.code in CODE and not latitude.wrong[place] and (odd.code == "zero" or not self.keep):
                latitude.wrong[place] = CODES.index(CODE[odd.code])

    def _odd(self, latitude: np.ndarray, longitude: np.ndarray) -> list[tuple[int, OddPlace]]:
        """Only what is not near is judged one by one, and equal places once."""
        if self._around is None:
            return []
        middle = (self._around.latitude, self._around.longitude)
        with np.errstate(invalid="ignore"):
            suspects = np.flatnonzero(~(great_circle_km(latitude, longitude, middle) <= NEAR_KM))
        points = np.stack([latitude[suspects], longitude[suspects]], axis=1)
        distinct, which = np.unique(points, axis=0, return_inverse=True)
        found = {one.place: one for one in odd_places([(p[0], p[1]) for p in distinct], self._around)}
        pairs = zip(suspects.tolist(), which.ravel().tolist(), strict=True)
        return [(place, found[number]) for place, number in pairs if number in found]


def about_places(latitude: np.ndarray, longitude: np.ndarray) -> Decision | None:
    """The decision "places" where first rows lie far away and a slip explains it; None where there are none."""
    around = surroundings(latitude, longitude)
    places = list(zip(latitude.tolist(), longitude.tolist(), strict=True))
    odd = [one for one in odd_places(places, around) if one.mended is not None and one.km is not None]
    if not odd:
        return None
    examples = tuple((_written(places[one.place]), _written(one.mended or (0.0, 0.0))) for one in odd[:SHOWN])
    return Decision(
        "places",
        N_("Are the stops right that lie far from the others?"),
        (
            Option(OUT, N_("No: refuse them, so that they can be mended"), rows=len(odd)),
            Option(KEEP, N_("Yes: import them as they are"), rows=len(odd)),
        ),
        {"written": examples[0][0], "mended": examples[0][1]},
        N_("{written} seems to be {mended}, with latitude and longitude exchanged or a minus sign lost."),
        examples,
        OUT,
        open=False,
    )


def _written(place: tuple[float, float]) -> str:
    return f"{place[0]:.5f}, {place[1]:.5f}"
