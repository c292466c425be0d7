"""One gradient-boosted model over all series, trained one step ahead and fed back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.demand.calendar import calendar_features
from ml.demand.candidates.knowledge import LARGEST_TARGET, MINIMUM_ROWS, Knowledge, grown, loaded
from ml.demand.closed import closed_ahead
from ml.demand.design import DAYS_OF_52_WEEKS, LONGEST_SHORT_SEASON
from ml.demand.frequency import DAILY, Frequency
from ml.demand.panel import Panel
from ml.demand.types import Country

MAXIMUM_ROWS = 60_000
ROUNDS = 120
DAYS_OF_FOUR_WEEKS = 28
SHORTEST_WINDOW = 4
FEWEST_LAGS = 8


@dataclass(frozen=True)
class Recursive:
    """Every forecast becomes a lag of the next step's.

    A rhythm of several weeks keeps its phase over a long horizon: last week's forecast says what this week is, where
    a direct model must see it from the step alone.
    """

    country: Country
    seed: int = 0
    name: str = "boosted_recursive"

    def suits(self, panel: Panel) -> np.ndarray:
        """Series with two windows to take lags from."""
        return panel.lengths >= 2 * window_length(panel.frequency)

    def cost(self, panel: Panel) -> float:
        """Free: all series at once."""
        return 0.0

    def learn(self, panel: Panel, horizon: int) -> Knowledge | None:
        """Fit on the steps inside `panel` alone; None when they are too few."""
        scaled = _Scaled.of(panel.y, panel.frequency)
        age = np.cumsum(np.isfinite(panel.y), axis=1) - 1
        usable = (age >= window_length(panel.frequency)) & np.isfinite(panel.y)
        rows, columns = np.nonzero(usable)
        if len(rows) < MINIMUM_ROWS:
            return None
        if len(rows) > MAXIMUM_ROWS:
            picked = np.random.default_rng(self.seed).choice(len(rows), MAXIMUM_ROWS, replace=False)
            rows, columns = rows[np.sort(picked)], columns[np.sort(picked)]
        level, scale = scaled.before(rows, columns)
        target = np.clip((panel.y[rows, columns] - level) / scale, -LARGEST_TARGET, LARGEST_TARGET)
        offsets, at = np.unique(columns, return_inverse=True)
        known = _known_features(panel, offsets - panel.y.shape[1] + 1, self.country)[rows, at]
        features = _features(panel.y, rows, columns, level, scale, lags_of(panel.frequency), known)
        return Knowledge(grown(features, target, ROUNDS, self.seed))

    def load(self, text: str, panel: Panel, horizon: int) -> Knowledge:
        """What `Knowledge.dump` wrote."""
        return Knowledge(loaded(text))

    def forecast(self, panel: Panel, horizon: int, learned: Knowledge | None) -> np.ndarray:
        """Step by step for all series at once; days on which nothing is sold are fed back as zero."""
        count = len(panel.ids)
        if learned is None:
            return np.full((count, horizon), np.nan)
        closed = closed_ahead(panel, horizon, self.country)
        known = _known_features(panel, np.arange(1, horizon + 1), self.country)
        lags, rows = lags_of(panel.frequency), np.arange(count)
        span = 2 * window_length(panel.frequency) + panel.frequency.season
        reach = max(lags[-1], span)
        y = np.hstack([_newest(panel.y, reach), np.full((count, horizon), np.nan)])
        floor = np.where(panel.non_negative, 0.0, -np.inf)
        for step in range(horizon):
            now = reach + step
            level, scale = _Scaled.of(y[:, now - span : now], panel.frequency).newest
            columns = np.full(count, now)
            features = _features(y, rows, columns, level, scale, lags, known[:, step])
            said = level + scale * learned.booster.inplace_predict(features)
            y[:, now] = np.where(closed[:, step], 0.0, np.maximum(said, floor))
        return y[:, reach:]


def window_length(frequency: Frequency) -> int:
    """Steps whose mean is the level: four weeks of days, else one season that is not longer than a day of hours."""
    if frequency == DAILY:
        return DAYS_OF_FOUR_WEEKS
    return max(frequency.season if frequency.season <= LONGEST_SHORT_SEASON else 0, SHORTEST_WINDOW)


def lags_of(frequency: Frequency) -> np.ndarray:
    """Steps back that the model sees: the newest ones without a gap, and around each longer season."""
    season = frequency.season
    newest = max(2 * season, FEWEST_LAGS) if season <= LONGEST_SHORT_SEASON else FEWEST_LAGS
    lags = set(range(1, (DAYS_OF_FOUR_WEEKS if frequency == DAILY else newest) + 1))
    for longer in frequency.seasons:
        if longer > newest:
            lags |= {longer - 1, longer, longer + 1, 2 * longer}
    return np.array(sorted(lags | ({DAYS_OF_52_WEEKS} if frequency == DAILY else set())))


@dataclass(frozen=True)
class _Scaled:
    """Level and variation over the window that ends at each step, each (series, time)."""

    level: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray, frequency: Frequency) -> _Scaled:
        """The mean seasonal difference is the scale; ordinary changes, the level or one where there is none."""
        window = window_length(frequency)
        level = _moving_mean(y, window)
        scale = _moving_mean(_changes(y, frequency.season), 2 * window)
        for fallback in (_moving_mean(_changes(y, 1), 2 * window), np.abs(level), np.ones_like(level)):
            scale = np.where(np.nan_to_num(scale) > 0, scale, fallback)
        return cls(level, scale)

    def before(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Level and scale that were known just before each step."""
        return self.level[rows, columns - 1], self.scale[rows, columns - 1]

    @property
    def newest(self) -> tuple[np.ndarray, np.ndarray]:
        """Level and scale at the last step."""
        return self.level[:, -1], self.scale[:, -1]


