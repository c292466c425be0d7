"""Purchases as arrays, from which recency, frequency and monetary value follow for any day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.segments.types import WINDOW_DAYS, Rfm

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Purchases:
    """Orders, sorted by customer and day. customers: everybody in them, also those with returns alone.

    code: places in `customers`. day: whole days since 1970. orders: 1 where the order is a purchase (see
    `ml.behaviour.visits`), else 0. revenue: sales less returns.
    """

    customers: np.ndarray
    code: np.ndarray
    day: np.ndarray
    orders: np.ndarray
    revenue: np.ndarray

    def __len__(self) -> int:
        return len(self.code)


def purchases(visits: pd.DataFrame) -> Purchases:
    """From visits (customer_id, day, lines, revenue, returned; see `ml.behaviour.visits`)."""
    code, customers = pd.factorize(visits["customer_id"].astype(str), sort=True)
    return in_order(
        np.asarray(customers, dtype=object),
        code,
        visits["day"].to_numpy("datetime64[D]").astype(np.int64),
        visits["lines"].to_numpy() > 0,
        visits["revenue"].to_numpy(float) - visits["returned"].to_numpy(float),
    )


def in_order(
    customers: np.ndarray, code: np.ndarray, day: np.ndarray, sold: np.ndarray, revenue: np.ndarray
) -> Purchases:
    """Purchases of arrays in any order; (orders,) each, but for customers."""
    order = np.lexsort((day, code))
    return Purchases(
        customers=customers,
        code=code[order].astype(np.int32),
        day=day[order].astype(np.int32),
        orders=sold[order].astype(np.int16),
        revenue=revenue[order].astype(np.float64),
    )


def rfm(known: Purchases, day: int, window: int = WINDOW_DAYS) -> Rfm:
    """Recency, frequency and monetary value at the end of `day`; what came later is not looked at.

    Customers without a sale by then are left out. Source: Hughes, Strategic Database Marketing (1994).
    """
    past = known.day <= day
    sales = past & (known.orders > 0)
    code, days = known.code[sales], known.day[sales]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    ends = np.append(starts[1:], len(code)) - 1
    who = code[starts] if len(code) else code
    recent = past & (known.day > day - window)
    size = len(known.customers)
    orders = np.bincount(known.code[recent], weights=known.orders[recent], minlength=size)
    revenue = np.bincount(known.code[recent], weights=known.revenue[recent], minlength=size)
    first, last = days[starts] if len(code) else days, days[ends] if len(code) else days
    return Rfm(day, who, day - last, orders[who], revenue[who], first, last)


def buyers(known: Purchases, after: int, until: int) -> np.ndarray:
    """(customers,) whether each bought after the day `after`, up to `until`."""
    bought = (known.day > after) & (known.day <= until) & (known.orders > 0)
    found = np.zeros(len(known.customers), dtype=bool)
    found[known.code[bought]] = True
    return found


def day_number(day: object) -> int:
    """A date as whole days since 1970."""
    return int(np.datetime64(str(day), "D").astype(np.int64))
