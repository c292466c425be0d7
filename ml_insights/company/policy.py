"""Pure decisions about the company: what it may be set to, and what is usual in a country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

from ml_insights.company.errors import (
    BadClosingDays,
    NeverOpen,
    UnknownCompanyZone,
    UnknownCountry,
    UnknownCurrency,
    UnnamedClosing,
)
from ml_insights.core.company_facts import Closing, Company

FEWEST_WEEKS, CHANCE = 6, 0.001
"""A weekday without an order is closed where so few companies that are open on it would show none in so many weeks."""
LONGEST_NAME, LONGEST_CLOSING = 60, timedelta(days=366)
DAYS = 7
NO_COUNTRIES = {"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB"}


def check(wanted: Company) -> Company:
    """`wanted` as it may be. Raises UnknownCurrency, UnknownCountry, UnknownCompanyZone."""
    if wanted.currency not in currencies():
        raise UnknownCurrency(currency=wanted.currency)
    if wanted.country not in countries():
        raise UnknownCountry(country=wanted.country)
    if wanted.timezone not in available_timezones():
        raise UnknownCompanyZone(zone=wanted.timezone)
    return wanted


def with_closing(company: Company, name: str, first: date, last: date | None, yearly: bool) -> Company:
    """`company` closed from `first` to `last` too (one day without it). Raises UnnamedClosing, BadClosingDays."""
    name, last = " ".join(name.split()), last or first
    if not name or len(name) > LONGEST_NAME:
        raise UnnamedClosing(most=LONGEST_NAME)
    if not timedelta() <= last - first < LONGEST_CLOSING:
        raise BadClosingDays(first=first.isoformat(), last=last.isoformat(), most=LONGEST_CLOSING.days)
    every = {*company.closings, Closing(name, first, last, yearly)}
    return replace(company, closings=tuple(sorted(every, key=lambda one: (one.first, one.last, one.name, one.yearly))))


def without_closing(company: Company, closing: Closing) -> Company:
    """`company` open on those days."""
    return replace(company, closings=tuple(one for one in company.closings if one != closing))


def with_weekdays(company: Company, weekdays: Iterable[int]) -> Company:
    """`company` closed on these days of every week, never on all of them. Raises NeverOpen."""
    closed = tuple(sorted({day for day in weekdays if 0 <= day < DAYS}))
    if len(closed) == DAYS:
        raise NeverOpen
    return replace(company, weekdays=closed)


def never_sold(days: Sequence[date]) -> tuple[int, ...]:
    """Weekdays (0 is Monday) on which nothing was ever sold, given the days with orders, and that is no chance."""
    if not days:
        return ()
    weeks = ((max(days) - min(days)).days + 1) // DAYS
    sold = Counter(day.weekday() for day in set(days))
    often = min(1.0, sum(sold.values()) / (weeks * len(sold))) if weeks else 0.0
    if weeks < FEWEST_WEEKS or (1 - often) ** weeks >= CHANCE:
        return ()
    return tuple(day for day in range(DAYS) if day not in sold)


@lru_cache
def countries() -> frozenset[str]:
    """ISO 3166 codes."""
    from babel import Locale

    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES)


@lru_cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes of the currencies that are money somewhere today."""
    from babel.numbers import get_territory_currencies

    return frozenset(code for country in countries() for code in get_territory_currencies(country))


@lru_cache
def zones() -> dict[str, tuple[str, ...]]:
    """The zones of each country, the one that most people live in first."""
    found: dict[str, list[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(placed) for country, placed in found.items()}


def usual(country: str) -> tuple[str, str]:
    """The currency and the zone of a country; empty where they are not known."""
    from babel.numbers import get_territory_currencies

    return next(iter(get_territory_currencies(country)), ""), next(iter(zones().get(country, ())), "")


def has_public_holidays(country: str) -> bool:
    """Whether the calendar knows the public holidays of a country."""
    import holidays

    return country in holidays.list_supported_countries()
