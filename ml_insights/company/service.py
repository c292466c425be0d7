"""Setting the company up. Callers commit, and then call `core.company.forget`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset, has_any_rows
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.company import policy
from ml_insights.company.errors import AmountsThere, SetUpMeanwhile
from ml_insights.core import audit, company_row
from ml_insights.core.company import of_settings
from ml_insights.core.company_facts import Closing, Company

SET_UP, CLOSED, OPENED, WEEKDAYS = "company.set-up", "company.close", "company.open", "company.weekdays"


def present(session: Session) -> Company:
    """The company as it stands in this transaction."""
    return company_row.stored(session) or of_settings()


def set_up(session: Session, currency: str, country: str, timezone: str, seen: int, actor: str) -> Company:
    """Make it so; what is computed by day or from the calendar is computed anew.

    `seen` is the version that the person saw. Raises SetUpMeanwhile, UnknownCurrency, UnknownCountry,
    UnknownCompanyZone.
    """
    before = _seen(session, seen)
    wanted = policy.check(replace(before, currency=currency, country=country, timezone=timezone))
    names = [name for name in ("currency", "country", "timezone") if getattr(before, name) != getattr(wanted, name)]
    changed: dict[str, Any] = {name: [getattr(before, name), getattr(wanted, name)] for name in names}
    audit.record(session, actor, SET_UP, "company", **changed)
    return _write(session, before, wanted, actor)


def counting_in(session: Session, currency: str) -> Company:
    """The company as it would be with this currency, which it can take before it has any rows of its own.

    Raises AmountsThere, UnknownCurrency.
    """
    before = present(session)
    if before.currency != currency and has_any_rows(session, Dataset.COMPANY):
        raise AmountsThere(before=before.currency, after=currency)
    return policy.check(replace(before, currency=currency))


def count_in(session: Session, currency: str, actor: str) -> Company:
    """Make `currency` the company's, before it has any rows of its own. Raises AmountsThere, UnknownCurrency."""
    before = present(session)
    if counting_in(session, currency) == before:
        return before
    return set_up(session, currency, before.country, before.timezone, before.version, actor)


def close(session: Session, name: str, first: date, last: date | None, yearly: bool, seen: int, actor: str) -> Company:
    """Add closing days. Raises SetUpMeanwhile, UnnamedClosing, BadClosingDays."""
    before = _seen(session, seen)
    wanted = policy.with_closing(before, name, first, last, yearly)
    audit.record(session, actor, CLOSED, name, first=first.isoformat(), last=(last or first).isoformat(), yearly=yearly)
    return _write(session, before, wanted, actor)


def close_weekdays(session: Session, weekdays: Iterable[int], seen: int, actor: str) -> Company:
    """Be closed on exactly these days of every week (0 is Monday). Raises SetUpMeanwhile, NeverOpen."""
    before = _seen(session, seen)
    wanted = policy.with_weekdays(before, weekdays)
    audit.record(session, actor, WEEKDAYS, "company", closed=list(wanted.weekdays))
    return _write(session, before, wanted, actor)


def open_again(session: Session, closing: Closing, seen: int, actor: str) -> Company:
    """Take closing days away. Raises SetUpMeanwhile."""
    before = _seen(session, seen)
    audit.record(session, actor, OPENED, closing.name, first=closing.first.isoformat(), last=closing.last.isoformat())
    return _write(session, before, policy.without_closing(before, closing), actor)


def _seen(session: Session, version: int) -> Company:
    before = present(session)
    if before.version != version:
        raise SetUpMeanwhile
    return before


def _write(session: Session, before: Company, wanted: Company, actor: str) -> Company:
    company_row.write(session, wanted, actor)
    if _calendar(before) != _calendar(wanted):
        mark_changed(session, active_dataset(session))
    return present(session)


def _calendar(company: Company) -> tuple[object, ...]:
    """What decides which day something belongs to, and what kind of day that is."""
    return company.timezone, company.country, company.closings, company.weekdays
