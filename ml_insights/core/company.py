"""What the company is: its currency, country, zone and closing days. The only place that knows where they are set.

The environment says, until somebody has set the company up in the page (`core.company_row`). It is asked for in hot
paths and while transactions are open, so each process remembers the answer and looks again after some seconds, over a
connection of its own and never two callers at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from ml_insights.core.settings import Settings, settings

FRESH_SECONDS = 3.0
"""How long a change that another process made may stay unseen."""


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


@dataclass(frozen=True)
class _Known:
    company: Company
    read_at: float
    settings: Settings


_fixed: ContextVar[Company | None] = ContextVar("fixed", default=None)
_lock = Lock()
_known: _Known | None = None


def company() -> Company:
    """The company as it is set up at present, or was some seconds ago."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    known, chosen = _known, settings()
    if known is None or known.settings is not chosen:
        with _lock:
            return _look(chosen)
    if time.monotonic() - known.read_at > FRESH_SECONDS and _lock.acquire(blocking=False):
        try:
            return _look(chosen)
        finally:
            _lock.release()
    return known.company


def forget() -> None:
    """Look anew at the next question, after this process has changed it."""
    global _known  # noqa: PLW0603  one answer for the process
    _known = None


def of_settings() -> Company:
    """The company as the environment has it."""
    chosen = settings()
    return Company(chosen.currency, chosen.country, chosen.timezone)


@contextmanager
def fixed(as_it_is: Company) -> Iterator[None]:
    """Be that company inside the block, whatever is set up."""
    token = _fixed.set(as_it_is)
    try:
        yield
    finally:
        _fixed.reset(token)


def _look(chosen: Settings) -> Company:
    """What the database says, else what was known before, else the environment."""
    from ml_insights.core import company_row

    global _known  # noqa: PLW0603  one answer for the process
    before = _known.company if _known and _known.settings is chosen else of_settings()
    found = company_row.look(before, of_settings())
    _known = _Known(found, time.monotonic(), chosen)
    return found


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the 1st of March for a 29 February that the year lacks."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
