"""Which past cutoffs teach, over how long a window, and how a window's probabilities are carried to the horizon.

A training cutoff's window ends before the cutoff that is predicted from, so its answers are all known there. Where
the history is too short for windows as long as the horizon, shorter ones teach: with S the probability of no purchase
within the window, that within the horizon is S to the power of the ratio of the two cumulated hazards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ml.behaviour.history import History
from ml.churn.types import TooShortHistory

STEP = 14
MOST_CUTOFFS = 24
"""Nearly a year of them, so that each season has its say."""
FEWEST_CUTOFFS = 3
WARM_UP = 30
"""Days of history before the first training cutoff: with less, every customer looks new."""
SHORTEST = 7
"""Days of the shortest window: a shorter one is ruled by the days of the week."""
SURE = 1e-4


@dataclass(frozen=True)
class Windows:
    """Training cutoffs, newest first (days since 1970), and the days that each one's answers take."""

    cutoffs: tuple[int, ...]
    days: int


def plan(first: int, end: int, horizon: int) -> Windows:
    """The windows for a cutoff `end` of a history that began on `first`. Raises TooShortHistory or ValueError."""
    if horizon < 1:
        raise ValueError(f"the horizon must be at least 1 day, not {horizon}")
    room = end - first
    spread = (FEWEST_CUTOFFS - 1) * STEP
    days = min(horizon, max(room - WARM_UP - spread, room // 3))
    if days < min(SHORTEST, horizon):
        raise TooShortHistory(room)
    warm_up = min(WARM_UP, room - days)
    cutoffs = range(end - days, first + warm_up - 1, -STEP)
    return Windows(tuple(cutoffs[:MOST_CUTOFFS]), days)


def growth(scale: float, window: int, days: int) -> float:
    """Log of the hazard cumulated over `days`, over that of the `window`; 0 where they are the same.

    Customers differ in how often they buy, so that the hazard of those who are left falls with time: with rates that
    are gamma distributed (Lomax waiting times) it cumulates as log(1 + t / scale).
    """
    return float(np.log(np.log1p(days / scale) / np.log1p(window / scale)))


def lomax_scale(history: History, windows: Windows) -> float:
    """The scale, in days, that half and whole windows show."""
    half = max(windows.days // 2, 1)
    if half == windows.days:
        return float(windows.days)
    whole_hazard = np.mean([_hazard(history, at, windows.days) for at in windows.cutoffs])
    ratio = whole_hazard / np.mean([_hazard(history, at, half) for at in windows.cutoffs])
    return _solved(float(ratio), half, windows.days)


def _hazard(history: History, cutoff: int, days: int) -> float:
    """Cumulated hazard of a purchase within `days` of `cutoff`, over everybody known then."""
    known = np.unique(history.code[history.day < cutoff])
    bought = np.unique(history.code[(history.day >= cutoff) & (history.day < cutoff + days)])
    silent = 1 - np.isin(known, bought, assume_unique=True).mean() if len(known) else 1.0
    return -float(np.log(np.clip(silent, SURE, 1 - SURE)))


def _solved(ratio: float, half: int, whole: int) -> float:
    """The scale with which hazards cumulated over the whole and the half window have this ratio, within reason."""

    def excess(log_scale: float) -> float:
        scale = np.exp(log_scale)
        return float(np.log1p(whole / scale) / np.log1p(half / scale)) - ratio

    low, high = float(np.log(whole / 30)), float(np.log(whole * 1000))
    if excess(low) >= 0:
        return float(np.exp(low))
    if excess(high) <= 0:
        return float(np.exp(high))
    root: Any = brentq(excess, low, high)
    return float(np.exp(root))
