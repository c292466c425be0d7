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
from ml.demand.scores import losses_of, ranking
from ml.demand.types import Country
from ml.metrics import seasonal_naive_scale

Progress = Callable[[str, float], None]

SHORTEST_TRAINING = 6
TRAINING_CYCLES = 3
TRAINING_SHARE = 0.55
FULL_FIELD_SERIES = 100
FULL_FIELD_SECONDS = 30.0
LEAST_SHARE = 0.1
TRIED_SECONDS, TRIED_SERIES, PLACES = 5.0, 8, 3
"""What would take longer is tried on a few series first, and goes on where it is among the best of all there."""
FOLDS_OF_LARGE_PANELS = 4
FRESH_FOLDS = 2


@dataclass(frozen=True)
class Backtest:
    """What each candidate said, and what happened.

    forecasts: (candidates, folds, series, scored steps), NaN where a candidate did not run. final: (candidates, series,
    horizon) from the newest value. actual: (folds, series, scored steps), NaN where a fold leaves a series too short.
    scale: (folds, series) MASE scale known at each origin. seconds: (candidates,) spent on all of it. closed: (folds,
    series, scored steps) and closed_ahead: (series, horizon) days on which each series was known to sell nothing.
    sparse: (series,) those that are judged on the total of a horizon. learned: what each candidate learnt from the
    whole history. left_out: candidates that are too dear for a panel of this size or for what a trial showed.
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
        """(candidates, folds, series) what each fold cost, see `losses_of`."""
        return losses_of(self.errors, self.sparse, self.scale)


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
    everyone = [_entrant(candidate, panel, len(origins.ages)) for candidate in field]
    entered = [one for one in everyone if len(one.rows)]
    actual, scale = _truth(panel, origins)
    sparse, record = mostly_zero(panel), _Record.empty(len(entered), len(panel.ids), horizon, origins)
    tasks = _tasks(entered, panel, len(origins.ages))
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator_unordered")

    def run(some: list[_Task], done: int) -> None:
        outcomes: Any = parallel(delayed(task.run)(panel, horizon, taught, origins, closed) for task in some)
        for count, outcome in enumerate(outcomes, start=done + 1):
            record.take(*outcome)
            if progress is not None:
                progress(outcome[0].candidate.name, count / len(tasks))

    run([task for task in tasks if not task.later], 0)
    kept = _kept(entered, losses_of(actual - record.forecasts, sparse, scale), sparse)
    later = [task for task in tasks if task.later and kept[task.number]]
    run(later, len(tasks) - len(later))
    too_dear = [one.candidate.name for one in everyone if not len(one.rows) and one.candidate.suits(panel).any()]
    return Backtest(
        names=tuple(one.candidate.name for one, stays in zip(entered, kept, strict=True) if stays),
        origins=origins,
        forecasts=record.forecasts[kept],
        final=record.final[kept],
        actual=actual,
        scale=scale,
        seconds=record.seconds[kept],
        closed=np.stack([closed[age] for age in origins.ages]),
        closed_ahead=closed[0],
        sparse=sparse,
        learned=tuple(learned for learned, stays in zip(record.learned, kept, strict=True) if stays),
        left_out=(*too_dear, *(one.candidate.name for one, stays in zip(entered, kept, strict=True) if not stays)),
    )


@dataclass(frozen=True)
class _Entrant:
    """A candidate and the series on which it runs; where trying it is worth while, those on which it is tried first."""

    candidate: Candidate
    rows: np.ndarray
    trial: np.ndarray | None = None


@dataclass(frozen=True)
class _Record:
    """What is known so far, as in `Backtest`."""

    forecasts: np.ndarray
    final: np.ndarray
    seconds: np.ndarray
    learned: list[Any]

    @classmethod
    def empty(cls, candidates: int, series: int, horizon: int, origins: Origins) -> _Record:
        return cls(
            np.full((candidates, len(origins.ages), series, origins.horizon), np.nan),
            np.full((candidates, series, horizon), np.nan),
            np.zeros(candidates),
            [None] * candidates,
        )

    def take(self, task: _Task, said: np.ndarray, learned: Any, spent: float) -> None:
        self.seconds[task.number] += spent
        if task.folds:
            self.forecasts[task.number, task.folds.start : task.folds.stop, task.rows] = said.swapaxes(0, 1)
        else:
            self.final[task.number, task.rows], self.learned[task.number] = said[0], learned


def _entrant(candidate: Candidate, panel: Panel, folds: int) -> _Entrant:
    """Rows of the series on which the candidate runs, evenly spread when it cannot run on all.

    None where it could run on a few only: they would tell nothing about the panel.
    """
    rows = np.flatnonzero(candidate.suits(panel))
    cost = candidate.cost(panel) * (folds + 1) * len(rows)
    if cost == 0:
        return _Entrant(candidate, rows)
    crowding = min(1.0, (FULL_FIELD_SERIES / len(panel.ids)) ** 2)
    share = FULL_FIELD_SECONDS * crowding / cost
    if share < LEAST_SHARE:
        return _Entrant(candidate, rows[:0])
    rows = _spread(rows, int(share * len(rows)))
    tried = min(cost, FULL_FIELD_SECONDS) > TRIED_SECONDS and len(rows) > 2 * TRIED_SERIES
    return _Entrant(candidate, rows, _spread(rows, TRIED_SERIES) if tried else None)


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """`count` of `rows`, at least one, evenly spread; all where there are no more."""
    return rows if count >= len(rows) else rows[np.linspace(0, len(rows) - 1, max(count, 1)).astype(int)]


def _kept(entered: list[_Entrant], losses: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """(candidates,) whether each stays: it was not on trial, or it was among the best of all on the series tried."""
    stays = np.ones(len(entered), dtype=bool)
    for number, one in enumerate(entered):
        if one.trial is not None:
            stays[number] = number in ranking(losses[:, :, one.trial], sparse[one.trial])[:PLACES]
    return stays


def _tasks(entered: list[_Entrant], panel: Panel, folds: int) -> list[_Task]:
    """Each candidate's blocks of folds and its final fit, dearest first so that no core waits for the last one.

    What works on the whole panel at once comes first, the boosted models at its head.
    """
    blocks = _blocks(folds)
    tasks = []
    for number, one in enumerate(entered):
        parts = [(one.rows, False)]
        if one.trial is not None:
            parts = [(one.trial, False), (np.setdiff1d(one.rows, one.trial), True)]
        tasks += [_Task(number, one.candidate, rows, block, later) for rows, later in parts for block in blocks]
        tasks.append(_Task(number, one.candidate, one.rows, range(0), one.trial is not None))
    return sorted(tasks, key=lambda task: (-task.seconds(panel) or -np.inf, -task.number))


@dataclass(frozen=True)
class _Task:
    """Folds that share what was learnt at the oldest of them; no folds stand for the forecast from now.

    later: to be done only if the candidate's trial goes well.
    """

    number: int
    candidate: Candidate
    rows: np.ndarray
    folds: range
    later: bool

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
    """Folds that share what was learnt at the oldest of them; of a small panel no more than two, to keep that fresh.

    What is staler than the final fit errs more, and makes bands too wide.
    """
    size = FRESH_FOLDS if folds > FOLDS_OF_LARGE_PANELS else folds
    return [range(first, min(first + size, folds)) for first in range(0, folds, size)]


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
