"""Series of one frequency as one right-aligned array, so that candidates work on all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ml.demand.frequency import Frequency

RARE = 0.025


@dataclass(frozen=True)
class Panel:
    """Regular series that end at their own last stamp.

    y: (series, time), NaN only before a series begins; the last column is each series' newest value.
    last: (series,) stamp of the newest value of the full history. behind: steps cut off since then.
    regressors: (series, time of the full history + known future, names), NaN where unknown. kind: what its series have
    in common, see `ml.demand.kinds`.
    """

    ids: tuple[str, ...]
    y: np.ndarray
    last: np.ndarray
    frequency: Frequency
    regressors: np.ndarray
    regressor_names: tuple[str, ...] = ()
    behind: int = 0
    kind: str = "usual"

    @property
    def name(self) -> str:
        """What tells it from other panels of the same frame."""
        return f"{self.frequency.alias}/{self.kind}"

    @property
    def lengths(self) -> np.ndarray:
        """(series,) observations from the first one on."""
        return np.isfinite(self.y).sum(axis=1)

    @property
    def non_negative(self) -> np.ndarray:
        """(series,) whether values below zero are rarer than the widest band leaves below itself.

        Sales net of returns dip below zero on a few days; that does not make a negative forecast sensible.
        """
        below = (np.nan_to_num(self.y, nan=0.0) < 0).sum(axis=1)
        return below < RARE * np.maximum(self.lengths, 1)

    def cut(self, steps: int) -> Panel:
        """The panel as it was `steps` steps earlier; nothing later than that stays reachable but regressors."""
        return self if steps == 0 else replace(self, y=self.y[:, :-steps], behind=self.behind + steps)

    def take(self, rows: np.ndarray) -> Panel:
        """The panel of some of its series."""
        ids = tuple(np.asarray(self.ids, dtype=object)[rows])
        return replace(self, ids=ids, y=self.y[rows], last=self.last[rows], regressors=self.regressors[rows])

    def tail(self, steps: int) -> Panel:
        """The panel with at most the newest `steps` values of each series."""
        dropped = max(self.y.shape[1] - steps, 0)
        return replace(self, y=self.y[:, dropped:], regressors=self.regressors[:, dropped:])

    def stamps(self, offsets: np.ndarray) -> np.ndarray:
        """(series, offsets) stamps at `offsets` steps from the newest value (0 = newest, 1 = first forecast)."""
        shifted = offsets - self.behind
        distinct, where = np.unique(self.last, return_inverse=True)
        return np.stack([self.frequency.after(one, shifted) for one in distinct])[where]

    def regressors_at(self, offsets: np.ndarray) -> np.ndarray:
        """(series, offsets, names) regressor values at `offsets` from the newest value; NaN where not known."""
        columns = self.y.shape[1] - 1 + offsets
        known = (columns >= 0) & (columns < self.regressors.shape[1])
        values = self.regressors[:, np.clip(columns, 0, max(self.regressors.shape[1] - 1, 0))]
        return np.where(known[None, :, None], values, np.nan)


def future_stamps(panel: Panel, horizon: int) -> np.ndarray:
    """(series, horizon) stamps that follow each series."""
    return panel.stamps(np.arange(1, horizon + 1))
