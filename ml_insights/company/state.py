"""Administration → Company."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import reflex as rx
from sqlmodel import Session

from ml_insights.company import choices, policy, queries, service, wording
from ml_insights.company.errors import BadClosingDays
from ml_insights.core import company as known
from ml_insights.core.access import Area
from ml_insights.core.company_facts import Closing, Company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.state import ShellState


@forgets("loaded", "warning")
class CompanyState(rx.State):
    """What is set up (`version` is the one that the reader sees), and what they have chosen instead."""

    loaded: rx.Field[bool] = rx.field(default=False)
    version: rx.Field[int] = rx.field(default=0)
    currency: rx.Field[str] = rx.field(default="")
    country: rx.Field[str] = rx.field(default="")
    timezone: rx.Field[str] = rx.field(default="")
    present: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    preview: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    holidays_known: rx.Field[bool] = rx.field(default=True)
    closings: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    countries: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    currencies: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    zones: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    weekdays: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    unsold: rx.Field[list[int]] = rx.field(default_factory=list)
    unsold_names: rx.Field[str] = rx.field(default="")
    warning: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.COMPANY)
    async def load(self):
        """What is set up; what the reader has chosen since they came stays."""
        language = viewer(self).language
        self.countries, self.currencies = choices.countries(language), choices.currencies(language)
        company = await asyncio.to_thread(_present)
        if not self.loaded:
            self._show(company)
        unsold = await asyncio.to_thread(_unsold)
        self.unsold = [day for day in unsold if day not in company.weekdays]
        self.unsold_names = wording.listed(self.unsold, language)
        self._say()
        self.loaded = True

    @rx.event
    @allow(Area.COMPANY)
    def choose_country(self, country: str):
        """Another country, with its usual currency and zone where the ones before were usual too."""
        before, after = policy.usual(self.country), policy.usual(country)
        self.country = country
        self.currency = after[0] if self.currency == before[0] and after[0] else self.currency
        self.timezone = after[1] if self.timezone == before[1] and after[1] else self.timezone
        self._say()

    @rx.event
    @allow(Area.COMPANY)
    def choose_currency(self, currency: str):
        """Another currency."""
        self.currency = currency
        self._say()

    @rx.event
    @allow(Area.COMPANY)
    def choose_zone(self, zone: str):
        """Another zone."""
        self.timezone = zone
        self._say()

    @rx.event
    @allow(Area.COMPANY)
    async def save(self):
        """Save it, unless it changes how stored rows are read: then say how, and ask."""
        language = viewer(self).language
        try:
            before, wanted, effects = await asyncio.to_thread(self._effects)
        except ProductError as error:
            return rx.toast.error(error.message(language))
        if effects.asks:
            self.warning = wording.consequences(effects, before, wanted, language)
            return None
        return await self._set_up()

    @rx.event
    @allow(Area.COMPANY)
    def answer(self, is_open: bool):
        """Close the question."""
        self.warning = self.warning if is_open else ""

    @rx.event
    @allow(Area.COMPANY)
    async def confirm(self):
        """It is meant."""
        self.warning = ""
        return await self._set_up()

    @rx.event
    @allow(Area.COMPANY)
    async def close_on(self, form: dict[str, Any]):
        """Add closing days."""
        seen = self.version

        def add(session: Session, actor: str) -> Company:
            first, last = _day(form.get("first")), _day(form.get("last"))
            if first is None:
                raise BadClosingDays(first="–", last="–", most=policy.LONGEST_CLOSING.days)
            name = str(form.get("name", ""))
            return service.close(session, name, first, last, bool(form.get("yearly")), seen, actor)

        return await self._act(add)

    @rx.event
    @allow(Area.COMPANY)
    async def toggle_weekday(self, weekday: int):
        """Be closed on a day of every week, or open."""
        closed = {one["day"] for one in self.weekdays if one["closed"]} ^ {weekday}
        return await self._close_weekdays(closed)

    @rx.event
    @allow(Area.COMPANY)
    async def confirm_weekdays(self):
        """Be closed on those days of the week on which nothing was ever sold."""
        closed = {one["day"] for one in self.weekdays if one["closed"]} | set(self.unsold)
        return await self._close_weekdays(closed)

    async def _close_weekdays(self, closed: set[int]) -> Any:
        seen = self.version
        return await self._act(lambda session, actor: service.close_weekdays(session, closed, seen, actor))

    @rx.event
    @allow(Area.COMPANY)
    async def open_on(self, key: str):
        """Take closing days away."""
        seen, chosen = self.version, [one for one in self.closings if one["key"] == key]
        if not chosen:
            return None
        row = chosen[0]
        closing = Closing(row["name"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["yearly"])
        return await self._act(lambda session, actor: service.open_again(session, closing, seen, actor))

    async def _set_up(self) -> Any:
        chosen, seen = (self.currency, self.country, self.timezone), self.version
        return await self._act(lambda session, actor: service.set_up(session, *chosen, seen, actor))

    async def _act(self, verb: Callable[[Session, str], Company]) -> Any:
        person = viewer(self)
        try:
            self._show(await asyncio.to_thread(_commit, verb, person.email))
        except ProductError as error:
            self._show(await asyncio.to_thread(_present))
            return rx.toast.error(error.message(person.language))
        finally:
            self._say()
        return [rx.toast.success(gettext(N_("Saved"), person.language)), ShellState.load]

    def _show(self, company: Company) -> None:
        self.version = company.version
        self.currency, self.country, self.timezone = company.currency, company.country, company.timezone
        self.present = {"currency": company.currency, "country": company.country, "timezone": company.timezone}
        names, closed = wording.weekday_names(viewer(self).language), company.weekdays
        self.weekdays = [{"day": day, "name": name, "closed": day in closed} for day, name in enumerate(names)]
        self.unsold = [day for day in self.unsold if day not in closed]
        self.unsold_names = wording.listed(self.unsold, viewer(self).language)
        self.closings = [_row(number, closing) for number, closing in enumerate(company.closings)]

    def _say(self) -> None:
        """Words for what is chosen now."""
        self.zones = choices.zones(self.country, self.timezone)
        self.holidays_known = policy.has_public_holidays(self.country)
        chosen = Company(self.currency, self.country, self.timezone)
        self.preview = wording.preview(chosen, viewer(self).language)

    def _effects(self) -> tuple[Company, Company, Any]:
        with reading() as session:
            before = service.present(session)
            chosen = replace(before, currency=self.currency, country=self.country, timezone=self.timezone)
            wanted = policy.check(chosen)
            return before, wanted, queries.effects(session, before, wanted)


def _row(number: int, closing: Closing) -> dict[str, Any]:
    days = (closing.last - closing.first).days + 1
    return {
        "key": str(number),
        "name": closing.name,
        "first": closing.first.isoformat(),
        "last": closing.last.isoformat(),
        "days": days,
        "yearly": closing.yearly,
    }


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _present() -> Company:
    with reading() as session:
        return service.present(session)


def _unsold() -> tuple[int, ...]:
    with reading() as session:
        return queries.unsold_weekdays(session)


def _commit(verb: Callable[[Session, str], Company], actor: str) -> Company:
    with transaction() as session:
        done = verb(session, actor)
    known.forget()
    return done
