"""Rows that went because they were deleted at the source, and bringing them back."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources.labels import contract_title
from ml_insights.sources.supabase import work
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.state import ShellState

BACK = N_("{added, plural, one {# row is} other {# rows are}} here again, as an import that can be undone.")


@forgets("busy")
class RemovalsState(rx.State):
    """The latest removals. `busy` is the one that is being brought back, 0 for none."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    busy: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.SOURCES)
    async def load(self):
        """List them."""
        await self._show()

    @rx.event
    @allow(Area.SOURCES)
    async def bring_back(self, removal: int):
        """Bring the rows of one back."""
        person = viewer(self)
        self.busy = removal
        yield
        try:
            added = await asyncio.to_thread(work.bring_back, removal, person.email)
        except ProductError as error:
            yield rx.toast.error(error.message(person.language), duration=15_000)
        else:
            yield rx.toast.success(gettext(BACK, person.language, added=added))
            yield ShellState.load
        finally:
            self.busy = 0
        await self._show()

    async def _show(self) -> None:
        language = viewer(self).language
        shown = await asyncio.to_thread(work.removals_shown)
        self.rows = [
            asdict(one) | {"removed_at": one.removed_at.isoformat(), "title": contract_title(one.contract, language)}
            for one in shown
        ]
