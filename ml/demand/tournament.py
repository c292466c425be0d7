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
from ml.demand.closed import closed_ahead
from ml.demand.kinds import mostly_zero
from ml.demand.panel import Panel
from ml.demand.types import Country
from ml.metrics import seasonal_naive_scale

Progress = Callable[[str, float], None]

SHORTEST_TRAINING = 6
TRAINING_CYCLES = 3
TRAINING_SHARE = 0.55
FULL_FIELD_SERIES = 100
FULL_FIELD_SECONDS = 60.0
LEAST_SHARE = 0.1
FOLDS_OF_LARGE_PANELS = 4


@dataclass(frozen=True)
class Backtest:
    """What each candidate said, and what happened.

    forecasts: (candidates, folds, series, scored steps), NaN where a candidate did not run. final: (candidates, series,
    horizon) from the newest value. actual: (folds, series, scored steps), NaN where a fold leaves a series too short.
    scale: (folds, series) MASE scale known at each origin. seconds: (candidates,) spent on all of it. closed: (folds,
    series, scored steps) and closed_ahead: (series, horizon) days on which each series was known to sell nothing.
    sparse: (series,) those that are judged on the total of a horizon. learned: what each candidate learnt from the
    whole history. left_out: candidates that are too dear for a panel of this size.
    """

    names: tuple[str, ...]
    origins: Origins
    forecasts: np.ndarray
    final: np.ndarray
    actual: np.ndarray
    scale: np.ndarray
    seconds: np.ndarray
    closed: np.ndarray
    closed_ahead: np.ndarray
    sparse: np.ndarray
    learned: tuple[Any, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def errors(self) -> np.ndarray:
        """(candidates, folds, series, scored steps) actual less forecast."""
        return self.actual - self.forecasts

    @property
    def losses(self) -> np.ndarray:
        """(candidates, folds, series) MASE of each fold; of sparse series the error of the whole fold, in its units.

        Daily errors of a series that is mostly zero are smallest for a forecast of nothing at all.
        """
        errors = self.errors
        daily = np.abs(errors).mean(axis=-1)
        return np.where(self.sparse, np.abs(errors.mean(axis=-1)), daily) / self.scale


def folds_for(series: int) -> int:
    """More folds where few series share what is learnt about bands and winners."""
    return FOLDS_OF_LARGE_PANELS if series > FULL_FIELD_SERIES else 6 if series > 8 else 10


def run_tournament(
    panel: Panel,
    horizon: int,
    field: list[Candidate],
    n_jobs: int = 1,
    progress: Progress | None = None,
    *,
    country: Country = None,
    origins: Origins | None = None,
    taught: int | None = None,
) -> Backtest:
    """Backtest and forecast. Expensive candidates run on as many series as the panel's size alone allows.

    country: whose calendar says when nothing is sold. origins: where to backtest, by default as the panel allows.
    taught: how many steps ahead methods learn for, by default all.
    """
    taught = taught or horizon
    origins = origins or rolling_origins(int(np.median(panel.lengths)), taught, folds_for(len(panel.ids)))
    closed = {age: closed_ahead(panel.cut(age), origins.horizon, country) for age in origins.ages}
    closed[0] = closed_ahead(panel, horizon, country)
    entered = [(candidate, _entrants(candidate, panel, len(origins.ages))) for candidate in field]
    left_out = tuple(one.name for one, rows in entered if not len(rows) and one.suits(panel).any())
    entered = [(candidate, rows) for candidate, rows in entered if len(rows)]
    forecasts = np.full((len(entered), len(origins.ages), len(panel.ids), origins.horizon), np.nan)
    final, seconds = np.full((len(entered), len(panel.ids), horizon), np.nan), np.zeros(len(entered))
    learned: list[Any] = [None] * len(entered)
    tasks = _tasks(entered, panel, len(origins.ages))
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator_unordered")
    outcomes: Any = parallel(delayed(task.run)(panel, horizon, taught, origins, closed) for task in tasks)
    for count, (task, said, knowledge, spent) in enumerate(outcomes, start=1):
        seconds[task.number] += spent
        if task.folds:
            forecasts[task.number, task.folds.start : task.folds.stop, task.rows] = said.swapaxes(0, 1)
        else:
            final[task.number, task.rows], learned[task.number] = said[0], knowledge
        if progress is not None:
            progress(task.candidate.name, count / len(tasks))
    names = tuple(candidate.name for candidate, _ in entered)
    actual, scale = _truth(panel, origins)
    return Backtest(
        names=names,
        origins=origins,
        forecasts=forecasts,
        final=final,
        actual=actual,
        scale=scale,
        seconds=seconds,
        closed=np.stack([closed[age] for age in origins.ages]),
        closed_ahead=closed[0],
        sparse=mostly_zero(panel),
        learned=tuple(learned),
        left_out=left_out,
    )


def _entrants(candidate: Candidate, panel: Panel, folds: int) -> np.ndarray:
    """Rows of the series on which the candidate runs, evenly spread when it cannot run on all.

    None where it could run on a few only: they would tell nothing about the panel.
    """
    rows = np.flatnonzero(candidate.suits(panel))
    cost = candidate.cost(panel) * (folds + 1) * len(rows)
    if cost == 0:
        return rows
    crowding = min(1.0, (FULL_FIELD_SERIES / len(panel.ids)) ** 2)
    share = FULL_FIELD_SECONDS * crowding / cost
    if share < LEAST_SHARE:
        return rows[:0]
    return rows if share >= 1 else rows[np.linspace(0, len(rows) - 1, max(int(share * len(rows)), 1)).astype(int)]


def _tasks(entered: list[tuple[Candidate, np.ndarray]], panel: Panel, folds: int) -> list[_Task]:
    """Each candidate's blocks of folds and its final fit, dearest first so that no core waits for the last one.

    What works on the whole panel at once comes first, the boosted models at its head.
    """
    tasks = [
        _Task(number, candidate, rows, block)
        for number, (candidate, rows) in enumerate(entered)
        for block in (*_blocks(folds), range(0))
    ]
    return sorted(tasks, key=lambda task: (-task.seconds(panel) or -np.inf, -task.number))


@dataclass(frozen=True)
class _Task:
    """Folds that share what was learnt at the oldest of them; no folds stand for the forecast from now."""

    number: int
    candidate: Candidate
    rows: np.ndarray
    folds: range

    def seconds(self, panel: Panel) -> float:
        return self.candidate.cost(panel) * len(self.rows) * max(len(self.folds), 1)

    def run(
        self, panel: Panel, horizon: int, taught: int, origins: Origins, closed: dict[int, np.ndarray]
    ) -> tuple[_Task, np.ndarray, Any, float]:
        """Itself, what the candidate said (folds or 1, entrants, steps) and learnt, and seconds of CPU."""
        started = time.thread_time()
        entrants = panel if len(self.rows) == len(panel.ids) else panel.take(self.rows)
        ages = [origins.ages[fold] for fold in self.folds] or [0]
        steps = origins.horizon if self.folds else horizon
        learned = self.candidate.learn(entrants.cut(ages[-1]), taught)
        said = [
            bounded_forecast(self.candidate, entrants.cut(age), steps, learned, closed[age][self.rows]) for age in ages
        ]
        return self, np.stack(said), learned, time.thread_time() - started


def bounded_forecast(candidate: Candidate, panel: Panel, horizon: int, learned: Any, closed: np.ndarray) -> np.ndarray:
    """(series, horizon) forecasts, NaN where the candidate does not suit.

    They are not below zero where the series never was, and zero on the days of `closed` (series, horizon).
    """
    fits = candidate.suits(panel)
    values = candidate.forecast(panel, horizon, learned)
    values = np.where(panel.non_negative[:, None], np.maximum(values, 0.0), values)
    values = np.where(closed & np.isfinite(values), 0.0, values)
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
