"""When the next purchase comes: from chances at a few horizons to a day, by the weekdays on which the customer buys."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ml.behaviour.history import History

LONGEST = 365
QUANTILES = (0.5, 0.25, 0.75)
CHUNK = 20_000
RECENT_DAYS = 180
PRIOR_PURCHASES = 3.0
STANDS_OUT, LEAST_PURCHASES = 0.35, 4
WEEKDAY_OF_1970 = 3
"""1 January 1970 was a Thursday."""


def weekdays(history: History, end: int, place: np.ndarray) -> np.ndarray:
    """(customers, 7) purchases of the last half-year by weekday, 0 is Monday. place: of the customers in `history`."""
    recent = (history.day < end) & (history.day >= end - RECENT_DAYS)
    weekday = (history.day[recent] + WEEKDAY_OF_1970) % 7
    counts = np.bincount(history.code[recent] * 7 + weekday, minlength=7 * len(history.customers))
    return counts.reshape(-1, 7)[place].astype(float)


def usual(counts: np.ndarray) -> np.ndarray:
    """(customers,) the weekday of most purchases, -1 where none stands out."""
    total = counts.sum(axis=1)
    stands_out = (total >= LEAST_PURCHASES) & (counts.max(axis=1) >= STANDS_OUT * np.maximum(total, 1))
    return np.where(stands_out, counts.argmax(axis=1), -1)


def next_days(chances: Mapping[int, np.ndarray], counts: np.ndarray, end: int) -> np.ndarray:
    """(customers, 3) days from `end` by which half, a quarter, three quarters have bought; NaN beyond a year.

    chances: by horizon in days, (customers,). The cumulative hazard is drawn straight between the horizons and goes
    on beyond the last as between the last two; within a week it follows the customer's weekdays, which are drawn
    towards everybody's.
    """
    horizons = sorted(chances)
    hazard = np.stack([-np.log1p(-np.clip(chances[days], 0.0, 1 - 1e-9)) for days in horizons], axis=1)
    hazard = np.maximum.accumulate(hazard, axis=1)
    everyone = counts.sum(axis=0) + 1.0
    shares = (counts + PRIOR_PURCHASES * everyone / everyone.sum()) / (
        counts.sum(axis=1, keepdims=True) + PRIOR_PURCHASES
    )
    chunks = [slice(at, at + CHUNK) for at in range(0, len(hazard), CHUNK)]
    parts = [_days(hazard[part], horizons, shares[part], end) for part in chunks]
    return np.concatenate(parts) if parts else np.empty((0, len(QUANTILES)))


def _days(hazard: np.ndarray, horizons: list[int], shares: np.ndarray, end: int) -> np.ndarray:
    knots = np.array([0, *horizons], dtype=float)
    pace = np.diff(np.concatenate([np.zeros((len(hazard), 1)), hazard], axis=1), axis=1) / np.diff(knots)
    day = np.arange(LONGEST)
    segment = np.minimum(np.searchsorted(knots[1:], day, side="right"), len(horizons) - 1)
    weekday = (day + end + WEEKDAY_OF_1970) % 7
    total = np.cumsum(pace[:, segment] * shares[:, weekday] * 7, axis=1)
    found = []
    for quantile in QUANTILES:
        reached = total >= -np.log1p(-quantile) - 1e-12
        found.append(np.where(reached.any(axis=1), reached.argmax(axis=1).astype(float), np.nan))
    return np.stack(found, axis=1)
