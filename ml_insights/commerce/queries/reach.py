"""Until when the orders reach, and whether that is longer ago than their rhythm lets one expect."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session

from ml_insights.commerce import policy
from ml_insights.commerce.queries import daily_totals, data_version, last_day
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company

RHYTHM = timedelta(days=365)
"""How far back from the newest order its rhythm is looked at."""


class _Known(NamedTuple):
    """What was found out about one state of the data; `days` only where it mattered."""

    state: tuple[str, ...]
    last: date | None
    days: tuple[date, ...] | None


_known: dict[Dataset, _Known] = {}


def old_orders(session: Session, dataset: Dataset) -> date | None:
    """The day of the newest order where newer ones are missing; None where they are not, or where there are none.

    Orders are gone through once for each state of the data, then it is remembered.
    """
    known = _look(session, dataset)
    today = clock.now().astimezone(company().zone).date()
    if known.last is None or (today - known.last).days <= policy.PATIENCE_DAYS:
        return None
    days = _days(session, dataset, known)
    return known.last if policy.too_old(known.last, today, days) else None


def recent_days(session: Session, dataset: Dataset) -> tuple[date, ...]:
    """The days with orders of the last year of data, in order, by the company's calendar."""
    known = _look(session, dataset)
    return () if known.last is None else _days(session, dataset, known)


def _look(session: Session, dataset: Dataset) -> _Known:
    state = (str(session.get_bind().engine.url), data_version(session, dataset), company().timezone)
    known = _known.get(dataset)
    if known is None or known.state != state:
        known = _known[dataset] = _Known(state, last_day(session, dataset, company().zone), None)
    return known


def _days(session: Session, dataset: Dataset, known: _Known) -> tuple[date, ...]:
    """The days with orders of the last year of data, in order."""
    if known.days is None:
        days = [day.date() for day in daily_totals(session, dataset, company().zone)["day"].sort_values()]
        since = days[-1] - RHYTHM
        known = _known[dataset] = known._replace(days=tuple(day for day in days if day > since))
    return known.days or ()
