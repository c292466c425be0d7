"""A company: its currency, country, zone and the days on which it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Closing:
    """Days on which nothing is sold, from `first` to `last`; the same days of every year where `yearly`."""

    name: str
    first: date
    last: date
    yearly: bool = False

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days from `first` to `last`, of every year it touches; 29 February is 1 March where there is none."""
        years = range(first.year - 1, last.year + 1) if self.yearly else (self.first.year,)
        for year in years:
            begin = _in_year(self.first, year)
            for number in range((self.last - self.first).days + 1):
                day = begin + timedelta(days=number)
                if first <= day <= last:
                    yield day


@dataclass(frozen=True)
class Company:
    """`currency` is an ISO 4217 code, `country` an ISO 3166 one, `timezone` the zone of naive times and of the day.

    `closings` are days on which nothing is sold although the calendar does not say so, `weekdays` (0 is Monday) those
    of every week. `version` counts the changes that people made; 0 while the environment alone says what it is.
    """

    currency: str
    country: str
    timezone: str
    closings: tuple[Closing, ...] = field(default=())
    version: int = 0
    weekdays: tuple[int, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The business zone."""
        return ZoneInfo(self.timezone)

    def closing_days(self, first: date, last: date) -> tuple[date, ...]:
        """Days from `first` to `last` on which it is closed, in order."""
        return tuple(sorted({day for closing in self.closings for day in closing.days(first, last)}))


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the 1st of March for a 29 February that the year lacks."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
