"""Exponential smoothing with a damped trend for all series at once, parameters by grid."""

from __future__ import annotations

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
        return Parameters(*self._learn(y, seasons))

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
        highest, lowest = np.fmax.reduce(y, axis=1, keepdims=True), np.fmin.reduce(y, axis=1, keepdims=True)
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
        """(series,) best row of the grid, and its mean absolute one-step error in the series' own units."""
        profile = at_ages(seasonal_profiles(x, seasons), np.arange(x.shape[1] - 1, -1, -1))
        adjusted = x - profile
        scored = np.cumsum(np.isfinite(adjusted), axis=1) > WARM_UP
        squared = np.concatenate(
            [
                mean_squares(adjusted[rows], scored[rows], self.grid)
                for rows in (slice(start, start + SERIES_AT_ONCE) for start in range(0, len(x), SERIES_AT_ONCE))
            ]
        )
        counted = scored.sum(axis=1, keepdims=True)
        criterion = counted * np.log(np.maximum(squared, 1e-300)) + 2 * self.grid.parameters
        chosen = criterion.argmin(axis=1)
        error = one_step_errors(adjusted, self.grid.at(chosen))
        if logarithms:
            error = np.exp(x) * -np.expm1(np.clip(-error, -50, 5))
        return chosen, np.where(scored, np.abs(error), 0.0).sum(axis=1) / np.maximum(counted[:, 0], 1)


def linear_slope(x: np.ndarray) -> np.ndarray:
    """(series, 1) least-squares slope over each series' observed steps."""
    known = np.isfinite(x)
    time = np.broadcast_to(np.arange(x.shape[1], dtype=float), x.shape)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.where(known, time - (time * known).sum(axis=1, keepdims=True) / count, 0.0)
    return (centred * np.nan_to_num(x)).sum(axis=1, keepdims=True) / np.maximum(
        (centred**2).sum(axis=1, keepdims=True), 1e-12
    )


def mean_squares(adjusted: np.ndarray, scored: np.ndarray, grid: Grid) -> np.ndarray:
    """(series, combinations) mean squared one-step error over the `scored` (series, time) steps.

    Follows the errors themselves (damped trend is an ARIMA(1,1,2), Hyndman et al. 2008, ch. 11) rather than level and
    trend: a third of the operations, in single precision on standardised series.
    """
    kinds, kind = np.unique(np.stack([grid.phi, grid.drift]), axis=1, return_inverse=True)
    unit = np.fmax.reduce(np.abs(adjusted - start_level(adjusted)), axis=1)
    unit = np.where(unit > 0, unit, 1.0)
    driven = _differenced(adjusted / unit[:, None], *kinds)
    first = (grid.alpha + grid.phi * grid.beta - 1 - grid.phi).astype(np.float32)[:, None]
    second = (grid.phi * (1 - grid.alpha)).astype(np.float32)[:, None]
    error, previous, product, total = (np.zeros((len(kind), len(adjusted)), dtype=np.float32) for _ in range(4))
    weight = scored.T.astype(np.float32)
    plain = np.asarray(scored.all(axis=0))
    for step in range(adjusted.shape[1]):
        np.multiply(second, previous, out=previous)
        np.multiply(first, error, out=product)
        np.add(previous, product, out=previous)
        np.take(driven[step], kind.ravel(), axis=0, out=product, mode="clip")
        error, previous = np.subtract(product, previous, out=previous), error
        np.multiply(error, error, out=product)
        if not plain[step]:
            product *= weight[step]
        total += product
    return (total.T * unit[:, None] ** 2) / np.maximum(scored.sum(axis=1, keepdims=True), 1)


def _differenced(adjusted: np.ndarray, phi: np.ndarray, drift: np.ndarray) -> np.ndarray:
    """(time, kinds, series) what drives the errors: changes less the damped earlier change; zero before the start."""
    known = np.isfinite(adjusted)
    steps = np.cumsum(known, axis=1) * linear_slope(adjusted)
    started = np.where(known, adjusted - start_level(adjusted), 0.0)
    path = np.pad(started - drift[:, None, None] * steps, ((0, 0), (0, 0), (2, 0)))
    phi = phi[:, None, None]
    changes = path[..., 2:] - (1 + phi) * path[..., 1:-1] + phi * path[..., :-2]
    return np.ascontiguousarray(changes.transpose(2, 0, 1), dtype=np.float32)


def start_level(adjusted: np.ndarray) -> np.ndarray:
    """(series, 1) mean of each series' first three steps; NaN where it has not begun."""
    first = np.isfinite(adjusted).argmax(axis=1)
    early = np.minimum(first[:, None] + np.arange(3), adjusted.shape[1] - 1)
    return adjusted[np.arange(len(adjusted))[:, None], early].mean(axis=1, keepdims=True)


def one_step_errors(adjusted: np.ndarray, grid: Grid) -> np.ndarray:
    """(series, time) one-step errors of each series under its own combination; zero before it begins."""
    state = _State.start(adjusted, grid)
    errors = np.empty_like(adjusted)
    for step in range(adjusted.shape[1]):
        errors[:, step] = state.update(adjusted[:, step, None])[:, 0]
    return errors


@dataclass
class _State:
    """Level and damped trend of every series, each (series, 1)."""

    grid: Grid
    level: np.ndarray
    trend: np.ndarray
    drift: np.ndarray

    @classmethod
    def start(cls, adjusted: np.ndarray, grid: Grid) -> _State:
        level = start_level(adjusted)
        return cls(grid, level, np.zeros_like(level), linear_slope(adjusted) * grid.drift)

    def update(self, observed: np.ndarray) -> np.ndarray:
        """Take in one observation a series; NaN leaves its state alone. Returns the one-step error."""
        carried = self.grid.phi * self.trend
        error = observed - self.level - carried - self.drift
        known = np.isfinite(error)
        error = np.where(known, error, 0.0)
        self.level = self.level + np.where(known, carried + self.drift, 0.0) + self.grid.alpha * error
        self.trend = np.where(known, carried, self.trend) + self.grid.beta * error
        return error
