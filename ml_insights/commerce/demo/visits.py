"""Which customer orders on which day: a pace, a route day, the day's activity, and one day no more."""

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.calendar import Calendar
from ml_insights.commerce.demo.segments import SEGMENTS

GROWTH = 0.02
"""Yearly rise of a customer's own pace."""
ROUTE_DAY = 3.0
"""How much likelier a customer orders on the weekday that the sales person comes by."""
TROUBLE_DAYS, TROUBLE_HAZARD = 45, 6.0
"""After an order went wrong, the hazard of leaving is this many times higher for this many days."""
LOYAL_DAYS, LOYAL_HAZARD = 730, 0.6
"""Customers who have stayed for two years leave less."""
FADE = (20, 80)
"""Who has decided to leave orders less and less for this many days before the last order."""
COMEBACK = 0.0003
"""Daily chance that a lost customer is won back."""
SCHOOL_MONTHS = {1: 0.12, 2: 0.12, 7: 0.6, 12: 0.6}
WEB_GROWTH = 0.30
"""Yearly rise of the odds of ordering on the web."""


def make_visits(rng: np.random.Generator, calendar: Calendar, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per order, oldest first: day and customer (positions), and whether something went wrong with it."""
    chance = _chance(calendar, customers)
    hazard = np.array([segment.leaving for segment in SEGMENTS])[customers["segment"]] / 365 * customers["frailty"]
    joined, trouble = customers["joined"].to_numpy(), customers["trouble"].to_numpy()
    left = np.full(len(customers), np.inf)
    fade = rng.integers(*FADE, len(customers))
    troubled_on = np.full(len(customers), -np.inf)
    found: list[pd.DataFrame] = []
    for day in range(len(calendar.days)):
        present = joined <= day
        staying = np.clip(1 - (day - left) / fade, 0, 1) * present
        draws = rng.random((4, len(customers)))
        orders = draws[0] < -np.expm1(-chance[day] * staying)
        troubled = orders & (draws[1] < trouble)
        troubled_on[troubled] = day
        found.append(
            pd.DataFrame({"day": day, "customer": np.flatnonzero(orders), "troubled": troubled[np.flatnonzero(orders)]})
        )
        risk = hazard * np.where(day - troubled_on <= TROUBLE_DAYS, TROUBLE_HAZARD, 1.0)
        risk = risk * np.where(day - joined > LOYAL_DAYS, LOYAL_HAZARD, 1.0)
        left[present & np.isinf(left) & (draws[2] < risk)] = day
        left[(day - left > fade) & (draws[3] < COMEBACK)] = np.inf
    return pd.concat(found, ignore_index=True)


def _chance(calendar: Calendar, customers: pd.DataFrame) -> np.ndarray:
    """Mean number of orders per day and customer, while the customer is loyal."""
    weekday = calendar.weekday
    years = np.arange(len(calendar.days)) / 365.25
    level = calendar.activity * (1 + GROWTH) ** years
    route = np.where(weekday[:, None] == customers["route_day"].to_numpy(), ROUTE_DAY, 1.0)
    route = np.where((weekday < 5)[:, None], route / (1 + (ROUTE_DAY - 1) / 5), 1.0)
    segments = customers["segment"].to_numpy()
    summer = np.exp(np.outer(calendar.season, [segment.summer for segment in SEGMENTS]))[:, segments]
    closed = np.array([SCHOOL_MONTHS.get(int(number), 1.0) for number in calendar.month])[:, None]
    school = np.where(np.array([segment.school for segment in SEGMENTS])[segments], closed, 1.0)
    return level[:, None] * route * summer * school * customers["pace"].to_numpy() / 7


def choose_channels(
    rng: np.random.Generator, calendar: Calendar, customers: pd.DataFrame, visits: pd.DataFrame
) -> np.ndarray:
    """Channel of each order. On days without visits only the web shop takes orders."""
    names = np.array(["vendedor", "web", "teléfono"])
    by_segment = np.array([[segment.channels[name] for name in names] for segment in SEGMENTS])
    day = visits["day"].to_numpy()
    weights = by_segment[customers["segment"].to_numpy()[visits["customer"]]]
    weights[:, 1] *= (1 + WEB_GROWTH) ** (day / 365.25)
    bounds = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    bounds[:, -1] = 1.0
    chosen = names[(rng.random((len(visits), 1)) >= bounds).sum(axis=1)]
    return np.where(calendar.web_only[day], "web", chosen)
