"""The imports of the past."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.sources import queries
from ml_insights.sources.tables import ImportBatch
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow

PAGE_SIZE = 10


@forgets("page")
class HistoryState(rx.State):
    """One page of imports that are over."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.IMPORT)
    async def load(self):
        """Show the page that the reader is on, at first the latest imports."""
        self.rows, self.total = await asyncio.to_thread(_history, self.page)

    @rx.event
    @allow(Area.IMPORT)
    async def turn(self, page: int):
        """Show another page."""
        self.page = max(1, page)
        self.rows, self.total = await asyncio.to_thread(_history, self.page)


def _history(page: int) -> tuple[list[dict[str, Any]], int]:
    with reading() as session:
        batches, total = queries.history(session, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        return [_row(batch) for batch in batches], total


def _row(batch: ImportBatch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "at": batch.created_at.isoformat(),
        "file": batch.file_name,
        "contract": batch.contract,
        "status": batch.status.value,
        "rows": batch.tally.get("rows", 0),
        "added": batch.counts.get("added", 0),
        "updated": batch.counts.get("updated", 0),
        "refused": batch.tally.get("refused", 0) if batch.file else 0,
        "actor": batch.actor,
    }
