"""Bands of a panel: as the backtest measured them, and wide where there was too little to measure."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np

from ml.conformal import Bands, calibrate
from ml.demand.closed import back_lately
from ml.demand.panel import Panel
from ml.demand.types import DemandSettings

FEWEST_FOLDS, FEWEST_VALUES = 2, 5
LEAST_SHARE = 0.25
"""Of the horizon that the backtest must have reached: ten days do not tell how wrong one is after a month."""
LEVEL_SHARE = 0.5
REFERENCE = 80


def panel_bands(
    panel: Panel,
    said: np.ndarray,
    errors: np.ndarray,
    error_scale: np.ndarray,
    scale: np.ndarray,
    settings: DemandSettings,
    horizon: int,
    independent: float,
) -> Bands:
    """Bands from a backtest (see `calibrate`). A series that it says too little about gets at least a guess: as wide
    as its values ever were from their median, and half its level, for the 80 % band."""
    bands = calibrate(said, errors, error_scale, scale, settings.levels, horizon, independent)
    unknown = ~measured(panel, errors, settings.judged(horizon))
    if not unknown.any():
        return bands
    spread = np.where(unknown, _departure(panel), 0.0)[:, None]
    offsets = {}
    for level, (low, high) in bands.offsets.items():
        least = spread * _deviations(level) / _deviations(REFERENCE)
        offsets[level] = (
            np.where(unknown[:, None], np.fmin(low, -least), low),
            np.where(unknown[:, None], np.fmax(high, least), high),
        )
    return replace(bands, offsets=offsets, power=np.where(unknown, 0.0, bands.power))


def measured(panel: Panel, errors: np.ndarray, horizon: int) -> np.ndarray:
    """(series,) whether a backtest's errors (folds, series, steps) tell how wrong forecasts of each series are.

    Of one that came back after a long rest they tell how well nothing was foretold.
    """
    folds = np.isfinite(errors).any(axis=-1).sum(axis=0)
    sold = (np.nan_to_num(panel.y) != 0).sum(axis=1)
    return (
        (folds >= FEWEST_FOLDS)
        & (sold >= FEWEST_VALUES)
        & (errors.shape[-1] >= LEAST_SHARE * horizon)
        & ~back_lately(panel)
    )


def _departure(panel: Panel) -> np.ndarray:
    """(series,) the farthest that a value ever was from the median, at least half of the mean size."""
    farthest = np.nanmax(np.abs(panel.y - np.nanmedian(panel.y, axis=1, keepdims=True)), axis=1)
    return np.maximum(farthest, LEVEL_SHARE * np.nanmean(np.abs(panel.y), axis=1))


def _deviations(level: int) -> float:
    return NormalDist().inv_cdf(0.5 + level / 200)
