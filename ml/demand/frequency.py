"""What a series' spacing says: its step, its seasons and the dates that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

NANOSECONDS_PER_HOUR = 3_600_000_000_000
NANOSECONDS_PER_DAY = 24 * NANOSECONDS_PER_HOUR


@dataclass(frozen=True)
class Frequency:
    """One step between observations.

    seasons: season lengths in steps, the main one first; empty when none is known. size: nanoseconds when `unit` is
    "time", calendar months when it is "month", whole numbers when it is "index".
    """

    alias: str
    unit: str
    size: int
    seasons: tuple[int, ...]

    @property
    def season(self) -> int:
        """Length of the main season in steps (1 = none)."""
        return self.seasons[0] if self.seasons else 1

    @property
    def dated(self) -> bool:
        """Whether steps can be placed in a calendar."""
        return self.unit != "index"

    def steps_before(self, stamps: np.ndarray, last: Any) -> np.ndarray:
        """How many whole steps each stamp lies before `last`."""
        if self.unit == "index":
            return (last - stamps).astype(np.int64)
        if self.unit == "time":
            return np.rint((last - stamps).astype("timedelta64[ns]").astype(np.int64) / self.size).astype(np.int64)
        months = stamps.astype("datetime64[M]").astype(np.int64)
        return np.rint((np.datetime64(last, "M").astype(np.int64) - months) / self.size).astype(np.int64)

    def after(self, last: Any, steps: np.ndarray) -> np.ndarray:
        """Stamps `steps` steps after `last` (negative = before); month ends stay month ends."""
        if self.unit == "index":
            return last + steps
        if self.unit == "time":
            return last + (steps * self.size).astype("timedelta64[ns]")
        anchor = pd.Timestamp(last)
        months = np.datetime64(anchor, "M") + (steps * self.size).astype("timedelta64[M]")
        month_lengths = (months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")
        day = month_lengths if anchor.is_month_end else np.minimum(month_lengths, np.timedelta64(anchor.day, "D"))
        return (months.astype("datetime64[D]") + day - np.timedelta64(1, "D")).astype("datetime64[ns]")


HOURLY = Frequency("h", "time", NANOSECONDS_PER_HOUR, (24, 168))
DAILY = Frequency("D", "time", NANOSECONDS_PER_DAY, (7,))
WEEKLY = Frequency("W", "time", 7 * NANOSECONDS_PER_DAY, (52,))
MONTHLY = Frequency("MS", "month", 1, (12,))
QUARTERLY = Frequency("QS", "month", 3, (4,))
YEARLY = Frequency("YS", "month", 12, ())
INDEX = Frequency("index", "index", 1, ())

_DAYS_TO_FREQUENCY = ((0.9, 1.5, DAILY), (6.5, 7.5, WEEKLY), (27, 32, MONTHLY), (88, 93, QUARTERLY), (360, 370, YEARLY))
_ALIASES = {"h": HOURLY, "d": DAILY, "b": DAILY, "w": WEEKLY, "m": MONTHLY, "q": QUARTERLY, "y": YEARLY, "a": YEARLY}


def named(alias: str) -> Frequency:
    """The frequency that a pandas offset alias or a plain word ("weekly") names.

    Raises ValueError when the name is not known.
    """
    word = alias.strip().lower()
    if word.endswith("min"):
        return _of_nanoseconds(pd.Timedelta(word if word[0].isdigit() else f"1{word}").value)
    found = _ALIASES.get(word[:1])
    if found is None:
        raise ValueError(f"Frequency {alias!r} is not known: use h, D, W, MS, QS or YS.")
    return found


def detect(stamps: np.ndarray) -> Frequency | None:
    """Read the frequency from the spacing of sorted, distinct stamps; None when fewer than two or not regular.

    Whole numbers give INDEX. The usual spacing is the most frequent one, so gaps do not disturb it.
    """
    if len(stamps) < 2:
        return None
    if not np.issubdtype(stamps.dtype, np.datetime64):
        return INDEX
    spacings, counts = np.unique(np.diff(stamps).astype("timedelta64[ns]").astype(np.int64), return_counts=True)
    usual = int(np.median(np.repeat(spacings, counts)))
    days = usual / NANOSECONDS_PER_DAY
    for low, high, frequency in _DAYS_TO_FREQUENCY:
        if low <= days <= high:
            return frequency
    return _of_nanoseconds(int(spacings[counts.argmax()]))


def _of_nanoseconds(size: int) -> Frequency:
    if size == NANOSECONDS_PER_HOUR:
        return HOURLY
    per_day, remainder = divmod(NANOSECONDS_PER_DAY, size)
    seasons = (per_day, 7 * per_day) if per_day > 1 and remainder == 0 else ()
    return Frequency(f"{max(size // 60_000_000_000, 1)}min", "time", size, seasons)


def with_stamps(frequency: Frequency, dated: bool) -> Frequency:
    """The same seasons on whole-number stamps when the series has no dates."""
    return frequency if dated else Frequency(frequency.alias, "index", 1, frequency.seasons)
