"""What customers did after a cutoff."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour.history import History, day_number


class NotYetKnown(ValueError):
    """Answers that lie, in part, after the end of the data."""


def future(history: History, cutoff: object, horizon: int, end: object | None = None) -> pd.DataFrame:
    """What everybody who had bought before `cutoff` did in the `horizon` days from it on, by customer_id.

    bought: bool; wait: days from the cutoff to the first purchase (0 on its day), NaN without one; orders (purchases),
    revenue (returns of these days taken off) and units: totals. The rows are those of
    `ml.behaviour.features.features`. end: the first day that is not known as a whole any more, the day after the last
    visit by default. Raises ValueError where the horizon is below 1, NotYetKnown where it reaches beyond `end`.
    """
    start = day_number(cutoff)
    known_until = history.last + 1 if end is None else day_number(end)
    if horizon < 1:
        raise ValueError(f"the horizon must be at least 1 day, not {horizon}")
    if start + horizon > known_until:
        beyond = start + horizon - known_until
        raise NotYetKnown(f"{horizon} days from {pd.Timestamp(start, unit='D').date()} reach {beyond} beyond the data")
    every = len(history.customers)
    known = np.flatnonzero(np.bincount(history.code[history.day < start], minlength=every))
    inside = (history.day >= start) & (history.day < start + horizon)
    code, day = history.code[inside], history.day[inside]
    orders = np.bincount(code, minlength=every)[known]
    wait = np.full(every, np.inf)
    np.minimum.at(wait, code, day - start)
    sums = {
        name: np.bincount(code, weights=values[inside], minlength=every)[known]
        for name, values in (("revenue", history.revenue), ("units", history.units))
    }
    back = (history.return_day >= start) & (history.return_day < start + horizon)
    returned = np.bincount(history.return_code[back], weights=history.returned[back], minlength=every)[known]
    sums["revenue"] = sums["revenue"] - returned  # of no rows at all numpy makes whole numbers
    waited = np.where(orders > 0, wait[known], np.nan)
    return pd.DataFrame(
        {"bought": orders > 0, "wait": waited, "orders": orders, **sums}, index=history.customers[known]
    )
