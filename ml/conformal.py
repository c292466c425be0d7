"""Prediction bands from backtest errors (split conformal, Lei et al. 2018), pooled so that few folds suffice."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

SERIES_WEIGHT = 6.0
SMALLEST_GROWTH = 0.02
LARGEST_EXPONENT = 0.75
POWERS = (0.0, 0.25, 0.5, 0.75, 1.0)
STEADY_SHARE = 0.3
UNSEEN_SPREAD = 0.35
"""Standard deviation, in logarithms, of the size of all errors of an origin beside those of two that were seen."""
SCENARIOS = 9
WIDEST = 4.0


@dataclass(frozen=True)
class Bands:
    """Offsets for a forecast at its usual level, and how they follow other levels.

    offsets: level → (low, high), each (series, horizon). typical: (series,) size of past forecasts. power: (series,) 0
    when errors do not depend on the level, 1 when they are in proportion to it. measured: steps with errors.
    """

    offsets: dict[int, tuple[np.ndarray, np.ndarray]]
    measured: int
    typical: np.ndarray
    power: np.ndarray

    def around(self, forecast: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """level → (low, high) bounds of `forecast` (series, horizon)."""
        width = relative_width(forecast, self.typical, self.power)
        return {level: (forecast + width * low, forecast + width * high) for level, (low, high) in self.offsets.items()}


def relative_width(forecast: np.ndarray, typical: np.ndarray | float, power: np.ndarray | float) -> np.ndarray:
    """Width of a band around `forecast` (…, steps) over that at the usual level; part of it stays where the level is 0.

    The usual level lies half way (in logarithms) between this forecast's own and `typical` (…) of past ones: errors
    are in units of the recent past already, so that following growth fully would count it twice.
    """
    size = np.abs(forecast)
    own = size.mean(axis=-1)
    usual = (np.sqrt(np.where(own > 0, own, typical)) * np.sqrt(typical))[..., None]
    return np.minimum((size / usual + STEADY_SHARE) / (1 + STEADY_SHARE), WIDEST) ** np.asarray(power)[..., None]


def calibrate(
    forecasts: np.ndarray,
    errors: np.ndarray,
    error_scale: np.ndarray,
    scale: np.ndarray,
    levels: tuple[int, ...],
    horizon: int,
    independent: float = np.inf,
) -> Bands:
    """Bands from past forecasts and their errors (folds, series, steps; actual less forecast, NaN where none).

    error_scale: (folds, series) what errors are measured in at each fold; scale: (series,) the same as of now. Errors
    are divided by it, by how they follow the level of what was forecast, by how they grow with the step over the whole
    panel, and by how hard each series proved (shrunk towards the panel); then they are pooled over series, folds and
    steps. independent: how many horizons the folds cover side by side; the fewer, the longer the tails, since all of
    the next origin's errors may be larger. NaN bands when there are no errors.
    """
    z = errors / error_scale[..., None]
    typical = _typical(np.where(np.isfinite(errors), forecasts, np.nan))
    power = _power(z, forecasts, typical)
    z = z / relative_width(forecasts, typical, power)
    growth = _growth(z, horizon)
    u = z / growth[: z.shape[-1]]
    difficulty, difficulty_without = _difficulty(np.abs(u))
    pooled = _with_unseen_origins((u / difficulty_without[..., None])[np.isfinite(u)], independent)
    blocks = int(np.isfinite(u).any(axis=-1).sum())
    width = (scale * difficulty)[:, None] * growth[None, :]
    offsets = {level: _offsets(pooled, level, blocks, width) for level in levels}
    return Bands(offsets, z.shape[-1], typical, np.full(len(typical), power))


def _with_unseen_origins(pooled: np.ndarray, independent: float) -> np.ndarray:
    """`pooled` under each of several equally likely sizes of the next origin's errors."""
    spread = UNSEEN_SPREAD / max(independent - 1, 1)
    if spread == 0:
        return pooled
    sizes = np.exp([spread * NormalDist().inv_cdf((one + 0.5) / SCENARIOS) for one in range(SCENARIOS)])
    return np.outer(sizes, pooled).ravel()


def _typical(forecasts: np.ndarray) -> np.ndarray:
    """(series,) mean size of the forecasts; one where there are none or all are zero."""
    known = np.isfinite(forecasts)
    size = np.where(known, np.abs(forecasts), 0.0).sum(axis=(0, 2)) / np.maximum(known.sum(axis=(0, 2)), 1)
    return np.where(size > 0, size, 1.0)


def _power(z: np.ndarray, forecasts: np.ndarray, typical: np.ndarray) -> float:
    """How errors follow the level: the power under which they are likeliest, as Laplace with a spread per series."""
    known = np.isfinite(z)
    count = known.sum(axis=(0, 2))
    relative = np.where(known, relative_width(forecasts, typical, 1.0), 1.0)
    logarithm = np.log(relative).sum(axis=(0, 2))
    size = np.where(known, np.abs(z), 0.0)

    def surprise(power: float) -> float:
        spread = (size * relative**-power).sum(axis=(0, 2))
        told = spread > 0
        return float((count * np.log(np.where(told, spread, 1.0)) + power * logarithm)[told].sum())

    return min(POWERS, key=surprise)


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
