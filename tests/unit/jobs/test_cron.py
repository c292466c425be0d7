"""When cron expressions fire: as crontab reads them, and on the nights when clocks are moved."""

from datetime import UTC, datetime, timedelta

import pytest

from ml_insights.jobs.cron import Cron
from ml_insights.jobs.errors import InvalidCron, NeverFires

SANTIAGO, BERLIN = "America/Santiago", "Europe/Berlin"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def firings(cron: str, zone: str, start: str, count: int) -> list[str]:
    """Day and time in UTC of the next `count` firings after `start` (UTC)."""
    schedule, at, found = Cron(cron, zone), moment(start), []
    for _ in range(count):
        at = schedule.after(at)
        found.append(f"{at:%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 3 * * 0", ["11-22 03:00", "11-29 03:00"]),
        ("0 3 * * 7", ["11-22 03:00", "11-29 03:00"]),
        ("0 3 * * SUN", ["11-22 03:00", "11-29 03:00"]),
        ("0 3 * * 1-5", ["11-23 03:00", "11-24 03:00"]),
        ("0 3 * * 5-7", ["11-22 03:00", "11-27 03:00"]),
        ("0 3 * * fri-sun", ["11-22 03:00", "11-27 03:00"]),
        ("0 3 * * */3", ["11-22 03:00", "11-25 03:00"]),
        ("0 2 1 * *", ["12-01 02:00", "01-01 02:00"]),
        ("0 2 1 */6 *", ["01-01 02:00", "07-01 02:00"]),
        ("15,45 6 * * *", ["11-22 06:15", "11-22 06:45"]),
        ("0 3 24 * 1", ["11-23 03:00", "11-24 03:00"]),
        ("0 0 29 2 *", ["02-29 00:00", "02-29 00:00"]),
    ],
)
def test_expressions_are_read_as_crontab_reads_them(cron: str, expected: list[str]) -> None:
    assert firings(cron, "UTC", "2026-11-21 12:00", 2) == expected


@pytest.mark.parametrize(
    "cron",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "0 0 0 * *", "0 0 1 13 *", "0 0 * * 8"),
        *("a b c d e", "0 0 last * *", "0 0 * * mon#1", "0 0 * * 6-1", "*/0 * * * *", "5-1 * * * *", "@daily"),
    ],
)
def test_what_crontab_does_not_know_is_refused(cron: str) -> None:
    with pytest.raises(InvalidCron):
        Cron(cron, "UTC")


def test_a_day_that_never_comes_is_refused() -> None:
    with pytest.raises(NeverFires):
        Cron("0 0 30 2 *", "UTC")


def test_a_time_that_does_not_exist_moves_to_the_end_of_the_gap() -> None:
    # In Santiago, midnight of 6 September 2026 is one o'clock.
    assert firings("0 0 * * *", SANTIAGO, "2026-09-05 12:00", 2) == ["09-06 04:00", "09-07 03:00"]
    assert firings("30 2 * * *", BERLIN, "2026-03-28 12:00", 2) == ["03-29 01:00", "03-30 00:30"]


def test_a_time_that_comes_twice_counts_once() -> None:
    # On 4 April 2026, Santiago has the hour before midnight twice.
    assert firings("30 23 * * *", SANTIAGO, "2026-04-04 12:00", 2) == ["04-05 02:30", "04-06 03:30"]
    assert firings("30 2 * * *", BERLIN, "2026-10-24 12:00", 2) == ["10-25 00:30", "10-26 01:30"]


def test_what_runs_every_hour_runs_in_every_real_hour() -> None:
    assert firings("5 * * * *", SANTIAGO, "2026-04-05 01:00", 4) == [f"04-05 0{hour}:05" for hour in (1, 2, 3, 4)]
    assert firings("5 * * * *", SANTIAGO, "2026-09-06 02:00", 3) == [f"09-06 0{hour}:05" for hour in (2, 3, 4)]


@pytest.mark.parametrize("cron", ["* * * * *", "*/7 * * * *", "0 9-17 * * 1-5", "30 1 * * *", "0 3 * * 0", "0 2 1 * *"])
@pytest.mark.parametrize("days", [0.3, 3, 45, 800])
def test_the_latest_firing_is_the_one_before_the_next(cron: str, days: float) -> None:
    schedule, until = Cron(cron, SANTIAGO), moment("2026-11-21 13:37")
    since = schedule.after(until - timedelta(days=days))
    if since > until:
        pytest.skip("none in between")
    latest = schedule.latest(since, until)
    assert since <= latest <= until < schedule.after(latest)
    assert schedule.names(latest)


def test_the_latest_firing_may_be_the_one_that_was_waited_for() -> None:
    waited_for = moment("2026-11-01 05:00")
    assert Cron("0 2 1 * *", SANTIAGO).latest(waited_for, moment("2026-11-21 12:00")) == waited_for
