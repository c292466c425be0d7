"""What a company is, and what it may be set to."""

from datetime import date, timedelta

import pytest

from ml_insights.company import policy
from ml_insights.company.errors import (
    BadClosingDays,
    NeverOpen,
    UnknownCompanyZone,
    UnknownCountry,
    UnknownCurrency,
    UnnamedClosing,
)
from ml_insights.company.facts import Effects
from ml_insights.company.wording import consequences, listed
from ml_insights.core.company_facts import Closing, Company

CHILE = Company("CLP", "CL", "America/Santiago")
BRITAIN = Company("GBP", "GB", "Europe/London")


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Company("XXX", "CL", "UTC"), UnknownCurrency),
        (Company("DEM", "DE", "UTC"), UnknownCurrency),
        (Company("CLP", "ZZ", "UTC"), UnknownCountry),
        (Company("CLP", "Chile", "UTC"), UnknownCountry),
        (Company("CLP", "CL", "America/Atlantis"), UnknownCompanyZone),
        (Company("CLP", "CL", ""), UnknownCompanyZone),
    ],
)
def test_what_is_unknown_is_refused(wanted: Company, error: type[Exception]) -> None:
    with pytest.raises(error):
        policy.check(wanted)


@pytest.mark.parametrize("company", [CHILE, BRITAIN, Company("EUR", "ES", "UTC"), Company("CLP", "CL", "Etc/GMT+3")])
def test_what_is_known_is_taken(company: Company) -> None:
    assert policy.check(company) is company


@pytest.mark.parametrize(
    ("country", "currency", "zone"),
    [
        ("CL", "CLP", "America/Santiago"),
        ("US", "USD", "America/New_York"),
        ("PE", "PEN", "America/Lima"),
        ("AQ", "", "Antarctica/McMurdo"),
    ],
)
def test_the_usual_of_a_country(country: str, currency: str, zone: str) -> None:
    assert policy.usual(country) == (currency, zone)


def test_a_span_of_closing_days_within_what_is_asked() -> None:
    company = policy.with_closing(CHILE, "  Stock  taking ", date(2026, 1, 30), date(2026, 2, 2), yearly=False)
    assert company.closings == (Closing("Stock taking", date(2026, 1, 30), date(2026, 2, 2)),)
    found = company.closing_days(date(2026, 1, 31), date(2026, 2, 28))
    assert found == (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2))
    assert company.closing_days(date(2027, 1, 1), date(2027, 12, 31)) == ()


def test_days_that_come_back_each_year_even_over_its_end() -> None:
    company = policy.with_closing(CHILE, "Summer", date(2025, 12, 31), date(2026, 1, 1), yearly=True)
    assert company.closing_days(date(2024, 1, 1), date(2025, 1, 1)) == (
        date(2024, 1, 1),
        date(2024, 12, 31),
        date(2025, 1, 1),
    )


def test_a_leap_day_is_the_first_of_march_elsewhere() -> None:
    company = policy.with_closing(CHILE, "Leap", date(2024, 2, 29), None, yearly=True)
    assert company.closing_days(date(2023, 1, 1), date(2024, 12, 31)) == (date(2023, 3, 1), date(2024, 2, 29))


def test_a_single_day_twice_is_one() -> None:
    once = policy.with_closing(CHILE, "A", date(2026, 5, 4), None, yearly=False)
    assert policy.with_closing(once, "A", date(2026, 5, 4), None, yearly=False) == once
    assert policy.without_closing(once, once.closings[0]) == CHILE


@pytest.mark.parametrize(
    ("name", "last", "error"),
    [
        ("", None, UnnamedClosing),
        ("x" * 61, None, UnnamedClosing),
        ("A", date(2026, 5, 3), BadClosingDays),
        ("A", date(2027, 5, 30), BadClosingDays),
    ],
)
def test_closing_days_that_cannot_be(name: str, last: date | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        policy.with_closing(CHILE, name, date(2026, 5, 4), last, yearly=False)


def test_the_consequences_are_told_in_words() -> None:
    effects = Effects(currency=True, zone=True, country=False, rows=True, lines=12_345, moved=1_234)
    told = consequences(effects, CHILE, BRITAIN, "en")
    assert "what is $12,990 now will be called £12,990" in told
    assert "Of 12,345 order lines 1,234 fall on another day of the calendar in Europe/London" in told
    unmoved = consequences(Effects(False, True, False, True, 5, 0), CHILE, BRITAIN, "es")
    assert unmoved.startswith("Ningún pedido cae en otro día") and "Montos" not in unmoved


@pytest.mark.parametrize(
    ("effects", "asks"),
    [
        (Effects(currency=True, zone=False, country=False, rows=True), True),
        (Effects(currency=False, zone=True, country=False, rows=True), True),
        (Effects(currency=False, zone=False, country=True, rows=True), False),
        (Effects(currency=True, zone=True, country=True, rows=False), False),
    ],
)
def test_only_what_reads_stored_rows_in_another_way_is_asked_about(effects: Effects, asks: bool) -> None:
    assert effects.asks is asks


def weeks_of(weekdays: set[int], weeks: int) -> list[date]:
    """Every day of so many weeks that is one of `weekdays`, from a Monday on."""
    days = (date(2024, 1, 1) + timedelta(days=number) for number in range(7 * weeks))
    return [day for day in days if day.weekday() in weekdays]


def test_weekdays_without_orders_are_learnt():
    assert policy.never_sold(weeks_of({0, 1, 2, 3, 4}, 20)) == (5, 6)
    assert policy.never_sold(weeks_of({0, 1, 2, 3, 4, 5, 6}, 20)) == ()


def test_what_may_be_chance_is_not_offered():
    assert policy.never_sold([]) == ()
    assert policy.never_sold(weeks_of({0, 1, 2, 3, 4}, 5)) == (), "too few weeks"
    seldom = weeks_of({0, 1, 2, 3, 4}, 40)[::9]
    assert policy.never_sold(seldom) == (), "orders are so rare that a weekday may be missing"


def test_weekdays_are_kept_in_order_and_one_stays_open():
    assert policy.with_weekdays(CHILE, [6, 5, 5, 9]).weekdays == (5, 6)
    with pytest.raises(NeverOpen):
        policy.with_weekdays(CHILE, range(7))


def test_weekdays_are_listed_in_words():
    assert (listed([5, 6], "en"), listed([6], "es"), listed([], "en")) == ("Saturday and Sunday", "domingo", "")
