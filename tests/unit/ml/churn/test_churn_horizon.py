"""The horizon that a shop's own rhythm gives."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.behaviour.history import History, history
from ml.churn.horizon import DEFAULT, FEWEST, SPAN, STEPS, Rhythm, returns_within, rhythm
from tests.unit.ml.churn.shops import frame

Purchases = list[tuple[int, int]]
"""(customer, day)."""


def known(purchases: Purchases) -> History:
    customers, days = [one for one, _ in purchases], [day for _, day in purchases]
    return history(frame(customers, days, np.ones(len(days))))


def regular(gap: int, days: int, customers: int = FEWEST) -> Purchases:
    """Everybody buys every `gap` days, each from a day of their own on."""
    return [(customer, day) for customer in range(customers) for day in range(customer % gap, days, gap)]


def found(purchases: Purchases) -> Rhythm:
    past = known(purchases)
    return rhythm(past, past.last + 1)


@pytest.mark.parametrize(
    ("gap", "days", "horizon"), [(7, 200, 14), (20, 300, 30), (45, 500, 60), (100, 900, 180), (300, 2000, 365)]
)
def test_the_shortest_step_that_holds_the_returns(gap: int, days: int, horizon: int):
    assert found(regular(gap, days)) == Rhythm(horizon, gap)


def test_too_few_who_came_back_are_no_evidence():
    once = [(customer + 1000, customer % 100) for customer in range(500)]
    assert found(regular(7, 400, FEWEST - 1) + once) == Rhythm(DEFAULT, None)


def test_gaps_that_the_history_is_too_short_to_judge_leave_the_default_or_the_longest_it_can():
    assert found(regular(40, 130)) == Rhythm(DEFAULT, None)
    assert found(regular(250, 900)).horizon == 180
    assert found(regular(500, 2000)) == Rhythm(365, 500)


def test_a_few_who_come_daily_do_not_speak_for_all():
    daily = [(customer + 1000, day) for customer in range(5) for day in range(700)]
    assert found(regular(45, 700, 200) + daily).horizon == 60


def test_the_days_that_judge_do_not_choose():
    slow = regular(20, 300) + [(customer, 299) for customer in range(FEWEST)]
    assert found(slow) == found(regular(20, 300))


def leaving(
    pace: float, regularity: float, leaves: float, days: int, customers: int = 600
) -> tuple[Purchases, set[int]]:
    """Customers of different paces around `pace` days who stop for good after a purchase with chance `leaves`.

    The second answer is who has not stopped.
    """
    random = np.random.default_rng(0)
    bought, staying = [], set()
    for customer in range(600):
        own, day = pace * np.exp(random.normal(0, 0.5)), random.uniform(-days * 0.3, days * 0.9)
        while day < days:
            if day >= 0:
                bought.append((customer, int(day)))
            if random.random() < leaves:
                break
            day += random.gamma(regularity, own / regularity)
        else:
            staying.add(customer)
    return bought, staying


@pytest.mark.parametrize(
    ("pace", "regularity", "leaves", "days", "horizon"),
    [(7, 2, 0.03, 400, 30), (14, 2, 0.05, 700, 60), (30, 4, 0.1, 900, 90), (90, 3, 0.15, 1500, 365)],
)
def test_who_is_silent_for_the_horizon_has_left(pace: float, regularity: float, leaves: float, days: int, horizon: int):
    bought, staying = leaving(pace, regularity, leaves, days)
    last = dict(sorted(bought, key=lambda one: one[1]))
    assert found(bought).horizon == horizon
    silent = {customer for customer, day in last.items() if days - day > horizon}
    assert len(silent - staying) > 0.97 * len(silent) > 100


purchases = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 1200)), min_size=1, max_size=600)


@settings(max_examples=60, deadline=None)
@given(purchases)
def test_it_is_a_step_that_the_history_holds_or_the_default(bought: Purchases):
    past = known(bought)
    horizon = rhythm(past, past.last + 1).horizon
    assert horizon in STEPS
    assert horizon <= max(DEFAULT, (past.last + 1 - past.first) / SPAN)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.integers(FEWEST, 90), st.integers(0, 10_000))
def test_a_slower_shop_never_has_a_shorter_horizon(gap: int, customers: int, seed: int):
    random, slower = np.random.default_rng(seed), 2
    bought = [
        (customer, int(day))
        for customer in range(customers)
        for day in np.cumsum(random.integers(1, 2 * gap + 1, 10)).tolist()
    ]
    stretched = [(customer, slower * day) for customer, day in bought]
    quick, slow = known(bought), known(stretched)
    assert returns_within(slow, slow.last + 1) == slower * (returns_within(quick, quick.last + 1) or 0)
    if quick.last - quick.first >= SPAN * STEPS[-1]:
        assert found(stretched).horizon >= found(bought).horizon


@settings(max_examples=40, deadline=None)
@given(purchases, st.randoms())
def test_names_order_and_several_orders_a_day_change_nothing(bought: Purchases, random):
    renamed = {customer: place for place, customer in enumerate(random.sample(range(121), 121))}
    other = [(renamed[customer], day) for customer, day in bought * 2]
    random.shuffle(other)
    assert found(other) == found(bought)


@pytest.mark.real_data
def test_online_retail_comes_back_more_slowly_than_its_year_can_judge(real_data: Path):
    from ml.behaviour.visits import visits

    read = pd.read_csv(real_data / "online_retail_uci" / "online_retail.csv.gz", encoding_errors="replace", dtype=str)
    lines = pd.DataFrame(
        {
            "order_id": read["InvoiceNo"],
            "ordered_at": pd.to_datetime(read["InvoiceDate"]),
            "product_id": read["StockCode"],
            "quantity": read["Quantity"].astype(float),
            "unit_price": read["UnitPrice"].astype(float),
            "customer_id": read["CustomerID"],
        }
    )
    past = history(visits(lines))
    assert rhythm(past, past.last + 1) == Rhythm(90, 170)
