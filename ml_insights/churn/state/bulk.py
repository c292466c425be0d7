"""The same change to every selected alert."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import reflex as rx
from sqlmodel import Session

from ml_insights.churn.service import bulk
from ml_insights.churn.service.bulk import Done
from ml_insights.churn.state.alerts import AlertsState
from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.tables import DismissReason
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.ui.guard import allow, viewer

DONE = N_("{changed, plural, one {# alert changed} other {# alerts changed}}.")
SOME = N_("{changed} alerts changed; {left} left as they are, for somebody else has changed them meanwhile.")
BulkChange = Callable[[Session, Dataset, dict[int, int], str], Done]


class BulkState(rx.State):
    """Changes of many; what is selected stands in the list's state."""

    @rx.event
    @allow(Area.CHURN_WORK)
    async def give_to(self, owner: str):
        """Give them to somebody, or to nobody."""
        if not owner:
            return None
        number = int(owner) if owner.isdecimal() else None
        return await self._act(lambda session, dataset, seen, actor: bulk.assign(session, dataset, seen, number, actor))

    @rx.event
    @allow(Area.CHURN_WORK)
    async def set_due(self, day: str):
        """Give them one due day; what is no day changes nothing."""
        try:
            chosen = date.fromisoformat(day)
        except ValueError:
            return None
        return await self._act(
            lambda session, dataset, seen, actor: bulk.set_due(session, dataset, seen, chosen, actor)
        )

    @rx.event
    @allow(Area.CHURN_WORK)
    async def dismiss(self, reason: str):
        """Dismiss them for one reason."""
        if reason not in tuple(DismissReason):
            return None
        why = DismissReason(reason)
        return await self._act(
            lambda session, dataset, seen, actor: bulk.dismiss(session, dataset, seen, why, "", actor)
        )

    async def _act(self, change: BulkChange) -> Any:
        person = viewer(self)
        alerts = await self.get_state(AlertsState)
        seen = {int(key): version for key, version in alerts.chosen.items()}
        if not seen:
            return None
        try:
            done = await asyncio.to_thread(_commit, change, seen, person.email)
        except ProductError as error:
            return rx.toast.error(error.message(person.language))
        alerts.chosen, alerts.all_chosen = {}, False
        template = SOME if done.left else DONE
        said = gettext(template, person.language, changed=done.changed, left=done.left)
        return [rx.toast.success(said), AlertsState.load, ChurnState.count_again]


def _commit(change: BulkChange, seen: dict[int, int], actor: str) -> Done:
    with transaction() as session:
        return change(session, active_dataset(session), seen, actor)
