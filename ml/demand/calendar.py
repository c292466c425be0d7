"""What a date says about demand: calendar parts and public holidays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from ml.demand.frequency import NANOSECONDS_PER_DAY, Frequency
from ml.demand.panel import Panel
from ml.demand.types import Calendar, Country


@lru_cache(maxsize=64)
def public_holidays(country: str | None, first_year: int, last_year: int) -> np.ndarray:
    """Sorted datetime64[D] public holidays of a country (ISO 3166 code); empty when there is none by that code."""
    import holidays

    if country is None or country not in holidays.list_supported_countries():
        return np.empty(0, dtype="datetime64[D]")
    found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    return np.sort(np.array(list(found), dtype="datetime64[D]"))


def holidays_between(country: Country, stamps: np.ndarray) -> np.ndarray:
    """Sorted datetime64[D] public holidays, and closing days, of the years that `stamps` touch."""
    years = stamps.astype("datetime64[Y]").astype(int) + 1970
    first, last = int(years.min()), int(years.max())
    if not isinstance(country, Calendar):
        return public_holidays(country, first, last)
    closed = [day for day in country.closings if first <= day.year <= last]
    return np.union1d(public_holidays(country.country, first, last), np.array(closed, dtype="datetime64[D]"))


def calendar_features(panel: Panel, offsets: np.ndarray, country: Country) -> dict[str, np.ndarray]:
    """Name → (series, offsets) calendar numbers of the stamps at `offsets`; empty for undated series."""
    if not panel.frequency.dated:
        return {}
    distinct, where = np.unique(panel.last, return_inverse=True)
    tables = [_features(panel.frequency, last, offsets - panel.behind, country) for last in distinct]
    return {name: np.stack([table[name] for table in tables])[where] for name in tables[0]}


def _features(frequency: Frequency, last: np.generic, offsets: np.ndarray, country: Country) -> dict[str, np.ndarray]:
    index = pd.DatetimeIndex(frequency.after(last, offsets))
    parts: dict[str, np.ndarray] = {"month": index.month.to_numpy()}
    if frequency.unit == "month":
        return parts
    parts["day_of_year"] = index.dayofyear.to_numpy()
    if frequency.size <= NANOSECONDS_PER_DAY:
        parts |= {"weekday": index.weekday.to_numpy(), "day": index.day.to_numpy()}
        parts["days_to_month_end"] = index.days_in_month.to_numpy() - index.day.to_numpy()
        parts |= _holiday_distances(index.to_numpy(), country)
    if frequency.size < NANOSECONDS_PER_DAY:
        parts["time_of_day"] = index.hour.to_numpy() * 60 + index.minute.to_numpy()
    return parts


def _holiday_distances(stamps: np.ndarray, country: Country, farthest: int = 10) -> dict[str, np.ndarray]:
    days = stamps.astype("datetime64[D]")
    dates = holidays_between(country, stamps)
    if len(dates) == 0:
        return {}
    following = np.searchsorted(dates, days)
    to_next = (dates[np.minimum(following, len(dates) - 1)] - days).astype(int)
    previous = np.searchsorted(dates, days, side="right") - 1
    since_last = (days - dates[np.maximum(previous, 0)]).astype(int)
    ahead = np.where(to_next >= 0, np.minimum(to_next, farthest), farthest)
    return {
        "days_to_holiday": ahead,
        "days_since_holiday": np.where(since_last >= 0, np.minimum(since_last, farthest), farthest),
    }
