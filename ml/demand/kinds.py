"""What kind of series each one is, judged by itself alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ml.demand.closed import closed_weekdays, stopped
from ml.demand.design import LONGEST_SHORT_SEASON, cycle_length
from ml.demand.panel import Panel

SPARSE_SHARE = 0.5
RECENT = 364
USUAL, SPARSE, SHORT, STOPPED = "usual", "sparse", "short", "stopped"


def mostly_zero(panel: Panel) -> np.ndarray:
    """(series,) whether more than half of the steps of the last year on which a series is open are zero."""
    recent = panel.tail(RECENT)
    days_open = 7 - closed_weekdays(panel).sum(axis=1)
    known = np.isfinite(recent.y).sum(axis=1) * days_open / 7
    return (np.nan_to_num(recent.y) != 0).sum(axis=1) < (1 - SPARSE_SHARE) * known


def kinds_of(panel: Panel, horizon: int) -> np.ndarray:
    """(series,) the kind of each: one that stopped, that is too short to be judged over a horizon, that is mostly zero,
    or a usual one."""
    short = panel.lengths < 2 * min(cycle_length(panel), LONGEST_SHORT_SEASON) + horizon
    kinds = np.where(mostly_zero(panel), SPARSE, np.full(len(panel.ids), USUAL, dtype=object))
    return np.where(stopped(panel), STOPPED, np.where(short, SHORT, kinds))


def alike(panels: Iterable[Panel], horizon: int) -> list[Panel]:
    """The series of each panel by kind, so that what is learnt and chosen for one depends on its like alone."""
    return [part for panel in panels for part in divided(panel, kinds_of(panel, horizon))]


def divided(panel: Panel, kinds: np.ndarray) -> list[Panel]:
    """The panel of each of `kinds` (series,)."""
    return [replace(panel.take(np.flatnonzero(kinds == kind)), kind=str(kind)) for kind in np.unique(kinds.astype(str))]
