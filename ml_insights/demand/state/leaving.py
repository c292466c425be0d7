"""Days that look like slips: left out by one press, shown afterwards, and taken back as easily."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.demand.service.leaving import leave_out, take_back
from ml_insights.demand.state.series import DemandState
from ml_insights.ui.guard import allow, viewer

LEFT = N_("The day is left out. The next computation looks past it.")
TAKEN = N_("The day counts again from the next computation on.")


class LeavingOutState(rx.State):
    """Holds nothing; the page shows what is left out beside the days themselves."""

    @rx.event
    @allow(Area.DEMAND_RECOMPUTE)
    async def leave(self, day: str):
        """Look past a day of the series shown."""
        return await self._change(day, True)

    @rx.event
    @allow(Area.DEMAND_RECOMPUTE)
    async def take_back(self, series: str, day: str):
        """Count a day again."""
        return await self._change(day, False, series)

    async def _change(self, day: str, out: bool, series: str = "") -> Any:
        person, page = viewer(self), await self.get_state(DemandState)
        try:
            await asyncio.to_thread(_change, series or page.series, day, out, person.email)
        except ProductError as error:
            return rx.toast.error(error.message(person.language))
        except ValueError:  # no day at all
            return None
        return [rx.toast.success(gettext(LEFT if out else TAKEN, person.language)), DemandState.load]


def _change(series: str, day: str, out: bool, by: str) -> None:
    when = date.fromisoformat(day)
    with transaction() as session:
        (leave_out if out else take_back)(session, active_dataset(session), series, when, by)
