"""Whether one forecaster is better than another, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PairedGain:
    """Mean of `worse - better` over paired losses with a percentile bootstrap interval."""

    gain: float
    low: float
    high: float


def paired_bootstrap(
    better: np.ndarray, worse: np.ndarray, *, seed: int = 0, draws: int = 1_000, level: float = 0.95
) -> PairedGain:
    """Resample pairs (folds, series) together, so that what both find hard cancels (Efron & Tibshirani 1993).

    Pairs with a NaN are dropped; with none left all figures are NaN, with one the interval is.
    """
    difference = (worse - better)[np.isfinite(worse - better)]
    if len(difference) == 0:
        return PairedGain(np.nan, np.nan, np.nan)
    if len(difference) == 1:
        return PairedGain(float(difference[0]), np.nan, np.nan)
    picks = np.random.default_rng(seed).integers(0, len(difference), (draws, len(difference)))
    tail = (1 - level) / 2
    low, high = np.quantile(difference[picks].mean(axis=1), [tail, 1 - tail])
    return PairedGain(float(difference.mean()), float(low), float(high))
