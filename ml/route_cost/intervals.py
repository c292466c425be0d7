"""Conformal intervals of log cost, as wide as routes of that kind have proved to err (Lei et al. 2018, Section 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

LEVELS = (80, 95)
STEADY = 0.5
"""Share of the usual error in every route's own: a spread learnt from few errors must not run away."""
ROUNDS = 60
SPREAD: dict[str, Any] = {
    "objective": "reg:squarederror",
    "tree_method": "hist",
    "nthread": 1,
    "eta": 0.05,
    "max_depth": 3,
    "min_child_weight": 20,
    "subsample": 0.7,
    "colsample_bynode": 0.5,
}


@dataclass(frozen=True)
class Intervals:
    """booster: predicts the size of an error in log cost. usual: mean size. offsets: level → (low, high) in units of
    a route's own expected error."""

    booster: Any
    usual: float
    offsets: dict[int, tuple[float, float]]

    def around(self, logs: np.ndarray, dense: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """level → (low, high) bounds of log costs (rows,), whose features are `dense`."""
        spread = _sizes(self.booster, with_logs(dense, logs), self.usual)
        return {level: (logs + low * spread, logs + high * spread) for level, (low, high) in self.offsets.items()}


def calibrate(logs: np.ndarray, errors: np.ndarray, dense: np.ndarray, block: np.ndarray, seed: int) -> Intervals:
    """From estimates (rows,) of deliveries that were not trained on, their errors in log cost, and their features.

    The size of an error is learnt on other stretches of time (`block`) than the one whose errors it scales, so that
    what a new stretch brings is part of what the intervals allow for.
    """
    matrix, size = with_logs(dense, logs), np.abs(errors)
    usual = float(size.mean()) or 1e-6
    scaled = np.empty(len(errors))
    for place in np.unique(block):
        own = block == place
        scaled[own] = errors[own] / _sizes(_fit(matrix[~own], size[~own], seed), matrix[own], usual)
    offsets = {level: _offsets(scaled, level) for level in LEVELS}
    return Intervals(_fit(matrix, size, seed), usual, offsets)


def with_logs(dense: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """The features of the spread: those of the forest, and the estimate itself."""
    return np.column_stack([dense, logs])


def _fit(matrix: np.ndarray, size: np.ndarray, seed: int) -> Any:
    import xgboost

    capped = np.minimum(size, np.quantile(size, 0.98)) if len(size) else size
    return xgboost.train(
        SPREAD | {"seed": seed, "base_score": float(capped.mean())}, xgboost.DMatrix(matrix, capped), ROUNDS
    )


def _sizes(booster: Any, matrix: np.ndarray, usual: float) -> np.ndarray:
    import xgboost

    told = booster.predict(xgboost.DMatrix(matrix)).astype(float)
    return STEADY * usual + (1 - STEADY) * np.maximum(told, 0.1 * usual)


def _offsets(scaled: np.ndarray, level: int) -> tuple[float, float]:
    """Half way between the errors' own quantiles and symmetric ones: which side is longer is the less certain part."""
    share = min(level / 100 * (len(scaled) + 1) / len(scaled), 1.0)
    symmetric = float(np.quantile(np.abs(scaled), share))
    low, high = np.quantile(scaled, [(1 - share) / 2, (1 + share) / 2])
    return float(min((low - symmetric) / 2, 0.0)), float(max((high + symmetric) / 2, 0.0))
