"""The same day of the month again, counted from its beginning or from its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.demand.frequency import DAILY
from ml.demand.kinds import mostly_zero
from ml.demand.panel import Panel

MONTHS, FEWEST_MONTHS = 6, 3
LEAST_EXPLAINED = 0.4
"""Of the sum of squares, by the place in the month; what sells on any day comes to half of that by chance."""
DAYS = 31
SHORTEST_HISTORY = 31 * FEWEST_MONTHS


@dataclass(frozen=True)
class DayOfMonth:
    """Means by day of the month over the last half year, for what is sold on a few days only: rents, month-end orders.

    Days are counted from the end of the month for a series whose sales are more alike that way.
    """

    name: str = "day_of_month"

    def suits(self, panel: Panel) -> np.ndarray:
        """Daily series that are mostly zero, with three months of history."""
        if panel.frequency != DAILY:
            return np.zeros(len(panel.ids), dtype=bool)
        told = np.maximum(*(_Profile.of(panel, from_end).explained for from_end in (False, True)))
        return (panel.lengths >= SHORTEST_HISTORY) & mostly_zero(panel) & (told >= LEAST_EXPLAINED)

    def cost(self, panel: Panel) -> float:
        """Free: all series at once."""
        return 0.0

    def learn(self, panel: Panel, horizon: int) -> None:
        """Nothing is shared."""

    def forecast(self, panel: Panel, horizon: int, learned: None) -> np.ndarray:
        """What each coming day's place in the month has sold on average."""
        if panel.frequency != DAILY:
            return np.full((len(panel.ids), horizon), np.nan)
        start, end = (_Profile.of(panel, from_end) for from_end in (False, True))
        offsets = np.arange(1, horizon + 1)
        from_end = (end.explained > start.explained)[:, None]
        return np.where(from_end, end.at(panel, offsets), start.at(panel, offsets))


@dataclass(frozen=True)
class _Profile:
    """mean: (series, places) sales of each place in the month. explained: (series,) share of the sum of squares."""

    mean: np.ndarray
    explained: np.ndarray
    from_end: bool

    @classmethod
    def of(cls, panel: Panel, from_end: bool) -> _Profile:
        recent = panel.tail(DAYS * MONTHS)
        y, known = np.nan_to_num(recent.y), np.isfinite(recent.y).astype(float)
        places = _places(recent, np.arange(1 - y.shape[1], 1), from_end)
        total, seen = _by_place(places, y), _by_place(places, known)
        mean = total / np.maximum(seen, 1)
        explained = (seen * mean**2).sum(axis=1) / np.maximum((y**2).sum(axis=1), 1e-12)
        return cls(mean, explained, from_end)

    def at(self, panel: Panel, offsets: np.ndarray) -> np.ndarray:
        """(series, offsets) what these days' places have sold on average."""
        return np.take_along_axis(self.mean, _places(panel, offsets, self.from_end), axis=1)


def _places(panel: Panel, offsets: np.ndarray, from_end: bool) -> np.ndarray:
    """(series, offsets) day of the month from 0, or days to its last one."""
    days = panel.stamps(offsets).astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    counted = (month + 1).astype("datetime64[D]") - 1 - days if from_end else days - month.astype("datetime64[D]")
    return counted.astype(int)


def _by_place(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(series, days of the month) sums of `values` (series, time)."""
    cells = np.arange(len(values))[:, None] * DAYS + places
    return np.bincount(cells.ravel(), values.ravel(), minlength=len(values) * DAYS).reshape(len(values), DAYS)
