"""A year's value, learnt on less than a year: it is what known customers bring of a year like the last."""

import numpy as np
import pandas as pd
import pytest

from ml.behaviour.history import History, history
from ml.behaviour.visits import visits
from ml.propensity import model
from ml.propensity.carrying import known_sales
from ml.propensity.features import features

YEAR = 365


def shop(days: int, season: float, seed: int = 0) -> History:
    """Customers who join all the time, buy at paces of their own, more in autumn, and leave after 300 days or so."""
    random, rows = np.random.default_rng(seed), []
    for customer in range(days * 3 // 2):
        start, stays, pace = random.uniform(-600, days), random.exponential(300), random.uniform(15, 60)
        day = start
        while day < min(start + stays, days):
            busy = 1 + season * np.sin(2 * np.pi * (day - 190) / YEAR)
            if day >= 0 and random.random() < busy / (1 + season):
                rows.append((f"C{customer}", f"{customer}-{day:.1f}", int(day), float(random.lognormal(3, 0.5))))
            day += random.exponential(pace)
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "day", "unit_price"])
    at = pd.Timestamp("2023-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return history(visits(frame.assign(ordered_at=at, product_id="p", quantity=1.0)))


@pytest.fixture(scope="module")
def seasonal() -> History:
    return shop(2 * YEAR + 10, season=0.8)


def test_a_year_that_was_seen_once_is_not_counted_twice(seasonal: History) -> None:
    """The half-year with most sales lies right behind the cutoff, as Christmas does in January."""
    cutoff = pd.Timestamp(seasonal.first + YEAR + 5, unit="D")
    end = seasonal.first + YEAR + 5
    known = model.before(seasonal, end)
    known_then = np.unique(known.code)
    later = (seasonal.day >= end) & (seasonal.day < end + YEAR) & np.isin(seasonal.code, known_then)
    actual = seasonal.revenue[later].sum()
    fitted = model.fit(known, cutoff)
    assert fitted.lifetime.days < YEAR
    table = features(known, cutoff)
    told = model.value(fitted, table, model.level_of(fitted, known, table, end))
    assert told["value"].sum() == pytest.approx(actual, rel=0.3)
    assert told["value"].sum() < known.revenue[known.day >= end - YEAR].sum(), "some leave, and none of them is new"
    assert (told["value_low"] <= told["value"]).all() and (told["value"] <= told["value_high"]).all()


def test_a_whole_year_learnt_needs_no_level(seasonal: History) -> None:
    end = seasonal.last + 1
    fitted = model.fit(seasonal, pd.Timestamp(end, unit="D"))
    assert fitted.lifetime.days == YEAR
    assert model.level_of(fitted, seasonal, features(seasonal, pd.Timestamp(end, unit="D")), end) == 1.0


def test_returns_are_taken_off_and_too_little_says_nothing() -> None:
    known = shop(200, season=0.0)
    assert known_sales(known, known.last + 1, YEAR) is not None
    assert known_sales(known, known.first + 50, YEAR) is None
