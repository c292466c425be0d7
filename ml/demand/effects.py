"""How much weekdays and public holidays move demand, in percent of an average day, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.demand.calendar import holidays_between
from ml.demand.regularise import parse_stamps
from ml.demand.types import Country

DRAWS = 500
SHORTEST_HISTORY = 28
FEWEST_HOLIDAYS = 3
LEVEL_DAYS = 28
SMALLEST_USUAL = 0.05


def weekday_effects(frame: pd.DataFrame, *, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """weekday (0 = Monday), effect, lo, hi of one daily series (ds, y): percent above or below the days around it.

    A weekday's average over the centred four-week average; intervals by bootstrap over its weeks. Empty when shorter
    than four weeks or zero on average.
    """
    days, relative = _relative(frame)
    weekdays = _weekdays(days)
    rows = [(day, *_interval(100 * (relative[weekdays == day] - 1), level, seed)) for day in np.unique(weekdays)]
    return _table(rows, "weekday", "effect", "lo", "hi")


def holiday_effects(
    frame: pd.DataFrame, country: Country = "CL", *, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """day (before, holiday, after), effect, lo, hi, holidays: percent against the weekday's usual.

    Closing days count as holidays. Empty when there are fewer than three in the history.
    """
    days, relative = _relative(frame)
    dates = holidays_between(country, days) if len(days) else days
    ordinary, weekdays = ~np.isin(days, dates), _weekdays(days)
    rows = []
    for name, shift in (("before", -1), ("holiday", 0), ("after", 1)):
        touched = dates + np.timedelta64(shift, "D")
        here = np.isin(days, touched if shift == 0 else np.setdiff1d(touched, dates))
        usual = np.array([_mean(relative[ordinary & (weekdays == weekday)]) for weekday in weekdays[here]])
        sold = usual > SMALLEST_USUAL
        values = 100 * (relative[here][sold] / usual[sold] - 1)
        if len(values) >= FEWEST_HOLIDAYS:
            rows.append((name, *_interval(values, level, seed), len(values)))
    return _table(rows, "day", "effect", "lo", "hi", "holidays")


def _relative(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Days (datetime64[D]) and each over its centred four-week mean; days whose mean is not positive are left out."""
    stamps = parse_stamps(frame["ds"]).astype("datetime64[D]")
    y = frame["y"].to_numpy(dtype=float)
    known = np.isfinite(y) & ~np.isnat(stamps)
    days, where = np.unique(stamps[known], return_inverse=True)
    if len(days) < SHORTEST_HISTORY:
        return days[:0], np.empty(0)
    daily = np.bincount(where, weights=y[known])
    around = pd.Series(daily).rolling(LEVEL_DAYS, center=True, min_periods=LEVEL_DAYS // 2).mean().to_numpy()
    positive = around > 0
    return days[positive], daily[positive] / around[positive]


def _weekdays(days: np.ndarray) -> np.ndarray:
    """0 = Monday; day 0 of the epoch was a Thursday."""
    return (days.astype(np.int64) + 3) % 7


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


def _interval(values: np.ndarray, level: float, seed: int) -> tuple[float, float, float]:
    picks = np.random.default_rng(seed).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.quantile(values[picks].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(values.mean()), float(low), float(high)


def _table(rows: list[tuple], *columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: [row[position] for row in rows] for position, name in enumerate(columns)})
