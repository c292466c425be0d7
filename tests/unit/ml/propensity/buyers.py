"""Shops with known ways of buying."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour.history import History, history

START = pd.Timestamp("2024-01-01")


def visits(customers: list[int], days: list[int], revenue: np.ndarray, returned: float = 0.0) -> pd.DataFrame:
    """Visits of these customers on these days after START; with nothing sold where `returned` is above 0."""
    return pd.DataFrame(
        {
            "customer_id": [f"c{customer:04d}" for customer in customers],
            "order_id": [str(place) for place in range(len(days))],
            "day": START + pd.to_timedelta(days, unit="D"),
            "units": 1.0,
            "revenue": revenue,
            "returned": returned,
            "lines": 0 if returned else 1,
            "products": 0 if returned else 1,
        }
    )


def orders(customers: int = 400, days: int = 240, seed: int = 0) -> pd.DataFrame:
    """Customers with paces of their own, some of whom leave; a big customer orders big."""
    random = np.random.default_rng(seed)
    who, when, spent = [], [], []
    for customer in range(customers):
        pace, size, day = random.gamma(2, 10) + 2, random.lognormal(3, 0.8), random.uniform(0, days * 0.6)
        leaves = random.exponential(300)
        while day < min(days, leaves + 60):
            who.append(customer)
            when.append(int(day))
            spent.append(size * random.lognormal(0, 0.3))
            day += random.exponential(pace)
    return visits(who, when, np.array(spent))


def shop(customers: int = 400, days: int = 240, seed: int = 0) -> History:
    """The arrays of `orders`."""
    return history(orders(customers, days, seed))


def day(number: int) -> pd.Timestamp:
    """So many days after START."""
    return START + pd.Timedelta(days=number)
