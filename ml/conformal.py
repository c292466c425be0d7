"""Prediction bands from backtest errors (split conformal, Lei et al. 2018), pooled so that few folds suffice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SERIES_WEIGHT = 6.0
SMALLEST_GROWTH = 0.02
LARGEST_EXPONENT = 0.75


@dataclass(frozen=True)
class Bands:
    """offsets: level → (low, high), each (series, horizon), to be added to a forecast. measured: steps with errors."""

    offsets: dict[int, tuple[np.ndarray, np.ndarray]]
    measured: int


def calibrate(
    errors: np.ndarray, error_scale: np.ndarray, scale: np.ndarray, levels: tuple[int, ...], horizon: int
) -> Bands:
    """Bands from errors (folds, series, steps; actual less forecast, NaN where none).

    error_scale: (folds, series) what errors are measured in at each fold; scale: (series,) the same as of now. Errors
    are divided by it, by how errors grow with the step over the whole panel, and by how hard each series proved
    (shrunk towards the panel); then they are pooled over series, folds and steps. NaN bands when there are no errors.
    """
    z = errors / error_scale[..., None]
    growth = _growth(z, horizon)
    u = z / growth[: z.shape[-1]]
    difficulty, difficulty_without = _difficulty(np.abs(u))
    pooled = (u / difficulty_without[..., None])[np.isfinite(u)]
    blocks = int(np.isfinite(u).any(axis=-1).sum())
    width = (scale * difficulty)[:, None] * growth[None, :]
    offsets = {level: _offsets(pooled, level, blocks, width) for level in levels}
    return Bands(offsets, z.shape[-1])


def _offsets(pooled: np.ndarray, level: int, blocks: int, width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(pooled) == 0:
        return np.full(width.shape, np.nan), np.full(width.shape, np.nan)
    share = min(level / 100 * (blocks + 1) / blocks, 1.0)
    symmetric = np.quantile(np.abs(pooled), share)
    low, high = np.quantile(pooled, [(1 - share) / 2, (1 + share) / 2])
    return width * min((low - symmetric) / 2, 0.0), width * max((high + symmetric) / 2, 0.0)


def _growth(z: np.ndarray, horizon: int) -> np.ndarray:
    """(horizon,) mean absolute error by step relative to the average step, never falling; extended as a power law."""
    size = np.abs(z)
    steps = z.shape[-1]
    counts = np.isfinite(size).sum(axis=(0, 1))
    if not counts.any():
        return np.ones(horizon)
    by_step = np.nansum(size, axis=(0, 1)) / np.maximum(counts, 1)
    growth = np.maximum(_isotonic(by_step) / max(by_step.mean(), 1e-12), SMALLEST_GROWTH)
    if horizon <= steps:
        return growth[:horizon]
    exponent = (
        np.clip(np.polyfit(np.log(np.arange(1, steps + 1)), np.log(growth), 1)[0], 0, LARGEST_EXPONENT)
        if steps > 2
        else 0.5
    )
    return np.append(growth, growth[-1] * (np.arange(steps + 1, horizon + 1) / steps) ** exponent)


def _isotonic(values: np.ndarray) -> np.ndarray:
    from scipy.optimize import isotonic_regression

    return np.asarray(isotonic_regression(values).x)


def _difficulty(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(series,) shrunk mean size of a series' errors, and (folds, series) the same without the fold itself."""
    known = np.isfinite(u).any(axis=-1)
    size = np.where(known, np.nansum(u, axis=-1) / np.maximum(np.isfinite(u).sum(axis=-1), 1), 0.0)
    typical = size[known].mean() if known.any() else 1.0
    total, count = size.sum(axis=0), known.sum(axis=0)
    shrunk = (total + SERIES_WEIGHT * typical) / (count + SERIES_WEIGHT)
    without = (total - size + SERIES_WEIGHT * typical) / (count - known + SERIES_WEIGHT)
    floor = max(typical, 1e-12) * 0.05
    return np.maximum(shrunk, floor), np.maximum(without, floor)
