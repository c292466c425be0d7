"""The level of the recent weeks: season and trend move everybody's chances, and last month's model does not know it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from ml.behaviour.history import History

HALF_LIFE = 14.0
"""Days after which a cutoff counts half in the level."""
RECENT = 5
"""Cutoffs that the level is read from."""
PRIOR = 5.0
"""As many cases as the level without any evidence counts."""
WIDEST = 2.0
SPREAD_WEEKS = 26
Z_80 = 1.2816


def shift(log_odds: np.ndarray, bought: np.ndarray, ago: np.ndarray) -> float:
    """What is added to log odds so that they expect what happened, recent cutoffs above all; within ±WIDEST."""
    weight = 0.5 ** (ago / HALF_LIFE)

    def excess(added: float) -> float:
        return float((weight * (expit(log_odds + added) - bought)).sum() + PRIOR * added)

    if excess(WIDEST) < 0:
        return WIDEST
    if excess(-WIDEST) > 0:
        return -WIDEST
    root: Any = brentq(excess, -WIDEST, WIDEST)
    return float(root)


def ratio(expected: np.ndarray, actual: np.ndarray, ago: np.ndarray) -> float:
    """What expectations are multiplied by so that their recent total is right; from a third to three, 1 if unknown."""
    weight = 0.5 ** (ago / HALF_LIFE)
    total = float((weight * expected).sum())
    return float(np.clip((weight * actual).sum() / total, 1 / 3, 3.0)) if total > 0 else 1.0


def weekly_spread(history: History, end: int) -> tuple[float, float]:
    """Standard deviation of the log of a week's (buyers, revenue) over the mean of the four weeks before it.

    How far a level that is read from recent weeks is off. Of the last half-year before `end`; 0.1 where too few weeks.
    """
    past = (history.day < end) & (history.day >= end - 7 * (SPREAD_WEEKS + 4)) & (history.day >= history.first)
    week = (end - 1 - history.day[past]) // 7
    whole = min(SPREAD_WEEKS + 4, (end - history.first) // 7)
    pairs = np.unique(np.stack([week, history.code[past]]), axis=1)
    buyers = np.bincount(pairs[0], minlength=whole)[:whole].astype(float)
    revenue = np.bincount(week, weights=history.revenue[past], minlength=whole)[:whole]
    return _spread(buyers), _spread(revenue)


def _spread(weeks: np.ndarray) -> float:
    """weeks: totals, the newest first."""
    if len(weeks) < 8:
        return 0.1
    means = np.array([weeks[at + 1 : at + 5].mean() for at in range(len(weeks) - 4)])
    known = (means > 0) & (weeks[:-4] > 0)
    return float(np.std(np.log(weeks[:-4][known] / means[known]))) if known.sum() >= 4 else 0.1
