"""Exponential smoothing with a damped trend for all series at once, parameters by grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml.demand.panel import Panel
from ml.demand.seasonal import at_ages, seasonal_profiles

LONGEST_HISTORY = 1_000
LEARNT_HISTORY = 400
LEARNT_CYCLES = 3
SERIES_AT_ONCE = 128
WARM_UP = 5


@dataclass(frozen=True)
class Grid:
    """Parameter combinations, each (combinations,). drift: share of the linear trend added to each step (Theta)."""

    alpha: np.ndarray
    beta: np.ndarray
    phi: np.ndarray
    drift: np.ndarray
    parameters: np.ndarray

    def at(self, chosen: np.ndarray) -> Grid:
        """The combination chosen for each series, each (series, 1)."""
        return Grid(*(getattr(self, name)[chosen][:, None] for name in self.__dataclass_fields__))


def grid_of(combinations: list[tuple[float, float, float, float, int]]) -> Grid:
    """A grid from rows of alpha, beta, phi, drift and the number of parameters that the criterion counts."""
    return Grid(*(np.array(column, dtype=float) for column in zip(*combinations, strict=True)))


ALPHAS = (0.03, 0.06, 0.1, 0.16, 0.25, 0.35, 0.5, 0.65, 0.8, 0.95)
DAMPED_TREND = grid_of(
    [(alpha, 0.0, 0.0, 0.0, 1) for alpha in ALPHAS]
    + [(a, a * share, phi, 0.0, 3) for a in ALPHAS for share in (0.03, 0.1, 0.3) for phi in (0.8, 0.9, 0.97)]
)
THETA = grid_of([(alpha, 0.0, 0.0, drift, 1 + int(drift > 0)) for alpha in ALPHAS for drift in (0.0, 0.3, 0.5, 0.7)])


@dataclass(frozen=True)
class Parameters:
    """What was chosen for each series: row of the grid and whether it works on logarithms."""

    chosen: np.ndarray
    logarithmic: np.ndarray


@dataclass(frozen=True)
class States:
    """What smoothing knew at each step. level, trend: (series, time); the rest (series, 1) or (series, season)."""

    level: np.ndarray
    trend: np.ndarray
    drift: np.ndarray
    phi: np.ndarray
    profile: np.ndarray
    logarithmic: np.ndarray
    ceiling: np.ndarray

    @classmethod
    def filtered(
        cls, adjusted: np.ndarray, grid: Grid, profile: np.ndarray, logarithmic: np.ndarray, ceiling: np.ndarray
    ) -> States:
        """Run the chosen filters over the seasonally adjusted series."""
        state = _State.start(adjusted, grid)
        level, trend = np.empty_like(adjusted), np.empty_like(adjusted)
        for step in range(adjusted.shape[1]):
            state.update(adjusted[:, step, None])
            level[:, step], trend[:, step] = state.level[:, 0], state.trend[:, 0]
        return cls(level, trend, state.drift, grid.phi, profile, logarithmic, ceiling)

    def ahead(self, age: int, steps: np.ndarray) -> np.ndarray:
        """(series, steps) forecasts made `age` steps before the newest value."""
        damped = np.cumsum(self.phi ** np.arange(1, steps.max() + 1)[None, :], axis=1)[:, steps - 1]
        now = self.level.shape[1] - 1 - age
        path = self.level[:, [now]] + damped * self.trend[:, [now]] + self.drift * steps
        path = path + at_ages(self.profile, age - steps)
        return np.where(self.logarithmic, np.exp(np.minimum(path, self.ceiling)), path)


@dataclass(frozen=True)
class Smoothing:
    """Seasonally adjusted smoothing over a grid; on logarithms where that predicts one step ahead better."""

    name: str
    grid: Grid

    def suits(self, panel: Panel) -> np.ndarray:
        """Every series."""
        return np.ones(len(panel.ids), dtype=bool)

    def cost(self, panel: Panel) -> float:
        """Free: all series at once."""
        return 0.0

    def learn(self, panel: Panel, horizon: int) -> Parameters:
        """Choose parameters by an information criterion on one-step errors."""
        seasons = panel.frequency.seasons
        y = panel.tail(min(max(LEARNT_HISTORY, LEARNT_CYCLES * max(seasons, default=1)), LONGEST_HISTORY)).y
        parts = [y[start : start + SERIES_AT_ONCE] for start in range(0, len(y), SERIES_AT_ONCE)]
        chosen, logarithmic = zip(*(self._learn(part, seasons) for part in parts), strict=True)
        return Parameters(np.concatenate(chosen), np.concatenate(logarithmic))

    def forecast(self, panel: Panel, horizon: int, learned: Parameters) -> np.ndarray:
        """Filter each series with its own parameters and extrapolate."""
        return self.states(panel, learned).ahead(0, np.arange(1, horizon + 1))

    def states(self, panel: Panel, learned: Parameters) -> States:
        """Level and trend at every step of the newest history, from which any of its steps can be forecast."""
        y = panel.tail(LONGEST_HISTORY).y
        usable = learned.logarithmic & (np.nan_to_num(y, nan=1.0) > 0).all(axis=1)
        x = np.where(usable[:, None], np.log(np.where(y > 0, y, 1.0)), y)
        x[~np.isfinite(y)] = np.nan
        profile = seasonal_profiles(x, panel.frequency.seasons)
        adjusted = x - at_ages(profile, np.arange(x.shape[1] - 1, -1, -1))
        highest, lowest = np.nanmax(y, axis=1, keepdims=True), np.nanmin(y, axis=1, keepdims=True)
        ceiling = np.log(np.maximum(2 * highest - lowest, 1e-300))
        return States.filtered(adjusted, self.grid.at(learned.chosen), profile, usable[:, None], ceiling)

    def _learn(self, y: np.ndarray, seasons: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        chosen, error = self._choose(y, seasons, logarithms=False)
        positive = np.flatnonzero((np.nan_to_num(y, nan=1.0) > 0).all(axis=1))
        logarithmic = np.zeros(len(y), dtype=bool)
        if len(positive):
            with_logs, log_error = self._choose(np.log(y[positive]), seasons, logarithms=True)
            better = log_error < error[positive]
            logarithmic[positive[better]] = True
            chosen[positive[better]] = with_logs[better]
        return chosen, logarithmic

    def _choose(self, x: np.ndarray, seasons: tuple[int, ...], logarithms: bool) -> tuple[np.ndarray, np.ndarray]:
        profile = at_ages(seasonal_profiles(x, seasons), np.arange(x.shape[1] - 1, -1, -1))
        squared, absolute, counted = one_step_errors(x - profile, profile, self.grid, logarithms)
        criterion = counted * np.log(np.maximum(squared, 1e-300)) + 2 * self.grid.parameters
        chosen = criterion.argmin(axis=1)
        return chosen, absolute[np.arange(len(x)), chosen]


def linear_slope(x: np.ndarray) -> np.ndarray:
    """(series, 1) least-squares slope over each series' observed steps."""
    known = np.isfinite(x)
    time = np.broadcast_to(np.arange(x.shape[1], dtype=float), x.shape)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.where(known, time - (time * known).sum(axis=1, keepdims=True) / count, 0.0)
    return (centred * np.nan_to_num(x)).sum(axis=1, keepdims=True) / np.maximum(
        (centred**2).sum(axis=1, keepdims=True), 1e-12
    )


