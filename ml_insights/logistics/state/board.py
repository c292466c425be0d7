"""The page as a whole: whether there is a model, and which part of the page is shown."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.logistics.facts import ReleaseFact
from ml_insights.logistics.queries import count_deliveries, current_release
from ml_insights.logistics.state import rows
from ml_insights.logistics.state.address import ESTIMATE, VIEWS, remember, view_of
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer


@forgets("phase")
class RoutesState(rx.State):
    """`phase` is loading, ready, empty (nothing imported), untrained or failed."""

    phase: rx.Field[str] = rx.field(default="loading")
    view: rx.Field[str] = rx.field(default=ESTIMATE)
    error: rx.Field[str] = rx.field(default="")
    can_recompute: rx.Field[bool] = rx.field(default=False)
    release: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.LOGISTICS)
    async def load(self):
        """On arriving, the part that the address asks for."""
        language = viewer(self).language
        self.can_recompute = allowed(viewer(self).role, Area.RECOMPUTE)
        if self.phase == "loading":
            self.view = view_of(self.router.url.query_parameters)
        try:
            release, deliveries = await asyncio.to_thread(_read)
        except ProductError as error:
            self.phase, self.error = "failed", error.message(language)
            return
        if release is None:
            self.phase = "untrained" if deliveries else "empty"
            return
        self.release = rows.release_row(release)
        self.phase = "ready"

    @rx.event
    @allow(Area.LOGISTICS)
    def choose_view(self, view: str):
        """Another part of the page."""
        self.view = view if view in VIEWS else ESTIMATE
        return remember(view="" if self.view == ESTIMATE else self.view)


def _read() -> tuple[ReleaseFact | None, int]:
    with reading() as session:
        dataset = active_dataset(session)
        return current_release(session, dataset), count_deliveries(session, dataset)
