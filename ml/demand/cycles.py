"""Rhythms that the calendar's seasons do not explain: every tenth day, every second week."""

from __future__ import annotations

import numpy as np

from ml.demand.panel import Panel
from ml.demand.seasonal import at_ages, detrend, seasonal_profiles

NEWEST = 730
SHORTEST, LONGEST = 3, 60
FEWEST_CYCLES = 4
TREND_CYCLES = 8
FEWEST_TREND_STEPS = 56
CORRELATED, DEVIATIONS = 0.3, 4.0
NEARLY = 0.85
CEILING = 3.0


def found_cycles(panel: Panel) -> np.ndarray:
    """(series,) steps of the strongest rhythm that is none of the frequency's seasons; 0 where there is none.

    The autocorrelation of what level and seasons leave has a peak there: high, above what chance brings, and above its
    neighbours. Of a cycle and its multiples the shortest that comes near the highest is taken.
    """
    rest, known = _unexplained(panel)
    correlation = _autocorrelation(rest, known)
    lags = np.arange(correlation.shape[1])
    longest = np.minimum(known.sum(axis=1) // FEWEST_CYCLES, LONGEST)
    enough = np.maximum(CORRELATED, DEVIATIONS / np.sqrt(np.maximum(known.sum(axis=1), 1)))
    before, after = np.roll(correlation, 1, axis=1), np.roll(correlation, -1, axis=1)
    peak = (correlation > before) & (correlation > after) & (correlation >= enough[:, None])
    peak &= (lags >= SHORTEST) & (lags <= longest[:, None]) & ~np.isin(lags, panel.frequency.seasons)
    height = np.where(peak, correlation, 0.0)
    near = peak & (height >= NEARLY * height.max(axis=1, keepdims=True))
    return np.where(peak.any(axis=1), near.argmax(axis=1), 0)


def _unexplained(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """(series, time) values less level and season, cut where they are unlike the rest; and where they are known."""
    y, seasons = panel.tail(NEWEST).y, panel.frequency.seasons
    adjusted = y - at_ages(seasonal_profiles(y, seasons), np.arange(y.shape[1] - 1, -1, -1))
    window = max(TREND_CYCLES * panel.frequency.season, FEWEST_TREND_STEPS)
    rest = detrend(adjusted, window) if y.shape[1] > 2 * window else adjusted - _mean(adjusted)
    known = np.isfinite(rest)
    ordinary = _mean(np.abs(rest))
    rest = np.clip(rest, -CEILING * ordinary, CEILING * ordinary)
    return np.where(known, rest - _mean(rest), 0.0), known


def _mean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    return np.where(known, values, 0.0).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)


def _autocorrelation(rest: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(series, lags up to one more than LONGEST) correlation of each series with itself that many steps earlier."""
    width = rest.shape[1]
    products = [(rest[:, lag:] * rest[:, : width - lag]).sum(axis=1) for lag in range(min(LONGEST + 2, width))]
    pairs = [(known[:, lag:] & known[:, : width - lag]).sum(axis=1) for lag in range(min(LONGEST + 2, width))]
    covariance = np.stack(products, axis=1) / np.maximum(np.stack(pairs, axis=1), 1)
    return covariance / np.maximum(covariance[:, :1], 1e-12)
