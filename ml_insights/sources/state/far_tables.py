"""The tables that are read, what came of their last reading, and the reading that is under way."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.runs import JobGlance
from ml_insights.sources.labels import contract_title
from ml_insights.sources.state.removals import RemovalsState
from ml_insights.sources.supabase import work
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.state import ShellState

LOOK_EVERY_SECONDS = 0.7
COUNTED = ("read", "added", "updated", "removed", "refused", "gone", "batch")


@forgets("asked", "refusal")
class FarTablesState(rx.State):
    """One row a table. `asked` is the contract whose table is about to be dropped."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)
    schedule: rx.Field[str] = rx.field(default="")
    paused: rx.Field[bool] = rx.field(default=False)
    next_at: rx.Field[str] = rx.field(default="")
    active: rx.Field[bool] = rx.field(default=False)
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    failure: rx.Field[str] = rx.field(default="")
    asked: rx.Field[str] = rx.field(default="")
    refusal: rx.Field[str] = rx.field(default="")
    _watching: bool = False

    @rx.event
    @allow(Area.SOURCES)
    async def load(self):
        """Show the tables; a reading that is under way is followed."""
        await self._look()
        return [RemovalsState.load, *([FarTablesState.watch] if self.active else [])]

    @rx.event
    @allow(Area.SOURCES)
    async def read_now(self, full: bool):
        """Read every table in a worker: what changed since, or the whole tables."""
        await asyncio.to_thread(work.start, viewer(self).email, full)
        self.active, self.share, self.message, self.failure = True, 0.0, "", ""
        return FarTablesState.watch

    @rx.event
    @allow(Area.SOURCES)
    async def remove_gone(self):
        """Let the rows go that are no longer there, although they are many."""
        await asyncio.to_thread(work.start, viewer(self).email, True, True)
        self.active, self.share, self.message, self.failure = True, 0.0, "", ""
        return FarTablesState.watch

    @rx.event(background=True)
    @allow(Area.SOURCES)
    async def watch(self):
        """Follow the reading to its end."""
        async with self:
            if self._watching:
                return
            self._watching, language = True, viewer(self).language
        try:
            while True:
                glance = await asyncio.to_thread(work.look, language)
                async with self:
                    self._tell(glance)
                if not glance.active:
                    break
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            async with self:
                self._watching = False
        async with self:
            await self._look()
        yield [ShellState.load, RemovalsState.load]

    @rx.event
    @allow(Area.SOURCES)
    def ask_to_drop(self, contract: str):
        """Ask whether it is meant."""
        self.asked = contract

    @rx.event
    @allow(Area.SOURCES)
    def answer(self, is_open: bool):
        """Close the question."""
        self.asked = self.asked if is_open else ""

    @rx.event
    @allow(Area.SOURCES)
    async def drop(self):
        """Read this table no longer; its rows stay."""
        contract, self.asked = self.asked, ""
        await asyncio.to_thread(work.drop_table, contract, viewer(self).email)
        await self._look()

    @rx.event
    @allow(Area.SOURCES)
    async def export(self):
        """Hand out the mapping as a JSON file."""
        return rx.download(data=await asyncio.to_thread(work.export), filename="supabase-mapping.json")

    @rx.event
    @allow(Area.SOURCES)
    async def taken(self, sent: str):
        """Read what a JSON file says from now on; the browser has sent its text and its name."""
        acting, file = viewer(self), json.loads(sent)
        if not file["name"]:
            return
        try:
            await asyncio.to_thread(work.take_over, str(file["text"]), str(file["name"]), acting.email)
        except ProductError as error:
            self.refusal = error.message(acting.language)
            return
        self.refusal = ""
        await self._look()

    async def _look(self) -> None:
        language = viewer(self).language
        tables, glance = await asyncio.to_thread(lambda: (work.tables_shown(language), work.look(language)))
        self.rows = [_row(table, language) for table in tables]
        self._tell(glance)
        self.loaded = True

    def _tell(self, glance: JobGlance) -> None:
        self.active, self.share, self.message, self.failure = glance.active, glance.share, glance.message, glance.error
        self.schedule, self.paused = glance.schedule, glance.paused
        self.next_at = glance.next_at.isoformat() if glance.next_at else ""


def _row(table: work.TableShown, language: str) -> dict[str, Any]:
    counts = {
        name: table.outcome.get(name, 0) for name in ("read", "added", "updated", "removed", "refused", "gone", "batch")
    }
    stand = "new" if table.ok is None else "failed" if not table.ok else "odd" if table.remark else "good"
    return {
        "contract": table.contract,
        "title": contract_title(table.contract, language),
        "table": table.table,
        "stand": stand,
        "remark": table.remark,
        "read_at": table.read_at.isoformat() if table.read_at else "",
        "tried_at": table.tried_at.isoformat() if table.tried_at else "",
        **counts,
    }
