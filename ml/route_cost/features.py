"""Deliveries as numbers: one column per number, per common text, and what each text has cost so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.route_cost.columns import number, text
from ml.route_cost.types import CALENDAR, TARGET, TIME, TREND, Columns

SHRINKAGE = 10.0
"""Rows of an average text that a text's own rows are weighed against."""
FEWEST_OF_LEVEL = 8
MOST_LEVELS = 60
FOLDS = 5
YEAR = 365.25 * 86_400
AHEAD = 1.0
"""Years past the training up to which the trend is followed."""


@dataclass(frozen=True)
class Encoding:
    """How deliveries become matrices, as learnt from the training rows; JSON-able.

    levels: text column → its texts, the commonest first. means: text column → text → how much above the average log
    cost its routes are, given their sizes. scales and medians: of the numbers. origin, end: seconds since 1970.
    """

    columns: Columns
    levels: dict[str, list[str]]
    means: dict[str, dict[str, float]]
    scales: dict[str, float]
    medians: dict[str, float]
    origin: float
    end: float

    @property
    def additive_names(self) -> list[str]:
        """The column behind each column of `additive`."""
        return [*self.columns.numbers, *CALENDAR, TREND, *(name for name, _ in self._kept)]

    @property
    def whole_names(self) -> list[str]:
        """The column behind each column of `whole`."""
        return [*self.additive_names, *self.columns.texts]

    @property
    def _kept(self) -> list[tuple[str, str]]:
        return [(name, level) for name in self.columns.texts for level in self.levels[name][:MOST_LEVELS]]

    def whole(self, frame: pd.DataFrame, means: dict[str, np.ndarray] | None = None) -> np.ndarray:
        """`additive`, and each text's mean. `means` replaces these where they must not come from the row itself."""
        given = means or {name: self._mean(frame, name) for name in self.columns.texts}
        return np.column_stack([self.additive(frame), *(given[name] for name in self.columns.texts)])

    def additive(self, frame: pd.DataFrame) -> np.ndarray:
        """(rows, numbers + calendar + trend + texts): numbers on a logarithmic scale, each text a column."""
        values = {name: text(_column(frame, name)) for name in self.columns.texts}
        flags = [(values[name] == level).to_numpy(float) for name, level in self._kept]
        return np.column_stack([*self._numbers(frame), *calendar(frame), self._years(frame), *flags])

    def _numbers(self, frame: pd.DataFrame) -> list[np.ndarray]:
        names = self.columns.numbers
        return [np.arcsinh(number(_column(frame, name)) / self.scales[name]) for name in names]

    def filled(self, matrix: np.ndarray) -> np.ndarray:
        """`additive` without gaps: a number that is not known is a usual one."""
        usual = np.zeros(matrix.shape[1])
        for place, name in enumerate(self.columns.numbers):
            usual[place] = np.arcsinh(self.medians[name] / self.scales[name])
        return np.where(np.isnan(matrix), usual, matrix)

    def _years(self, frame: pd.DataFrame) -> np.ndarray:
        seconds = _seconds(frame)
        return (np.minimum(seconds, self.end + AHEAD * YEAR) - self.origin) / YEAR

    def _mean(self, frame: pd.DataFrame, name: str) -> np.ndarray:
        return text(_column(frame, name)).map(self.means[name]).fillna(0.0).to_numpy(float)

    def out_of_fold(self, frame: pd.DataFrame, seed: int) -> dict[str, np.ndarray]:
        """The texts' means for the training rows themselves, each learnt on the other folds."""
        left = _left_over(frame, self)
        fold = np.random.default_rng(seed).permutation(len(frame)) % FOLDS
        found = {name: np.zeros(len(frame)) for name in self.columns.texts}
        for name in self.columns.texts:
            values = text(frame[name])
            for place in range(FOLDS):
                others = fold != place
                means = _means(values[others], left[others])
                found[name][~others] = values[~others].map(means).fillna(0.0)
        return found


def learn(frame: pd.DataFrame, columns: Columns) -> Encoding:
    """The encoding of these training rows (`prepared`)."""
    values = {name: number(frame[name]) for name in columns.numbers}
    seconds = _seconds(frame)
    blank = Encoding(
        columns,
        {name: _levels(text(frame[name])) for name in columns.texts},
        {name: {} for name in columns.texts},
        {name: _scale(found) for name, found in values.items()},
        {name: float(np.nanmedian(found)) for name, found in values.items()},
        float(seconds.min()),
        float(seconds.max()),
    )
    left = _left_over(frame, blank)
    means = {name: _means(text(frame[name]), left) for name in columns.texts}
    return Encoding(**{**blank.__dict__, "means": means})


def calendar(frame: pd.DataFrame) -> list[np.ndarray]:
    """Month (1 to 12), weekday (Monday is 0) and hour of departure."""
    at = frame[TIME].dt
    return [np.asarray(values, float) for values in (at.month, at.dayofweek, at.hour + at.minute / 60)]


def as_json(encoding: Encoding) -> dict[str, Any]:
    """What `from_json` reads."""
    told = {name: value for name, value in encoding.__dict__.items() if name != "columns"}
    left = {name: reason.value for name, reason in encoding.columns.left_out.items()}
    columns = {"numbers": list(encoding.columns.numbers), "texts": list(encoding.columns.texts), "left_out": left}
    return {**told, "columns": columns}


def from_json(told: dict[str, Any]) -> Encoding:
    """The encoding that `as_json` wrote. Raises KeyError, TypeError or ValueError where it is something else."""
    from ml.route_cost.types import Left

    given = told["columns"]
    left = {name: Left(reason) for name, reason in given["left_out"].items()}
    columns = Columns(tuple(given["numbers"]), tuple(given["texts"]), left)
    return Encoding(**{**told, "columns": columns})


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame else pd.Series(np.nan, index=frame.index, dtype=object)


def _seconds(frame: pd.DataFrame) -> np.ndarray:
    return frame[TIME].to_numpy("datetime64[s]").astype(np.int64).astype(float)


def _scale(values: np.ndarray) -> float:
    """The size from which on a number counts by its logarithm."""
    size = np.abs(values[np.isfinite(values) & (values != 0)])
    return float(np.quantile(size, 0.05)) if len(size) else 1.0


def _levels(values: pd.Series) -> list[str]:
    counted = values.value_counts()
    kept = counted[counted >= min(FEWEST_OF_LEVEL, max(len(values) // 20, 1))]
    return sorted(map(str, kept.index), key=lambda level: (-int(counted[level]), level))


def _left_over(frame: pd.DataFrame, encoding: Encoding) -> np.ndarray:
    """(rows,) log cost less what the numbers alone say of it, by least squares."""
    matrix = encoding.filled(encoding.additive(frame))[:, : len(encoding.columns.numbers)]
    with_one = np.column_stack([matrix, np.ones(len(matrix))])
    logs = np.log(frame[TARGET].to_numpy(float))
    weights, *_ = np.linalg.lstsq(with_one, logs, rcond=None)
    return logs - with_one @ weights


def _means(values: pd.Series, left: np.ndarray) -> dict[str, float]:
    grouped = pd.Series(left, index=values.index).groupby(values).agg(["sum", "count"])
    return {str(name): float(row["sum"] / (row["count"] + SHRINKAGE)) for name, row in grouped.iterrows()}
