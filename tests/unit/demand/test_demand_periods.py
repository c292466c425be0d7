"""Weeks and months are their days added up; what is not whole says so."""

from datetime import date, timedelta

import pytest

from ml_insights.demand.facts import ForecastPoint, Grain, SeriesDetail, SeriesRef
from ml_insights.demand.periods import coming, end_of, periods, start_of
from ml_insights.demand.tables import Level, Measure

SHARES = {level: {side: [[7.0, 0.5], [30.0, 0.4]] for side in ("lo", "hi")} for level in ("80", "95")}
REF = SeriesRef("units/total", Measure.UNITS, Level.TOTAL, "total", "total", "")


def series(start: date, history: list[float], ahead: int, mean: float = 10.0) -> SeriesDetail:
    last = start + timedelta(days=len(history) - 1)
    forecast = [
        ForecastPoint(last + timedelta(days=n), n, mean, mean - 4, mean + 4, mean - 8, mean + 8)
        for n in range(1, ahead + 1)
    ]
    return SeriesDetail(REF, start, tuple(history), tuple(forecast), "", "", 90, None, None, None, None, {}, SHARES)


@pytest.mark.parametrize("grain", list(Grain))
@pytest.mark.parametrize("days", [7, 30, 180])
def test_every_grain_adds_up_to_the_same(grain: Grain, days: int) -> None:
    detail = series(date(2026, 1, 7), [float(n % 5) for n in range(100)], 180)
    found = periods(detail, days, grain)
    assert sum(one.sold or 0.0 for one in found) == pytest.approx(sum(detail.history))
    assert sum(one.expected or 0.0 for one in found) == pytest.approx(10.0 * days)
    assert sum(one.ahead for one in found) == days


def test_the_month_that_has_begun_is_what_was_sold_and_what_is_to_come() -> None:
    """About ten a day up to 9 November: the whole November is about 300, and 90 is not held against October's 310."""
    detail = series(date(2026, 8, 1), [10.0] * 101, 60)
    months = {one.first: one for one in periods(detail, 60, Grain.MONTH)}
    october, november, december = (months[date(2026, month, 1)] for month in (10, 11, 12))
    assert (october.value, october.whole, october.ahead) == (310.0, True, 0)
    assert (november.sold, november.expected, november.value, november.whole) == (90.0, 210.0, 300.0, True)
    assert (december.value, december.whole, december.past) == (310.0, True, 0)
    assert not months[date(2027, 1, 1)].whole and months[date(2027, 1, 1)].ahead == 8


def test_the_band_of_a_week_is_the_measured_share_of_its_days() -> None:
    detail = series(date(2026, 11, 2), [10.0] * 7, 14)
    week = next(coming(periods(detail, 14, Grain.WEEK)))
    assert (week.first, week.last, week.whole) == (date(2026, 11, 9), date(2026, 11, 15), True)
    assert (week.lo_80, week.hi_80) == (pytest.approx(70 - 0.5 * 28), pytest.approx(70 + 0.5 * 28))
    assert (week.lo_95, week.hi_95) == (pytest.approx(70 - 0.5 * 56), pytest.approx(70 + 0.5 * 56))


def test_a_week_that_has_begun_is_as_certain_as_what_is_left_of_it() -> None:
    detail = series(date(2026, 11, 9), [10.0] * 6, 1)
    week = periods(detail, 1, Grain.WEEK)[0]
    assert (week.past, week.ahead, week.whole) == (6, 1, True)
    assert (week.lo_80, week.hi_80) == (66.0, 74.0)


def test_what_begins_and_what_ends_in_the_middle_is_unfinished() -> None:
    found = periods(series(date(2026, 1, 7), [1.0] * 40, 10), 10, Grain.WEEK)
    assert [one.whole for one in found] == [False, *[True] * (len(found) - 2), False]
    assert (found[0].past, found[-1].ahead) == (5, 3)


def test_a_view_of_the_past_begins_with_a_whole_period() -> None:
    found = periods(series(date(2025, 1, 1), [1.0] * 400, 30), 30, Grain.MONTH, date(2025, 6, 20))
    assert found[0].first == date(2025, 6, 1) and found[0].whole


@pytest.mark.parametrize(
    ("day", "grain", "first", "last"),
    [
        (date(2026, 2, 10), Grain.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (date(2024, 2, 29), Grain.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2026, 12, 31), Grain.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), Grain.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        (date(2026, 11, 30), Grain.DAY, date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_periods_are_those_of_the_calendar(day: date, grain: Grain, first: date, last: date) -> None:
    assert (start_of(day, grain), end_of(day, grain)) == (first, last)
