"""Values that look like a slip of the keyboard: kept from scales, methods and bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.demand.panel import Panel

FEWEST_VALUES = 28
SHARE = 0.01
"""At most this share of a series' values can be slips; what happens more often is how the series is."""
TIMES_LARGER = 8.0
CEILING = 2.0


def without_slips(panel: Panel) -> Panel:
    """The panel with slips cut to twice the largest of the other values.

    A value is one where it is more than eight times the largest of the rest, and it and its like are at most one in a
    hundred: a bulk order that comes again stays, and so do values of series too short to tell.
    """
    y = panel.y.copy()
    for row in np.flatnonzero(panel.lengths >= FEWEST_VALUES):
        size = np.abs(np.nan_to_num(y[row]))
        ordinary = _ordinary(size, int(panel.lengths[row]))
        if ordinary > 0:
            y[row] = np.clip(y[row], -CEILING * ordinary, CEILING * ordinary)
    return replace(panel, y=y)


def slips_of(values: np.ndarray) -> np.ndarray:
    """(time,) which of the values of one series look like a slip, by the same measure."""
    size = np.abs(np.nan_to_num(np.asarray(values, dtype=float)))
    ordinary = _ordinary(size, len(size)) if len(size) >= FEWEST_VALUES else 0.0
    return size > TIMES_LARGER * ordinary if ordinary > 0 else np.zeros(len(size), dtype=bool)


def _ordinary(size: np.ndarray, length: int) -> float:
    """The largest value beside slips; 0 where there are none."""
    most = max(int(SHARE * length), 1)
    largest = np.sort(size)[::-1][: most + 1]
    steps = np.flatnonzero((largest[:-1] > TIMES_LARGER * largest[1:]) & (largest[1:] > 0))
    return float(largest[steps[-1] + 1]) if len(steps) else 0.0
