"""Imports that were begun and left before their end."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.errors import NotFound, ProductError
from ml_insights.core.paging import nearest_page
from ml_insights.sources import queries, work
from ml_insights.sources.labels import who
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

PAGE_SIZE = 5


class UnfinishedState(rx.State):
    """The uploads that wait for somebody to go on with them."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    problem: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.IMPORT)
    async def load(self):
        """List them, the latest first."""
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def turn(self, page: Any):
        """Show another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def discard(self, batch: int):
        """Forget one of them and its file."""
        self.problem = ""
        try:
            await asyncio.to_thread(work.give_up, batch, viewer(self).email)
        except NotFound:
            pass
        except ProductError as error:
            self.problem = error.message(language_of(self))
        await self._show()

    async def _show(self) -> None:
        found = await asyncio.to_thread(_unfinished, language_of(self))
        self.total, last = len(found), max(1, -(-len(found) // PAGE_SIZE))
        self.page = min(self.page, last)
        self.rows = found[(self.page - 1) * PAGE_SIZE :][:PAGE_SIZE]


def _unfinished(language: str) -> list[dict[str, Any]]:
    with reading() as session:
        return [
            {
                "id": batch.id,
                "file": batch.file_name,
                "contract": batch.contract,
                "at": (batch.changed_at or batch.created_at).isoformat(),
                "by": who(batch.changed_by or batch.actor, language),
            }
            for batch in reversed(queries.unfinished(session))
        ]
