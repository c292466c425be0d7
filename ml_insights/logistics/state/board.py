"""The page as a whole: whether there is a model, and which part of the page is shown."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.logistics.facts import ReleaseFact
from ml_insights.logistics.queries import count_deliveries, current_release, routes_with_stops
from ml_insights.logistics.state import rows
from ml_insights.logistics.state.address import ESTIMATE, STOPS, VIEWS, view_of
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer


@forgets("phase")
class RoutesState(rx.State):
    """`phase` is loading, ready, empty (no model yet) or failed."""

    phase: rx.Field[str] = rx.field(default="loading")
    view: rx.Field[str] = rx.field(default=ESTIMATE)
    error: rx.Field[str] = rx.field(default="")
    release: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.LOGISTICS)
    async def load(self):
        """On arriving, the part that the address asks for."""
        language = viewer(self).language
        arriving = self.phase == "loading"
        if arriving:
            self.view = view_of(self.router.url.query_parameters)
        try:
            release, only_stops = await asyncio.to_thread(_read)
        except ProductError as error:
            self.phase, self.error = "failed", error.message(language)
            return
        if release is None:
            self.view = STOPS if arriving and only_stops else self.view
            self.phase = "empty"
            return
        self.release = rows.release_row(release)
        self.phase = "ready"

    @rx.event
    @allow(Area.LOGISTICS)
    def choose_view(self, view: str):
        """Another part of the page."""
        self.view = view if view in VIEWS else ESTIMATE
        return remember(view="" if self.view == ESTIMATE else self.view)


def _read() -> tuple[ReleaseFact | None, bool]:
    """What the model can be asked, and whether there are stops without any delivery."""
    with reading() as session:
        dataset = active_dataset(session)
        release = current_release(session, dataset)
        stops = release is None and routes_with_stops(session, dataset, limit=1)
        return release, bool(stops) and not count_deliveries(session, dataset)