def one_step_errors(
    adjusted: np.ndarray, profile: np.ndarray, grid: Grid, logarithms: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean squared error (series, combinations), mean absolute error in the series' own units, and the count."""
    squared = np.zeros((len(adjusted), len(grid.alpha)))
    absolute, counted = np.zeros_like(squared), np.zeros((len(adjusted), 1))
    age = np.cumsum(np.isfinite(adjusted), axis=1)
    for step, error in _filter(adjusted, grid):
        scored = (age[:, step] > WARM_UP)[:, None]
        error = np.where(scored, error, 0.0)
        squared += error**2
        counted += scored
        if logarithms:
            actual = np.exp(adjusted[:, step, None] + profile[:, step, None])
            error = np.where(scored, actual * -np.expm1(np.clip(-error, -50, 5)), 0.0)
        absolute += np.abs(error)
    return squared / np.maximum(counted, 1), absolute / np.maximum(counted, 1), counted


def _filter(adjusted: np.ndarray, grid: Grid) -> Iterator[tuple[int, np.ndarray]]:
    state = _State.start(adjusted, grid)
    for step in range(adjusted.shape[1]):
        yield step, state.update(adjusted[:, step, None])


@dataclass
class _State:
    """Level and damped trend of every series under every combination."""

    grid: Grid
    level: np.ndarray
    trend: np.ndarray
    drift: np.ndarray

    @classmethod
    def start(cls, adjusted: np.ndarray, grid: Grid) -> _State:
        shape = np.broadcast_shapes((len(adjusted), 1), np.shape(np.atleast_2d(grid.alpha)))
        first = np.isfinite(adjusted).argmax(axis=1)
        early = adjusted[
            np.arange(len(adjusted))[:, None], np.minimum(first[:, None] + np.arange(3), adjusted.shape[1] - 1)
        ]
        level = np.broadcast_to(np.nanmean(early, axis=1, keepdims=True), shape).copy()
        return cls(grid, level, np.zeros(shape), linear_slope(adjusted) * grid.drift)

    def update(self, observed: np.ndarray) -> np.ndarray:
        """Take in one observation a series; NaN leaves its state alone. Returns the one-step error."""
        carried = self.grid.phi * self.trend
        error = observed - self.level - carried - self.drift
        known = np.isfinite(error)
        error = np.where(known, error, 0.0)
        self.level = self.level + np.where(known, carried + self.drift, 0.0) + self.grid.alpha * error
        self.trend = np.where(known, carried, self.trend) + self.grid.beta * error
        return error
