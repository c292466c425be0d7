"""How old data may be before newer ones are missing: relative to how often there usually are some."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.commerce.policy import PATIENCE_DAYS, expected_within, too_old

LAST = date(2024, 6, 30)


def every(gap: int, count: int = 60) -> list[date]:
    return [LAST - timedelta(days=gap * number) for number in range(count)][::-1]


def weekdays() -> list[date]:
    return [day for day in every(1, 300) if day.weekday() < 5]


@pytest.mark.parametrize(
    ("days", "within"),
    [
        (every(1), PATIENCE_DAYS),
        (weekdays(), PATIENCE_DAYS),
        (every(7), 28),
        (every(30), 120),
        ([LAST], PATIENCE_DAYS),
        ([], PATIENCE_DAYS),
    ],
)
def test_a_rhythm_says_how_long_to_wait(days: list[date], within: int) -> None:
    assert expected_within(days) == within


def test_a_daily_shop_may_be_closed_for_two_weeks() -> None:
    assert not too_old(LAST, LAST + timedelta(days=14), every(1))
    assert too_old(LAST, LAST + timedelta(days=15), every(1))


def test_two_years_are_too_old_for_anybody_who_sells_each_month() -> None:
    assert too_old(LAST, date(2026, 11, 22), every(30))


def test_one_long_gap_does_not_make_a_slow_rhythm() -> None:
    days = [*(day - timedelta(days=400) for day in every(1)), *every(1)]
    assert expected_within(days) == PATIENCE_DAYS


@given(st.lists(st.dates(date(2015, 1, 1), LAST), max_size=40), st.integers(0, 4000))
def test_waiting_longer_never_makes_data_newer(days: list[date], ahead: int) -> None:
    ordered = sorted(set(days))
    today = LAST + timedelta(days=ahead)
    if too_old(LAST, today, ordered):
        assert too_old(LAST, today + timedelta(days=1), ordered)
    assert not too_old(LAST, LAST + timedelta(days=PATIENCE_DAYS), ordered)
