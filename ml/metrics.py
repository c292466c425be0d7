"""Scores of forecasts. Arrays may have any shape; the last axis is time and is averaged away. NaN in, NaN out."""

from __future__ import annotations

import numpy as np


def mae(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Mean absolute error, in units of the series."""
    return np.abs(actual - forecast).mean(axis=-1)


def rmse(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Root mean squared error, in units of the series."""
    return np.sqrt(((actual - forecast) ** 2).mean(axis=-1))


def wape(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Absolute error over absolute actuals; NaN where all actuals are zero."""
    return _ratio(np.abs(actual - forecast).sum(axis=-1), np.abs(actual).sum(axis=-1))


def smape(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Symmetric absolute percentage error as a share, 0 to 2 (Makridakis 1993); a step where both are zero counts 0."""
    size = np.abs(actual) + np.abs(forecast)
    error = 2 * np.abs(actual - forecast)
    return np.divide(error, size, out=np.where(np.isnan(size), np.nan, 0.0), where=size > 0).mean(axis=-1)


def mase(actual: np.ndarray, forecast: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Mean absolute error over `scale`, see `seasonal_naive_scale` (Hyndman & Koehler 2006)."""
    return _ratio(mae(actual, forecast), scale)


def coverage(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Share of actuals inside [low, high], bounds included."""
    inside = ((actual >= low) & (actual <= high)).astype(float)
    return np.where(np.isnan(actual) | np.isnan(low) | np.isnan(high), np.nan, inside).mean(axis=-1)


def seasonal_naive_scale(y: np.ndarray, season: int) -> np.ndarray:
    """Mean absolute difference at lag `season` over the last axis, at lag 1 where no full season was seen.

    NaN steps (before a series began) are left out; NaN where the scale is zero or unknown, so that a constant
    series gets no score rather than an infinite one.
    """
    seasonal = _mean_absolute_difference(y, season)
    scale = np.where(np.isfinite(seasonal), seasonal, _mean_absolute_difference(y, 1))
    return np.where(scale > 0, scale, np.nan)


def _mean_absolute_difference(y: np.ndarray, lag: int) -> np.ndarray:
    if y.shape[-1] <= lag:
        return np.full(y.shape[:-1], np.nan)
    difference = np.abs(y[..., lag:] - y[..., :-lag])
    known = np.isfinite(difference)
    return _ratio(np.where(known, difference, 0.0).sum(axis=-1), known.sum(axis=-1))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    above, below = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
