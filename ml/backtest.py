"""Temporal splits: the later part is always the test, and nothing of it reaches the training."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

LONGEST_TEST_SHARE = 0.25
BACKTESTED_SHARE = 0.45


class LeakError(ValueError):
    """A split would let training see what it is tested on."""


@dataclass(frozen=True)
class Origins:
    """Rolling origins: the forecast starts `ages` steps before the end, newest first, and is scored `horizon` steps."""

    ages: tuple[int, ...]
    horizon: int

    def __post_init__(self) -> None:
        if self.horizon < 1 or any(age < self.horizon for age in self.ages):
            raise LeakError("Every origin must lie at least one backtest horizon before the end.")

    @property
    def independent(self) -> float:
        """How many horizons fit side by side into what the folds cover."""
        return (max(self.ages) - min(self.ages) + self.horizon) / self.horizon


def rolling_origins(length: int, horizon: int, folds: int) -> Origins:
    """Up to `folds` origins for a history of `length` steps.

    The scored horizon is cut to a quarter of the history and all origins stay in its last 45 %, half a horizon apart
    where that fits, so that every fold trains on most of what the final fit will see.
    """
    scored = max(1, min(horizon, int(length * LONGEST_TEST_SHARE)))
    room = max(int(length * BACKTESTED_SHARE) - scored, 0)
    stride = max(1, min((scored + 1) // 2, room // max(folds - 1, 1)))
    count = 1 + min(folds - 1, room // stride)
    return Origins(tuple(scored + fold * stride for fold in range(count)), scored)


def hold_out_last(frame: pd.DataFrame, steps: int, by: str, time: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split off the last `steps` rows of each group in time order; groups with no more rows than that go to neither.

    Raises LeakError when a group has rows on both sides with the same time.
    """
    ordered = frame.sort_values([by, time], kind="stable")
    from_end = ordered.groupby(by).cumcount(ascending=False)
    enough = ordered.groupby(by)[time].transform("size") > steps
    train, test = ordered[enough & (from_end >= steps)], ordered[enough & (from_end < steps)]
    latest, earliest = train.groupby(by)[time].max(), test.groupby(by)[time].min()
    if (latest >= earliest.reindex(latest.index)).any():
        raise LeakError("Training and test share a time stamp: remove duplicated rows first.")
    return train, test
