"""The alert that is open beside the list, and everything that can be done to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import reflex as rx
from sqlmodel import Session

from ml_insights.churn import queries, wording
from ml_insights.churn.facts import AlertFact
from ml_insights.churn.queries.alerts import today
from ml_insights.churn.service import changing
from ml_insights.churn.state import rows
from ml_insights.churn.state.alerts import AlertsState
from ml_insights.churn.tables import AlertStatus, DismissReason
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Customer, Dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import Viewer, allow, viewer

Change = Callable[[Session, Dataset, int, str, int], AlertFact]
"""(session, data set, alert, actor, version seen) → the alert as it is then."""


@forgets("number", "dismissing")
class AlertState(rx.State):
    """One alert with its reasons, its customer and its history. `number` is 0 while none is open."""

    number: rx.Field[int] = rx.field(default=0)
    alert: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    reasons: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    history: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    customer: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    note: rx.Field[str] = rx.field(default="")
    dismissing: rx.Field[bool] = rx.field(default=False)
    reason: rx.Field[str] = rx.field(default=DismissReason.IN_TOUCH.value)

    @rx.event
    @allow(Area.CHURN)
    async def open(self, number: int):
        """Show an alert."""
        person = viewer(self)
        try:
            await self._look(int(number), person)
        except ProductError as error:
            self.number = 0
            return [rx.toast.error(error.message(person.language)), remember(alert="")]
        self.note, self.dismissing = "", False
        return remember(alert=self.number)

    @rx.event
    @allow(Area.CHURN)
    def close(self, is_open: bool):
        """Leave the alert; the list is as it was."""
        if not is_open and self.number:
            self.number = 0
            return remember(alert="")

    @rx.event
    @allow(Area.CHURN_WORK)
    def write_note(self, note: str):
        """Keep what is being written."""
        self.note = note[: changing.LONGEST_NOTE]

    @rx.event
    @allow(Area.CHURN_WORK)
    async def move(self, wanted: str):
        """Contacted, retained or lost; the note goes with it."""
        status, note = AlertStatus(wanted), self.note
        said = gettext(wording.STATUSES[status], viewer(self).language)
        return await self._act(
            lambda session, dataset, one, actor, version: changing.move(
                session, dataset, one, status, actor, version=version, note=note
            ),
            said,
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    def ask_reason(self, asking: bool):
        """Ask why the alert is to be dismissed."""
        self.dismissing = asking

    @rx.event
    @allow(Area.CHURN_WORK)
    def choose_reason(self, reason: str):
        """Why."""
        self.reason = DismissReason(reason).value

    @rx.event
    @allow(Area.CHURN_WORK)
    async def dismiss(self):
        """Close the alert without more work."""
        reason, note = DismissReason(self.reason), self.note
        self.dismissing = False
        return await self._act(
            lambda session, dataset, one, actor, version: changing.move(
                session, dataset, one, AlertStatus.DISMISSED, actor, version=version, reason=reason, note=note
            ),
            N_("Dismissed"),
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    async def reopen(self):
        """Work a closed alert again."""
        note = self.note
        return await self._act(
            lambda session, dataset, one, actor, version: changing.reopen(
                session, dataset, one, actor, version=version, note=note
            ),
            N_("Reopened"),
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    async def add_note(self):
        """Keep the note without any other change."""
        note = self.note
        return await self._act(
            lambda session, dataset, one, actor, version: changing.add_note(session, dataset, one, note, actor),
            N_("Saved"),
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    async def give_to(self, owner: str):
        """Give the alert to somebody, or to nobody."""
        number = int(owner) if owner.isdecimal() else None
        return await self._act(
            lambda session, dataset, one, actor, version: changing.assign(
                session, dataset, one, number, actor, version=version
            ),
            N_("Saved"),
            keeps_note=True,
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    async def set_due(self, day: str):
        """By when it is to be worked; what is no day changes nothing."""
        chosen = _day(day)
        if chosen is None or day == self.alert.get("due_on"):
            return None
        return await self._act(
            lambda session, dataset, one, actor, version: changing.set_due(
                session, dataset, one, chosen, actor, version=version
            ),
            N_("Saved"),
            keeps_note=True,
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    async def snooze(self, days: int):
        """Off the list for some days; 0 puts it back."""
        until = today() + timedelta(days=min(max(int(days), 0), 365))

        def change(session: Session, dataset: Dataset, one: int, actor: str, version: int) -> AlertFact:
            if not days:
                return changing.wake(session, dataset, one, actor, version=version)
            return changing.snooze(session, dataset, one, until, actor, version=version)

        return await self._act(change, N_("Snoozed") if days else N_("Back on the list"), keeps_note=True)

    async def _act(self, change: Change, said: str, keeps_note: bool = False) -> Any:
        """Do it, show the alert as it is then, and count again; what somebody else did meanwhile is shown instead."""
        person, number = viewer(self), self.number
        if not number:
            return None
        try:
            await asyncio.to_thread(_commit, change, number, person.email, int(self.alert["version"]))
        except ProductError as error:
            await self._look(number, person)
            return [rx.toast.error(error.message(person.language)), *_counted()]
        self.note = self.note if keeps_note else ""
        await self._look(number, person)
        return [rx.toast.success(gettext(said, person.language)), *_counted()]

    async def _look(self, number: int, person: Viewer) -> None:
        self.alert, self.reasons, self.history, self.customer = await asyncio.to_thread(_read, number, person.language)
        self.number = number


def _counted() -> list[Any]:
    from ml_insights.churn.state.board import ChurnState

    return [AlertsState.load, ChurnState.count_again]


def _commit(change: Change, number: int, actor: str, version: int) -> None:
    with transaction() as session:
        change(session, active_dataset(session), number, actor, version)


def _read(number: int, language: str) -> tuple[rows.Row, list[rows.Row], list[rows.Row], rows.Row]:
    with reading() as session:
        dataset = active_dataset(session)
        alert = queries.alert(session, dataset, number)
        release = queries.current_release(session, dataset)
        rules = queries.rules(session, dataset, release.order_value if release else 0.0)
        score = queries.score(session, release.id, alert.customer_id) if release else None
        person = session.get(Customer, (dataset, alert.customer_id))
        history = [rows.event_row(event, language) for event in queries.events_of(session, number)]
    known = {
        "phone": person.phone or "" if person else "",
        "email": person.email or "" if person else "",
        "region": person.region or "" if person else "",
        "last_day": score.last_day.isoformat() if score else "",
        "orders": score.orders if score else 0,
        "revenue_year": score.revenue_year if score else 0.0,
        "present": score.probability if score else None,
        "scored": score is not None,
        "since": person.created_at.isoformat() if person and person.created_at else "",
    }
    shown = rows.sheet_row(alert, rules, language)
    return shown, wording.reason_rows(alert.reasons, language), history, known


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
