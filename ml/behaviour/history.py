"""Visits as arrays, so that features and labels of many cutoffs are made of the same sorted rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class History:
    """Purchases and returns (see `ml.behaviour.visits`), as arrays that are sorted by customer and day.

    customers: every customer of the visits, also those with returns alone. code and return_code are places in it; day
    and return_day are whole days since 1970; the rest is as in `ml.behaviour.visits`. first and last are the days
    that the visits span; both 0 without any.
    """

    customers: pd.Index
    code: np.ndarray
    day: np.ndarray
    revenue: np.ndarray
    units: np.ndarray
    products: np.ndarray
    return_code: np.ndarray
    return_day: np.ndarray
    returned: np.ndarray
    first: int
    last: int

    def __len__(self) -> int:
        return len(self.code)


def history(visits: pd.DataFrame) -> History:
    """The arrays of `visits` (see `ml.behaviour.visits`; in any order). Raises KeyError where a column is missing."""
    ordered = visits.sort_values(["customer_id", "day", "order_id"], kind="stable")
    customers = pd.Index(ordered["customer_id"].astype(str).unique(), name="customer_id")
    code = pd.factorize(ordered["customer_id"].astype(str))[0].astype(np.int64)
    day = days_since_1970(ordered["day"])
    sold = ordered["lines"].to_numpy() > 0
    gave_back = ordered["returned"].to_numpy(float) != 0
    return History(
        customers=customers,
        code=code[sold],
        day=day[sold],
        revenue=ordered["revenue"].to_numpy(float)[sold],
        units=ordered["units"].to_numpy(float)[sold],
        products=ordered["products"].to_numpy(float)[sold],
        return_code=code[gave_back],
        return_day=day[gave_back],
        returned=ordered["returned"].to_numpy(float)[gave_back],
        first=int(day.min()) if len(day) else 0,
        last=int(day.max()) if len(day) else 0,
    )


def days_since_1970(days: pd.Series) -> np.ndarray:
    """Whole days since 1970-01-01, int64."""
    return days.to_numpy().astype("datetime64[D]").astype(np.int64)


def day_number(day: object) -> int:
    """Whole days since 1970-01-01 of a date, time stamp or ISO text."""
    return int(np.datetime64(pd.Timestamp(day), "D").astype(np.int64))  # pyright: ignore[reportArgumentType]