def _changes(y: np.ndarray, lag: int) -> np.ndarray:
    return np.abs(np.hstack([np.full((len(y), min(lag, y.shape[1])), np.nan), y[:, lag:] - y[:, :-lag]]))


def _moving_mean(values: np.ndarray, window: int) -> np.ndarray:
    """(series, time) mean of the known among the newest `window` values; NaN where there is none."""
    known = np.isfinite(values)
    total, count = (
        np.cumsum(np.pad(part, ((0, 0), (window, 0))), axis=1)
        for part in (np.where(known, values, 0.0), known.astype(float))
    )
    total, count = total[:, window:] - total[:, :-window], count[:, window:] - count[:, :-window]
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _newest(y: np.ndarray, count: int) -> np.ndarray:
    missing = max(count - y.shape[1], 0)
    return np.pad(y, ((0, 0), (missing, 0)), constant_values=np.nan)[:, -count:]


def _known_features(panel: Panel, offsets: np.ndarray, country: Country) -> np.ndarray:
    """(series, offsets, features) calendar and regressors at `offsets` steps from the newest value."""
    calendar = calendar_features(panel, offsets, country)
    if not calendar:
        phase = (offsets - panel.behind) % max(panel.frequency.season, 1)
        calendar = {"phase": np.broadcast_to(phase, (len(panel.ids), len(offsets)))}
    parts = np.stack(list(calendar.values()), axis=2)
    if panel.regressor_names:
        parts = np.concatenate([parts, panel.regressors_at(offsets)], axis=2)
    return parts.astype(np.float32)


def _features(
    y: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    level: np.ndarray,
    scale: np.ndarray,
    lags: np.ndarray,
    known: np.ndarray,
) -> np.ndarray:
    """(rows, features) lags in units of recent variation, what is known of the step, and the level in these units."""
    back = columns[:, None] - lags
    values = np.where(back >= 0, y[rows[:, None], np.maximum(back, 0)], np.nan)
    scaled = ((values - level[:, None]) / scale[:, None]).astype(np.float32)
    return np.hstack([scaled, known, (level / scale)[:, None].astype(np.float32)])
