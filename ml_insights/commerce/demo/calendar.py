"""Which days the company is open, and how busy each one is before anybody decides what to buy."""

from dataclasses import dataclass
from datetime import date

import holidays
import numpy as np
import pandas as pd
from dateutil.easter import easter

YEARS = 3
WEEKDAYS = np.array([1.12, 1.00, 0.94, 1.06, 1.28, 0.60, 0.07])
"""Monday to Sunday. On Sundays and public holidays only the web shop takes orders."""
SHUT = ("New Year's Day", "Labor Day", "Independence Day", "Army Day", "Christmas Day")
"""Holidays on which nobody may work in Chile (Ley 19.973): no order at all."""
NOISE, PERSISTENCE = 0.07, 0.45
"""Standard deviation of a day's own log level, and how much of it carries over to the next day."""


@dataclass(frozen=True)
class Calendar:
    """One entry per day, oldest first.

    `activity` multiplies every customer's wish to order; `web_only` days have neither visits nor counter. `fiestas`,
    `christmas` and `easter` (0 to 1) say how near each feast is; `season` is 1 in mid-January and -1 in mid-July.
    `anomalies` are the days that something out of the ordinary happened on, by position.
    """

    days: pd.DatetimeIndex
    year: np.ndarray
    month: np.ndarray
    weekday: np.ndarray
    activity: np.ndarray
    web_only: np.ndarray
    fiestas: np.ndarray
    christmas: np.ndarray
    easter: np.ndarray
    season: np.ndarray
    anomalies: dict[int, float]

    @property
    def open(self) -> np.ndarray:
        """Positions of the days on which the warehouse works."""
        return np.flatnonzero((self.activity > 0) & ~self.web_only)


def make_calendar(rng: np.random.Generator, end: date) -> Calendar:
    """The `YEARS` years that end on `end`, both days included."""
    days = pd.date_range(end=end, start=pd.to_datetime(end) - pd.DateOffset(years=YEARS, days=-1), freq="D")
    parts = pd.Series(days).dt
    feasts = holidays.country_holidays("CL", years=range(end.year - YEARS, end.year + 1), language="en_US")
    names = np.array([feasts.get(day, "") for day in parts.date])
    shut = np.array([any(name in listed for name in SHUT) for listed in names])
    holiday = names != ""
    fiestas, christmas = _approach(days, 9, 17, 10), _approach(days, 12, 23, 18)
    weekday = parts.dayofweek.to_numpy()
    level = WEEKDAYS[weekday] * (1 + 0.30 * fiestas + 0.22 * christmas) * _lull(days) * _around(holiday)
    level = np.where(holiday & (weekday < 6), WEEKDAYS[6], level) * _noise(rng, len(days))
    anomalies = _anomalies(rng, np.flatnonzero(~holiday & (weekday < 5)))
    for position, factor in anomalies.items():
        level[position] *= factor
    return Calendar(
        days=days,
        year=parts.year.to_numpy(),
        month=parts.month.to_numpy(),
        weekday=weekday,
        activity=np.where(shut, 0.0, level),
        web_only=holiday | (weekday == 6),
        fiestas=fiestas,
        christmas=christmas,
        easter=_before_easter(days),
        season=np.cos(2 * np.pi * (parts.dayofyear.to_numpy() - 15) / 365.25),
        anomalies=anomalies,
    )


def _approach(days: pd.DatetimeIndex, month: int, day: int, width: int) -> np.ndarray:
    """Rises from 0 to 1 over the `width` days that end on the given day of the year, and is 0 after it."""
    nearness = np.zeros(len(days))
    for year in pd.Series(days).dt.year.unique():
        left = -((days - pd.Timestamp(year, month, day)) / pd.Timedelta(days=1)).to_numpy()
        nearness = np.where((left >= 0) & (left < width), 1 - left / width, nearness)
    return nearness


def _before_easter(days: pd.DatetimeIndex) -> np.ndarray:
    """Rises from 0 to 1 over the sixteen days before each Good Friday."""
    nearness = np.zeros(len(days))
    for year in pd.Series(days).dt.year.unique():
        good_friday = pd.Timestamp(easter(year)) - pd.Timedelta(days=2)
        left = -((days - good_friday) / pd.Timedelta(days=1)).to_numpy()
        nearness = np.maximum(nearness, np.where((left > 0) & (left <= 16), 1 - left / 17, 0.0))
    return nearness


def _lull(days: pd.DatetimeIndex) -> np.ndarray:
    """Shelves are full in the week after Fiestas Patrias and from Christmas to the first days of January."""
    parts = pd.Series(days).dt
    key = parts.month.to_numpy() * 100 + parts.day.to_numpy()
    lull = np.where((key >= 920) & (key <= 927), 0.78, 1.0)
    return np.where((key >= 1226) | (key <= 106), 0.72, lull)


def _around(holiday: np.ndarray) -> np.ndarray:
    """The day before a holiday and the day after it take over part of its orders."""
    before, after = np.roll(holiday, -1), np.roll(holiday, 1)
    before[-1] = after[0] = False
    return np.where(holiday, 1.0, 1 + 0.15 * before + 0.10 * after)


def _noise(rng: np.random.Generator, size: int) -> np.ndarray:
    """Log-normal AR(1) around one."""
    shocks = rng.normal(0, NOISE, size)
    level = np.empty(size)
    carried = 0.0
    for position, shock in enumerate(shocks):
        carried = PERSISTENCE * carried + shock
        level[position] = carried
    return np.exp(level - NOISE**2 / (2 * (1 - PERSISTENCE**2)))


def _anomalies(rng: np.random.Generator, working: np.ndarray) -> dict[int, float]:
    """A three-day road blockade a year, two days without the ordering system, and two days of panic buying."""
    found: dict[int, float] = {}
    for year in np.array_split(working, YEARS):
        blockade = int(rng.integers(5, len(year) - 8))
        found |= dict.fromkeys((int(day) for day in year[blockade : blockade + 3]), 0.25)
        singles = rng.choice(np.delete(year, slice(blockade - 2, blockade + 5)), size=4, replace=False)
        found |= {int(day): factor for day, factor in zip(singles, (0.08, 0.12, 1.9, 1.7), strict=True)}
    return found
