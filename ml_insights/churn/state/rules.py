"""The form of what alerts are raised by."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.churn.service.ruling import LIMITS, change_rules
from ml_insights.churn.state.board import ChurnState
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.core.errors import InvalidInput, ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer

PERCENTAGES = ("save_rate", "margin_share")


@forgets("editing")
class ChurnRulesState(rx.State):
    """Whether the form is open, and what is wrong with it."""

    editing: rx.Field[bool] = rx.field(default=False)
    error: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.CHURN_RULES)
    def edit(self, editing: bool):
        """Open the form, or leave it."""
        self.editing, self.error = editing, ""

    @rx.event
    @allow(Area.CHURN_RULES)
    async def save(self, form: dict[str, Any]):
        """Keep what was written; an empty field goes back to its default."""
        person = viewer(self)
        try:
            changes = {name: _number(name, str(form.get(name, ""))) for name in LIMITS}
            await asyncio.to_thread(_save, changes, person.email)
        except ProductError as error:
            self.error = error.message(person.language)
            return
        self.editing, self.error = False, ""
        yield rx.toast.success(gettext(N_("Saved"), person.language))
        yield ChurnState.refresh


def _number(name: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise InvalidInput(field=LIMITS[name][0], value=text, reason="a number is needed") from None
    return value / 100 if name in PERCENTAGES else value


def _save(changes: dict[str, float | None], actor: str) -> None:
    with transaction() as session:
        change_rules(session, active_dataset(session), changes, actor)
