"""Every candidate forecasts from the same past origins, and from now."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from ml.backtest import Origins, rolling_origins
from ml.demand.candidates.base import Candidate
from ml.demand.panel import Panel
from ml.metrics import seasonal_naive_scale

Progress = Callable[[str, float], None]

SHORTEST_TRAINING = 6
TRAINING_CYCLES = 3
TRAINING_SHARE = 0.55
FULL_FIELD_SERIES = 100
FULL_FIELD_SECONDS = 60.0
LEAST_SECONDS = 1.0
FOLDS_OF_LARGE_PANELS = 4


@dataclass(frozen=True)
class Backtest:
    """What each candidate said, and what happened.

    forecasts: (candidates, folds, series, scored steps), NaN where a candidate did not run. final: (candidates, series,
    horizon) from the newest value. actual: (folds, series, scored steps), NaN where a fold leaves a series too short.
    scale: (folds, series) MASE scale known at each origin. seconds: (candidates,) spent on all of it. learned: what
    each candidate learnt from the whole history.
    """

    names: tuple[str, ...]
    origins: Origins
    forecasts: np.ndarray
    final: np.ndarray
    actual: np.ndarray
    scale: np.ndarray
    seconds: np.ndarray
    learned: tuple[Any, ...] = ()

    @property
    def errors(self) -> np.ndarray:
        """(candidates, folds, series, scored steps) actual less forecast."""
        return self.actual - self.forecasts

    @property
    def losses(self) -> np.ndarray:
        """(candidates, folds, series) MASE of each fold."""
        return np.abs(self.errors).mean(axis=-1) / self.scale


def folds_for(series: int) -> int:
    """More folds where few series share what is learnt about bands and winners."""
    return FOLDS_OF_LARGE_PANELS if series > FULL_FIELD_SERIES else 6 if series > 8 else 10


def run_tournament(
    panel: Panel, horizon: int, field: list[Candidate], n_jobs: int = 1, progress: Progress | None = None
) -> Backtest:
    """Backtest and forecast. Expensive candidates run on as many series as the panel's size alone allows."""
    origins = rolling_origins(int(np.median(panel.lengths)), horizon, folds_for(len(panel.ids)))
    jobs = [_Job(candidate, _entrants(candidate, panel, len(origins.ages))) for candidate in field]
    jobs = [job for job in jobs if len(job.rows)]
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")
    done = []
    for position, outcome in enumerate(parallel(delayed(job.run)(panel, horizon, origins) for job in jobs)):
        done.append(outcome)
        if progress is not None:
            progress(jobs[position].candidate.name, (position + 1) / len(jobs))
    forecasts, final, seconds = (np.stack(part) for part in list(zip(*done, strict=True))[:3])
    learned = tuple(outcome[3] for outcome in done)
    names = tuple(job.candidate.name for job in jobs)
    return Backtest(names, origins, forecasts, final, *_truth(panel, origins), seconds, learned)


def _entrants(candidate: Candidate, panel: Panel, folds: int) -> np.ndarray:
    """Rows of the series on which the candidate runs, evenly spread when it cannot run on all."""
    rows = np.flatnonzero(candidate.suits(panel))
    cost = candidate.cost(panel) * (folds + 1)
    if cost == 0 or len(rows) == 0:
        return rows
    crowding = min(1.0, (FULL_FIELD_SERIES / len(panel.ids)) ** 2)
    affordable = int(max(FULL_FIELD_SECONDS * crowding, LEAST_SECONDS) / cost)
    return rows if affordable >= len(rows) else rows[np.linspace(0, len(rows) - 1, max(affordable, 1)).astype(int)]


@dataclass(frozen=True)
class _Job:
    candidate: Candidate
    rows: np.ndarray

    def run(self, panel: Panel, horizon: int, origins: Origins) -> tuple[np.ndarray, np.ndarray, float, Any]:
        started = time.thread_time()
        entrants = panel if len(self.rows) == len(panel.ids) else panel.take(self.rows)
        forecasts = np.full((len(origins.ages), len(panel.ids), origins.horizon), np.nan)
        for folds in _blocks(len(origins.ages)):
            learned = self.candidate.learn(entrants.cut(origins.ages[folds[-1]]), horizon)
            for fold in folds:
                then = entrants.cut(origins.ages[fold])
                forecasts[fold, self.rows] = self._forecast(then, origins.horizon, learned)
        final = np.full((len(panel.ids), horizon), np.nan)
        learned = self.candidate.learn(entrants, horizon)
        final[self.rows] = self._forecast(entrants, horizon, learned)
        return forecasts, final, time.thread_time() - started, learned

    def _forecast(self, panel: Panel, horizon: int, learned: Any) -> np.ndarray:
        return bounded_forecast(self.candidate, panel, horizon, learned)


def bounded_forecast(candidate: Candidate, panel: Panel, horizon: int, learned: Any) -> np.ndarray:
    """(series, horizon) forecasts, not below zero where the series never was, NaN where the candidate does not suit."""
    fits = candidate.suits(panel)
    values = candidate.forecast(panel, horizon, learned)
    values = np.where(panel.non_negative[:, None], np.maximum(values, 0.0), values)
    return np.where(fits[:, None] & np.isfinite(values).all(axis=1, keepdims=True), values, np.nan)


def _blocks(folds: int) -> list[range]:
    """Folds that share what was learnt at the oldest of them; more than four are halved to keep that fresh."""
    middle = (folds + 1) // 2 if folds > FOLDS_OF_LARGE_PANELS else folds
    return [block for block in (range(middle), range(middle, folds)) if len(block)]


def _truth(panel: Panel, origins: Origins) -> tuple[np.ndarray, np.ndarray]:
    width = panel.y.shape[1]
    actual = np.stack([panel.y[:, width - age : width - age + origins.horizon] for age in origins.ages])
    earlier = [panel.cut(age) for age in origins.ages]
    needed = shortest_training(panel)
    scale = np.stack([seasonal_naive_scale(then.y, panel.frequency.season) for then in earlier])
    enough = np.stack([then.lengths >= needed for then in earlier])
    return np.where(enough[..., None], actual, np.nan), scale


def shortest_training(panel: Panel) -> np.ndarray:
    """(series,) observations a fold must leave: some seasons where the series has them, else most of it.

    Folds that leave much less say little about a forecast made from the whole.
    """
    seasons = np.minimum(TRAINING_CYCLES * panel.frequency.season, TRAINING_SHARE * panel.lengths)
    return np.maximum(seasons, SHORTEST_TRAINING)
