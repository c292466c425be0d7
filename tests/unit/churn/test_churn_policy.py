"""Decisions about churn, without a database."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.churn import policy
from ml_insights.churn.facts import Economics
from ml_insights.churn.tables import AlertStatus, DismissReason, Sign

STATUS = st.sampled_from(AlertStatus)
RULES = st.builds(Economics, st.floats(0.01, 1e6), st.floats(0.001, 1), st.floats(0.001, 1))
MONEY = st.lists(st.floats(0, 1e7), max_size=400)


@given(st.lists(STATUS, max_size=30))
def test_no_sequence_of_wishes_takes_an_illegal_way(wishes: list[AlertStatus]) -> None:
    """open → contacted → retained, lost or dismissed; back only to where the work had been."""
    status, contacted = AlertStatus.OPEN, False
    for wanted in wishes:
        if not policy.may_become(status, wanted, contacted):
            continue
        assert wanted != status
        if wanted in (AlertStatus.RETAINED, AlertStatus.LOST):
            assert status == AlertStatus.CONTACTED and contacted, "nobody is retained or lost whom nobody contacted"
        if status in policy.CLOSED:
            assert wanted == (AlertStatus.CONTACTED if contacted else AlertStatus.OPEN)
        contacted = contacted or wanted == AlertStatus.CONTACTED
        status = wanted


@given(STATUS, st.booleans())
def test_every_status_leads_somewhere(status: AlertStatus, contacted: bool) -> None:
    assert any(policy.may_become(status, wanted, contacted) for wanted in AlertStatus)


@given(STATUS, st.sampled_from(Sign))
def test_the_product_never_ends_what_a_person_has_begun(status: AlertStatus, sign: Sign) -> None:
    reason = policy.by_itself(status, sign)
    assert (reason is not None) == (status == AlertStatus.OPEN)
    assert reason is None or reason in policy.BY_RULE
    if policy.suggested(status, sign):
        assert status == AlertStatus.CONTACTED


def test_what_orders_show() -> None:
    as_of = date(2025, 6, 1)

    def sign(last: int, seen: int) -> Sign | None:
        return policy.sign_of(as_of, 90, as_of + timedelta(days=last), as_of + timedelta(days=seen))

    assert sign(-30, 89) is None and sign(0, 89) is None
    assert sign(1, 1) == Sign.BOUGHT and sign(-30, 90) == Sign.SILENT and sign(40, 400) == Sign.BOUGHT
    assert policy.by_itself(AlertStatus.OPEN, Sign.BOUGHT) == DismissReason.CAME_BACK


@given(RULES, st.floats(0, 1e7), st.floats(0, 1))
def test_a_contact_pays_from_the_threshold_on(rules: Economics, value: float, probability: float) -> None:
    least = policy.least_probability(value, rules)
    if least is None:
        assert rules.profit(value) <= 1e-6 * max(1.0, rules.contact_cost)
    elif abs(probability - least) > 1e-9:
        assert (rules.profit(probability * value) > 0) == (probability > least)


@given(MONEY, st.integers(6, 200), RULES)
def test_the_curve_keeps_the_ends_and_never_falls(at_risk: list[float], points: int, rules: Economics) -> None:
    pairs = policy.curve(at_risk, points)
    assert pairs[0] == [0.0, 0.0] and len(pairs) <= points + points // 3 + 2
    assert pairs[-1][0] == len(at_risk) and pairs[-1][1] == pytest.approx(sum(at_risk), abs=0.02, rel=1e-9)
    assert all(b[0] > a[0] and b[1] >= a[1] for a, b in pairwise(pairs))
    assert policy.profit_curve(pairs, rules)[0] == (0, 0.0)


@given(st.integers(0, 50), st.integers(0, 80), st.integers(0, 80))
def test_a_run_never_raises_beyond_the_capacity(capacity: int, waiting: int, raised: int) -> None:
    room = policy.room(capacity, waiting, raised)
    assert room >= 0 and (room == 0 or (waiting + room <= capacity and raised + room <= capacity))


@given(st.lists(st.text(min_size=1), unique=True, max_size=30), st.dictionaries(st.integers(1, 6), st.integers(0, 9)))
def test_work_is_shared_evenly(customers: list[str], load: dict[int, int]) -> None:
    given_to = policy.owners_for(customers, load, {})
    assert list(given_to) == customers
    if not load:
        assert set(given_to.values()) <= {None}
        return
    after = {owner: load[owner] + sum(one == owner for one in given_to.values()) for owner in load}
    got_some = [after[owner] for owner in load if after[owner] > load[owner]]
    assert not got_some or max(got_some) <= min(after.values()) + 1, "who got work is at most one ahead of anybody"


def test_a_customer_stays_with_who_had_them() -> None:
    assert policy.owners_for(["a", "b"], {1: 0, 2: 9}, {"a": 2, "b": 7}) == {"a": 2, "b": 1}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_nothing_is_due_on_a_weekend(today: date, days: int) -> None:
    due = policy.due_day(today, days)
    assert due.weekday() < 5 and timedelta(days=days) <= due - today <= timedelta(days=days + 2)


@pytest.mark.parametrize(("order", "cost"), [(0.0, 0.0), (-5.0, 0.0), (312_345.0, 16_000.0), (41.0, 2.1)])
def test_a_contact_costs_a_twentieth_of_an_order_until_somebody_says_otherwise(order: float, cost: float) -> None:
    assert policy.usual_cost(order) == pytest.approx(cost, rel=1e-9)
