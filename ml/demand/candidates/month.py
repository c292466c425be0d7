"""The same day of the month again, counted from its beginning or from its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.demand.frequency import DAILY
from ml.demand.kinds import mostly_zero
from ml.demand.panel import Panel

MONTHS, FEWEST_MONTHS = 6, 3
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
        return (panel.lengths >= SHORTEST_HISTORY) & mostly_zero(panel)

    def cost(self, panel: Panel) -> float:
        """Free: all series at once."""
        return 0.0

    def learn(self, panel: Panel, horizon: int) -> None:
        """Nothing is shared."""

    def forecast(self, panel: Panel, horizon: int, learned: None) -> np.ndarray:
        """What each coming day's place in the month has sold on average."""
        if panel.frequency != DAILY:
            return np.full((len(panel.ids), horizon), np.nan)
        recent = panel.tail(DAYS * MONTHS)
        known = np.isfinite(recent.y)
        past, ahead = np.arange(1 - recent.y.shape[1], 1), np.arange(1, horizon + 1)
        said, contrast = [], []
        for from_end in (False, True):
            places = _places(recent, past, from_end)
            total, seen = (_by_place(places, values) for values in (np.nan_to_num(recent.y), known.astype(float)))
            profile = total / np.maximum(seen, 1)
            said.append(np.take_along_axis(profile, _places(recent, ahead, from_end), axis=1))
            contrast.append((seen * profile**2).sum(axis=1))
        # What the places explain of the sum of squares: the mean is the same both ways.
        return np.where((contrast[1] > contrast[0])[:, None], said[1], said[0])


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
