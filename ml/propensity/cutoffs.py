"""Rolling cutoffs: past moments whose answers had come by now, each seen with what was known then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.behaviour.history import History
from ml.behaviour.labels import future
from ml.propensity.features import features
from ml.propensity.types import NotEnoughHistory

LEAST_PAST = 28
"""Days of history before the first cutoff: with less, nobody's rhythm shows."""
WEEK = 7
MOST_CUTOFFS = 26
LEAST_ROWS = 50
MOST_ROWS = 240_000
HALF_LIFE = 90.0
"""Days after which a cutoff counts half in a fit."""


@dataclass(frozen=True)
class Cases:
    """Customers as of many cutoffs, and what they did in the days after: the rows of all parts are the same.

    table: features. answers: see `ml.behaviour.labels.future`. ago: days from the answer's end to the present.
    customer: place in the history's customers.
    """

    table: pd.DataFrame
    answers: pd.DataFrame
    ago: np.ndarray
    customer: np.ndarray

    @property
    def weight(self) -> np.ndarray:
        """Recent cutoffs count more."""
        return 0.5 ** (self.ago / HALF_LIFE)

    def __len__(self) -> int:
        return len(self.table)

    def only(self, chosen: np.ndarray) -> Cases:
        """The cases where `chosen` (bool by case) holds."""
        return Cases(self.table[chosen], self.answers[chosen], self.ago[chosen], self.customer[chosen])


def step_of(horizon: int) -> int:
    """Days between cutoffs: whole weeks, so that every cutoff sees the same weekdays ahead."""
    return WEEK * max(1, round(horizon / 4 / WEEK))


def cutoffs(history: History, end: int, horizon: int, most: int = MOST_CUTOFFS) -> list[int]:
    """Cutoffs (days since 1970, the newest first) whose `horizon` days had gone by at `end`, the first unknown day."""
    first = history.first + min(LEAST_PAST, max((end - history.first - horizon) // 2, 1))
    return list(range(end - horizon, first - 1, -step_of(horizon)))[:most]


def cases(history: History, end: int, horizon: int, most: int = MOST_CUTOFFS) -> Cases:
    """Everybody as of every cutoff. Raises NotEnoughHistory where there is none, or hardly a customer."""
    days = [(_day(cut), end - horizon - cut) for cut in cutoffs(history, end, horizon, most)]
    parts = _newest([(features(history, day), future(history, day, horizon, _day(end)), ago) for day, ago in days])
    rows = sum(len(table) for table, _, _ in parts)
    if rows < LEAST_ROWS:
        raise NotEnoughHistory(f"{rows} cases of {horizon} days before the cutoff; at least {LEAST_ROWS} are needed")
    table = pd.concat([table for table, _, _ in parts])
    ago = np.concatenate([np.full(len(table), age) for table, _, age in parts])
    return Cases(table, pd.concat([told for _, told, _ in parts]), ago, history.customers.get_indexer(table.index))


def _newest(parts: list[tuple[pd.DataFrame, pd.DataFrame, int]]) -> list[tuple[pd.DataFrame, pd.DataFrame, int]]:
    """As many of the newest cutoffs as MOST_ROWS allows."""
    total = np.cumsum([len(table) for table, _, _ in parts])
    return [part for part, rows in zip(parts, total, strict=True) if rows <= MOST_ROWS or part is parts[0]]


def _day(number: int) -> pd.Timestamp:
    return pd.Timestamp(number, unit="D")
