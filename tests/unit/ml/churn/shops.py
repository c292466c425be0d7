"""Shops with known ways of leaving."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour.history import History, history

START = pd.Timestamp("2023-01-01")


def frame(customers: list[int], days: list[int], revenue: np.ndarray) -> pd.DataFrame:
    """Visits of these customers on these days after START."""
    return pd.DataFrame(
        {
            "customer_id": [f"c{customer}" for customer in customers],
            "order_id": [str(place) for place in range(len(days))],
            "day": START + pd.to_timedelta(days, unit="D"),
            "units": 1.0,
            "revenue": revenue,
            "returned": 0.0,
            "lines": 1,
            "products": 1,
        }
    )


def shop(customers: int = 800, days: int = 300, season: float = 0.0, seed: int = 0) -> History:
    """Customers with rates that are gamma distributed, who stop for good now and then; arrivals all along.

    season: log amplitude of a year's wave that is highest at the turn of the year. Customers of before START are there.
    """
    random = np.random.default_rng(seed)
    who, when = [], []
    for customer in range(customers):
        day, rate = random.uniform(-200, days - 10), random.gamma(1.2, 1 / 30)
        while True:
            if day >= 0:
                who.append(customer)
                when.append(int(day))
            if random.random() < 0.15:
                break
            day = _next(random, day, rate, season)
            if day >= days:
                break
    return history(frame(who, when, random.lognormal(3, 0.7, len(who))))


def _next(random: np.random.Generator, day: float, rate: float, season: float) -> float:
    """Thinning: the wave lets through a share of candidates."""
    while True:
        day += random.exponential(1 / (rate * np.exp(season)))
        if random.random() < np.exp(season * (np.cos(2 * np.pi * day / 365.25) - 1)):
            return day
