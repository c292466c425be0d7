"""What is known of each customer on the eve of a cutoff, as numbers.

Gaps are days between successive days with a purchase. A customer with a single one has shown no gap: the time since
then is the least that the gap can be, and stands for it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour.history import History, day_number

WINDOWS = (30, 60, 90, 180, 365)
HALF_LIFE = 45.0
"""Days after which a purchase counts half in `pace`."""
GRACE = 5.0
"""Days added to gaps before something is divided by them, so that daily buyers are not overdue after a weekend."""
FEATURES = (
    "recency", "age", "orders", "days", "revenue", "order_value", "products", "units",
    *(f"orders_{window}" for window in WINDOWS), *(f"revenue_{window}" for window in WINDOWS),
    "gap_mean", "gap_std", "gap_max", "gap_last", "overdue", "overdue_most", "rate", "pace",
    "last_revenue", "last_products", "returns", "returned_share",
)  # fmt: skip


def features(history: History, cutoff: object) -> pd.DataFrame:
    """Features of everybody who had bought before `cutoff`, by customer_id; float64, never NaN.

    recency, age, gap_* in days (age and recency are at least 1); orders, days (with a purchase), orders_N (in the last
    N days), returns are counts; revenue*, order_value (mean), last_revenue are money, below 0 where prices are;
    products, units and last_products are per order; overdue is recency over the mean gap, overdue_most over the
    longest; rate is days with a purchase a day; pace is orders that count half after 45 days; returned_share is the
    value of returns over that of sales, 0 to 1. Empty where nobody had.
    """
    end = day_number(cutoff)
    past = history.day < end
    code, day, revenue = history.code[past], history.day[past], history.revenue[past]
    counts = np.bincount(code, minlength=len(history.customers))
    known = np.flatnonzero(counts)
    place = np.cumsum(counts > 0) - 1
    code, count = place[code], counts[known].astype(float)
    last = np.cumsum(counts[known]) - 1
    first = last - counts[known] + 1
    size = len(known)

    def total(values: np.ndarray, where: np.ndarray | slice = slice(None)) -> np.ndarray:
        return np.bincount(code[where], weights=values[where], minlength=size)

    recency = (end - day[last]).astype(float) if size else np.zeros(0)
    age = (end - day[first]).astype(float) if size else np.zeros(0)
    spent = total(revenue)
    table = {"recency": recency, "age": age, "orders": count, **_gaps(code, day, recency, age, size)}
    table |= {
        "revenue": spent,
        "order_value": spent / count,
        "products": total(history.products[past]) / count,
        "units": total(history.units[past]) / count,
        "last_revenue": revenue[last],
        "last_products": history.products[past][last],
        "pace": total(0.5 ** ((end - day) / HALF_LIFE)),
    }
    for window in WINDOWS:
        inside = day >= end - window
        table[f"orders_{window}"] = total(np.ones(len(day)), inside)
        table[f"revenue_{window}"] = total(revenue, inside)
    table |= _returns(history, end, known, spent)
    return pd.DataFrame(table, index=history.customers[known])[list(FEATURES)]


def net_revenue(history: History, cutoff: object, days: int) -> np.ndarray:
    """(customers of `features`,) money of the `days` days before `cutoff`, returns of these days taken off."""
    end, every = day_number(cutoff), len(history.customers)
    known = np.flatnonzero(np.bincount(history.code[history.day < end], minlength=every))
    total = np.zeros(every)
    for code, day, amount in (
        (history.code, history.day, history.revenue),
        (history.return_code, history.return_day, -history.returned),
    ):
        inside = (day >= end - days) & (day < end)
        total += np.bincount(code[inside], weights=amount[inside], minlength=every)
    return total[known]


def _gaps(code: np.ndarray, day: np.ndarray, recency: np.ndarray, age: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """Figures of the days between successive days with a purchase; `code` is sorted, and `day` within it."""
    new = np.ones(len(code), bool)
    new[1:] = (code[1:] != code[:-1]) | (day[1:] != day[:-1])
    code, day = code[new], day[new]
    days = np.bincount(code, minlength=size).astype(float)
    later = np.zeros(len(code), bool)
    later[1:] = code[1:] == code[:-1]
    whose, gap = code[later], np.diff(day, prepend=0)[later].astype(float)
    many = days > 1
    gaps = np.maximum(days - 1, 1)
    mean = np.where(many, (age - recency) / gaps, age)
    squares = np.bincount(whose, weights=(gap - mean[whose]) ** 2, minlength=size)
    longest, latest = age.copy(), age.copy()
    if len(gap):
        starts = np.flatnonzero(np.diff(whose, prepend=-1))
        longest[many] = np.maximum.reduceat(gap, starts)
        latest[many] = gap[np.append(starts[1:], len(gap)) - 1]
    return {
        "days": days,
        "gap_mean": mean,
        "gap_std": np.where(days > 2, np.sqrt(squares / np.maximum(gaps - 1, 1)), mean),
        "gap_max": longest,
        "gap_last": latest,
        "overdue": recency / (mean + GRACE),
        "overdue_most": recency / (longest + GRACE),
        "rate": days / (age + 3 * GRACE),
    }


def _returns(history: History, end: int, known: np.ndarray, spent: np.ndarray) -> dict[str, np.ndarray]:
    past = history.return_day < end
    code, every = history.return_code[past], len(history.customers)
    count = np.bincount(code, minlength=every)[known].astype(float)
    value = np.bincount(code, weights=history.returned[past], minlength=every)[known]
    share = np.divide(value, spent, out=(value > 0).astype(float), where=spent > 0)
    return {"returns": count, "returned_share": np.clip(share, 0.0, 1.0)}
