"""The rows that a check refused."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.i18n import gettext
from ml_insights.core.paging import nearest_page
from ml_insights.sources import queries, uploads
from ml_insights.sources.labels import column_title
from ml_insights.sources.problems import REASONS
from ml_insights.sources.refused import read_refused
from ml_insights.ui.guard import allow
from ml_insights.ui.i18n import language_of

PAGE_SIZE = 10


class RefusedState(rx.State):
    """One page of refused rows of the import under way."""

    batch: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.IMPORT)
    async def show(self, batch: int):
        """Start with the first rows that were refused."""
        self.batch = batch
        await self._turn(1)

    @rx.event
    @allow(Area.IMPORT)
    async def turn(self, page: Any):
        """Show another page."""
        await self._turn(nearest_page(page, self.total, PAGE_SIZE))

    async def _turn(self, page: int) -> None:
        self.page = page
        self.rows, self.total = await asyncio.to_thread(_refused, self.batch, page, language_of(self))


def _refused(batch_id: int, page: int, language: str) -> tuple[list[dict[str, Any]], int]:
    with reading() as session:
        batch = queries.batch(session, batch_id)
        log, total, contract = uploads.refused_of(batch.file), batch.tally.get("refused", 0), batch.contract
    return [
        {
            "row": row.row,
            "column": column_title(contract, problem.column, language),
            "value": problem.value[:80],
            "reason": gettext(REASONS[problem.code], language),
        }
        for row in read_refused(log, (page - 1) * PAGE_SIZE, PAGE_SIZE)
        for problem in row.problems
    ], total
