"""What an order holds. Each product is wanted with a chance of its own, so elasticities hold product by product."""

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.calendar import Calendar
from ml_insights.commerce.demo.catalogue import Catalogue
from ml_insights.commerce.demo.segments import SEGMENTS

TASTE = 0.8
"""Standard deviation of a customer's log liking of a product."""
DISPERSION = 1.6
"""Gamma shape of a line's mean quantity: the smaller, the more uneven."""
COUNTER_ORDERS, COUNTER_BASKET, COUNTER_UNITS = 7.0, 0.55, 0.45
"""Anonymous sales over the counter on an average open day, and their size beside a customer's."""
BULK_ORDERS, BULK_FACTOR = 6, 30
"""One-off bulk purchases of a single product, which no history announces."""


def make_lines(
    rng: np.random.Generator, catalogue: Catalogue, customers: pd.DataFrame, visits: pd.DataFrame
) -> pd.DataFrame:
    """Lines of the customers' orders: visit (position), product (position), quantity."""
    listed = catalogue.products
    segments = customers["segment"].to_numpy()
    liking = np.exp(rng.normal(-(TASTE**2) / 2, TASTE, (len(customers), len(listed))))
    liking *= _tastes(listed)[segments]
    liking *= np.array([segment.basket for segment in SEGMENTS])[segments][:, None]
    wanted = catalogue.demand[visits["day"]] * liking[visits["customer"]]
    units = np.array([segment.units for segment in SEGMENTS])[segments][visits["customer"]]
    return _draw(rng, wanted, listed["units"].to_numpy(), units)


def make_counter_lines(
    rng: np.random.Generator, calendar: Calendar, catalogue: Catalogue
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders over the counter (day) and their lines, on the days that it is open."""
    open_days = calendar.open
    count = rng.poisson(COUNTER_ORDERS * calendar.activity[open_days])
    orders = pd.DataFrame({"day": np.repeat(open_days, count)})
    wanted = catalogue.demand[orders["day"]] * COUNTER_BASKET
    lines = _draw(rng, wanted, catalogue.products["units"].to_numpy(), np.full(len(orders), COUNTER_UNITS))
    return orders, lines


def add_bulk(rng: np.random.Generator, calendar: Calendar, lines: pd.DataFrame, day: np.ndarray) -> pd.DataFrame:
    """Multiply a few lines on weekdays; `day` is each line's position in the calendar."""
    weekday = calendar.weekday[day]
    chosen = rng.choice(np.flatnonzero((weekday < 5) & (lines["quantity"].to_numpy() >= 3)), BULK_ORDERS, replace=False)
    quantity = lines["quantity"].to_numpy().copy()
    quantity[chosen] *= BULK_FACTOR
    return lines.assign(quantity=quantity)


def _tastes(listed: pd.DataFrame) -> np.ndarray:
    return np.array([[segment.tastes.get(category, 1.0) for category in listed["category"]] for segment in SEGMENTS])


def _draw(rng: np.random.Generator, wanted: np.ndarray, units: np.ndarray, scale: np.ndarray) -> pd.DataFrame:
    order, product = np.nonzero(rng.random(wanted.shape) < -np.expm1(-wanted))
    mean = np.maximum(units[product] * scale[order] - 1, 0.05)
    quantity = 1 + rng.poisson(rng.gamma(DISPERSION, mean / DISPERSION))
    return pd.DataFrame({"order": order, "product": product, "quantity": quantity})
