"""The global model's design matrix: one row per series, origin and step ahead, in units free of the series' scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.demand.calendar import calendar_features
from ml.demand.frequency import DAILY
from ml.demand.panel import Panel
from ml.demand.types import Country

RECENT_VALUES = 6
WINDOW_CYCLES = 8
LAGS_OF_SHORT_SEASON = 4
LAGS_OF_LONG_SEASON = 2
LONGEST_SHORT_SEASON = 24
DAYS_OF_52_WEEKS = 364


@dataclass(frozen=True)
class Design:
    """x: (series, steps, features) float32. A forecast is level + scale · prediction, both (series, 1)."""

    x: np.ndarray
    level: np.ndarray
    scale: np.ndarray


def cycle_length(panel: Panel) -> int:
    """Steps that a local average spans: one season, at least four."""
    return max(panel.frequency.season, 4)


def design(panel: Panel, steps: np.ndarray, country: Country) -> Design:
    """Features known at the panel's newest value for targets `steps` ahead, in units of recent variation."""
    cycle = cycle_length(panel)
    recent = _newest(panel.y, WINDOW_CYCLES * cycle)
    level = _mean(recent[:, -cycle:])[:, None]
    scale = variation(recent, panel.frequency.season, level)
    blocks = [
        _repeat(_recent_features(recent, level, scale, cycle), len(steps)),
        _repeat(np.log1p(panel.lengths.astype(float))[:, None], len(steps)),
        np.broadcast_to(steps[None, :, None], (len(level), len(steps), 1)),
        _seasonal_features((panel.y - level) / scale, steps, _seasons(panel)),
        _known_features(panel, steps, country),
    ]
    return Design(np.concatenate(blocks, axis=2, dtype=np.float32), level, scale)


def _seasons(panel: Panel) -> tuple[int, ...]:
    yearly = (DAYS_OF_52_WEEKS,) if panel.frequency == DAILY else ()
    return (*panel.frequency.seasons, *yearly)


def _newest(y: np.ndarray, count: int) -> np.ndarray:
    missing = max(count - y.shape[1], 0)
    return np.pad(y, ((0, 0), (missing, 0)), constant_values=np.nan)[:, -count:]


def _mean(values: np.ndarray, axis: int = 1) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def variation(recent: np.ndarray, season: int, level: np.ndarray) -> np.ndarray:
    """Mean absolute seasonal difference; the level or one where a series does not vary."""
    scale = _mean(np.abs(recent[:, season:] - recent[:, :-season]))[:, None]
    ordinary = _mean(np.abs(np.diff(recent, axis=1)))[:, None]
    for fallback in (ordinary, np.abs(level), np.ones_like(level)):
        scale = np.where(np.nan_to_num(scale) > 0, scale, fallback)
    return scale


def _recent_features(recent: np.ndarray, level: np.ndarray, scale: np.ndarray, cycle: int) -> np.ndarray:
    z = (recent - level) / scale
    windows = [_mean(z[:, -width:]) for width in (3, 2 * cycle, 4 * cycle, WINDOW_CYCLES * cycle)]
    spread = np.sqrt(_mean(z[:, -cycle:] ** 2))
    zeros = _mean(np.where(np.isfinite(recent), recent == 0, np.nan))
    newest = [z[:, -1 - back] for back in range(RECENT_VALUES)]
    return np.stack([*newest, *windows, spread, zeros, level[:, 0] / scale[:, 0]], axis=1)


def _seasonal_features(z: np.ndarray, steps: np.ndarray, seasons: tuple[int, ...]) -> np.ndarray:
    blocks = [np.empty((len(z), len(steps), 0))]
    newest = z.shape[1] - 1
    for season in seasons:
        same_phase = newest + steps - season * np.ceil(steps / season).astype(int)
        short = season <= LONGEST_SHORT_SEASON
        lags = LAGS_OF_SHORT_SEASON if short else LAGS_OF_LONG_SEASON
        values = np.stack([_at(z, same_phase - back * season) for back in range(lags)], axis=2)
        blocks += [values, _mean(values, axis=2)[..., None]]
        if not short:
            cycle_ago = newest - season * np.ceil(steps / season).astype(int)
            blocks += [_around(z, same_phase), _around(z, cycle_ago)]
    return np.concatenate(blocks, axis=2)


def _around(z: np.ndarray, columns: np.ndarray, reach: int = 3) -> np.ndarray:
    near = np.stack([_at(z, columns + offset) for offset in range(-reach, reach + 1)], axis=2)
    return _mean(near, axis=2)[..., None]


def _at(z: np.ndarray, columns: np.ndarray) -> np.ndarray:
    inside = (columns >= 0) & (columns < z.shape[1])
    return np.where(inside[None, :], z[:, np.clip(columns, 0, z.shape[1] - 1)], np.nan)


def _known_features(panel: Panel, steps: np.ndarray, country: Country) -> np.ndarray:
    """Calendar and regressors of the target steps; regressors also relative to their recent average."""
    calendar = calendar_features(panel, steps, country)
    if not calendar:
        calendar = {
            "phase": np.broadcast_to((steps - panel.behind) % panel.frequency.season, (len(panel.ids), len(steps)))
        }
    blocks = [np.stack(list(calendar.values()), axis=2)]
    if panel.regressor_names:
        now = panel.regressors_at(steps)
        past = panel.regressors_at(np.arange(1 - WINDOW_CYCLES * cycle_length(panel), 1))
        blocks += [now, now - _mean(past)[:, None, :]]
    return np.concatenate(blocks, axis=2)


def _repeat(values: np.ndarray, steps: int) -> np.ndarray:
    return np.broadcast_to(values[:, None, :], (len(values), steps, values.shape[1]))
