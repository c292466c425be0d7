"""What is known of each customer on the eve of a cutoff: that of `ml.behaviour`, and how the own rhythm stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour import features as behaviour
from ml.behaviour.history import History, day_number
from ml.propensity.types import ReasonCode

SOON = (7, 14)
"""Further windows, days, of counting orders: what is bought this week depends on what was bought last week."""
ENDS = (7, 30)
"""Days ahead for which a customer's own past gaps are asked how many ended by then."""
FEATURES = (*behaviour.FEATURES, *(f"orders_{days}" for days in SOON), "outlived", *(f"ended_{days}" for days in ENDS))
KINDS: dict[ReasonCode, tuple[str, ...]] = {
    ReasonCode.RECENCY: ("recency", "orders_7", "orders_14"),
    ReasonCode.DUE: ("overdue", "overdue_most", "outlived", "ended_7", "ended_30"),
    ReasonCode.HABIT: ("gap_mean", "gap_std", "gap_max", "gap_last", "rate"),
    ReasonCode.RECENT_ORDERS: ("orders_30", "orders_60", "orders_90", "pace"),
    ReasonCode.FREQUENCY: ("orders_180", "orders_365", "orders", "days"),
    ReasonCode.SPEND: ("order_value", "last_revenue", "units", "revenue"),
    ReasonCode.RECENT_SPEND: ("revenue_90", "revenue_30", "revenue_60", "revenue_180", "revenue_365"),
    ReasonCode.TENURE: ("age",),
    ReasonCode.VARIETY: ("products", "last_products"),
    ReasonCode.RETURNS: ("returned_share", "returns"),
}
"""Which features belong to which reason."""
TOLD = {
    ReasonCode.DUE: "recency", ReasonCode.FREQUENCY: "orders_180", ReasonCode.SPEND: "order_value",
}  # fmt: skip
"""The feature whose value a reason names, where it is not the first of its kind."""


def features(history: History, cutoff: object) -> pd.DataFrame:
    """`ml.behaviour.features.features` with, by customer_id and never NaN:

    orders_7 and orders_14 (counts); outlived (own gaps between purchases that were at least as long as the present
    one), ended_N (those of them that ended within N days from here).
    """
    table = behaviour.features(history, cutoff)
    if table.empty:
        return table.reindex(columns=list(FEATURES))
    end, size = day_number(cutoff), len(history.customers)
    place = history.customers.get_indexer(table.index)
    for days in SOON:
        inside = (history.day < end) & (history.day >= end - days)
        table[f"orders_{days}"] = np.bincount(history.code[inside], minlength=size)[place].astype(float)
    return table.assign(**{name: counts[place] for name, counts in _rhythm(history, end).items()})[list(FEATURES)]


def _rhythm(history: History, end: int) -> dict[str, np.ndarray]:
    """By customer, how many of the own gaps outlived the present one, and ended soon after."""
    size, past = len(history.customers), history.day < end
    code, day = history.code[past], history.day[past]
    last = np.full(size, end)
    last[code] = day
    age = end - last
    same = np.zeros(len(code), bool)
    same[1:] = code[1:] == code[:-1]
    gap = np.diff(day, prepend=0)
    whose, gap = code[same & (gap > 0)], gap[same & (gap > 0)]
    outlived = gap >= age[whose]
    found = {"outlived": np.bincount(whose[outlived], minlength=size).astype(float)}
    for days in ENDS:
        ended = outlived & (gap < age[whose] + days)
        found[f"ended_{days}"] = np.bincount(whose[ended], minlength=size).astype(float)
    return found


def logs(table: pd.DataFrame) -> np.ndarray:
    """Features as a linear model takes them: log(1 + x), what is below 0 as 0. (rows, features)."""
    return np.log1p(np.clip(table[list(FEATURES)].to_numpy(dtype=float), 0.0, None))
