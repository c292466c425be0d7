"""The imports of the past, and undoing one of them."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.paging import nearest_page
from ml_insights.sources import policy, queries, work
from ml_insights.sources.labels import who
from ml_insights.sources.tables import ImportBatch
from ml_insights.sources.telling import outlook_lines
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of
from ml_insights.ui.state import ShellState

PAGE_SIZE = 10
UNDONE = N_("The import is undone. Rows that went: {removed}; rows that are as they were before: {restored}.")


@forgets("page", "asked", "asked_file", "question", "undoing")
class HistoryState(rx.State):
    """One page of imports that are over. `asked` is the import about which the reader is asked, 0 for none."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    asked: rx.Field[int] = rx.field(default=0)
    asked_file: rx.Field[str] = rx.field(default="")
    question: rx.Field[str] = rx.field(default="")
    undoing: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.IMPORT)
    async def load(self):
        """Show the page that the reader is on, at first the latest imports."""
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def turn(self, page: Any):
        """Show another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def ask(self, batch: int):
        """Say exactly what undoing an import would take back, or why it cannot be undone."""
        language = viewer(self).language
        try:
            fact = await asyncio.to_thread(work.undo_outlook, batch)
        except ProductError as error:
            await self._show()
            return rx.toast.error(error.message(language), duration=15_000)
        self.asked, self.asked_file = batch, fact.file
        self.question = "\n".join(outlook_lines(fact, language))

    @rx.event
    @allow(Area.IMPORT)
    def answered(self, is_open: bool):
        """The question was closed, whatever the answer."""
        if not is_open:
            self.asked = 0

    @rx.event
    @allow(Area.IMPORT)
    async def undo(self):
        """Undo the import that the reader was asked about."""
        person, batch = viewer(self), self.asked
        self.asked, self.undoing = 0, batch
        yield
        try:
            done = await asyncio.to_thread(work.undo, batch, person.email)
        except ProductError as error:
            yield rx.toast.error(error.message(person.language), duration=15_000)
        else:
            yield rx.toast.success(gettext(UNDONE, person.language, removed=done.removed, restored=done.restored))
            yield ShellState.load
        finally:
            self.undoing = 0
        await self._show()

    async def _show(self) -> None:
        self.rows, self.total = await asyncio.to_thread(_history, self.page, language_of(self))


def _history(page: int, language: str) -> tuple[list[dict[str, Any]], int]:
    with reading() as session:
        batches, total = queries.history(session, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        return [_row(batch, language) for batch in batches], total


def _row(batch: ImportBatch, language: str) -> dict[str, Any]:
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
        "actor": who(batch.actor, language),
        "undone_by": who(batch.undone_by, language),
        "undone_at": batch.undone_at.isoformat() if batch.undone_at else "",
        "undoable": _undoable(batch),
    }


def _undoable(batch: ImportBatch) -> bool:
    """Whether the button makes sense; whether a later import stands in the way is told on asking."""
    try:
        policy.require_undoable(batch.status, batch.actor, batch.data_count is not None, batch.undone_by)
    except ProductError:
        return False
    return bool(batch.counts.get("added") or batch.counts.get("updated"))
