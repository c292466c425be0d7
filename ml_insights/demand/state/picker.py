"""Choosing a series among thousands: the server searches while the reader types."""

from __future__ import annotations

import asyncio

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.demand.service import answers
from ml_insights.demand.state.rows import named
from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import Level, Measure
from ml_insights.ui.guard import allow
from ml_insights.ui.i18n import language_of

SHOWN = 40
GROUPS = {
    Level.TOTAL: N_("Total"),
    Level.CATEGORY: N_("Categories"),
    Level.PRODUCT: N_("Products"),
    Level.OTHERS: N_("Other products"),
}


class SeriesSearchState(rx.State):
    """The series that match what was typed."""

    options: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    total: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.DEMAND)
    async def search(self, text: str):
        """Find series; the biggest come first."""
        page = await self.get_state(DemandState)
        try:
            found = await asyncio.to_thread(answers.series_page, text[:200], Measure(page.measure), SHOWN, 0)
        except ProductError:
            return  # the page itself says what is wrong
        language = language_of(self)
        self.total = found.total
        self.options = [
            {
                "value": item.id.partition("/")[2],
                "label": named(item.level, item.key, item.label, language),
                "hint": gettext(NO_FORECAST, language) if item.refused else _number(item.key, item.label),
                "group": gettext(GROUPS[item.level], language),
            }
            for item in found.series
        ]


NO_FORECAST = N_("no forecast")


def _number(key: str, label: str) -> str:
    return key if key != label and key not in (Level.TOTAL.value, Level.OTHERS.value) else ""
