"""The project that rows are read from: where it is, whether it answers, and the form that names another one.

The key is in no field: it goes from the form to the table of connections, encrypted, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources.state.far_tables import FarTablesState
from ml_insights.sources.supabase import work
from ml_insights.sources.supabase.look import Seen
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer


@forgets("editing", "refusal", "told", "asking")
class ConnectionState(rx.State):
    """A connection without its key. `editing` while its form is open, `asking` before it is forgotten."""

    loaded: rx.Field[bool] = rx.field(default=False)
    url: rx.Field[str] = rx.field(default="")
    origin: rx.Field[str] = rx.field(default="")
    mapping_origin: rx.Field[str] = rx.field(default="")
    in_the_open: rx.Field[bool] = rx.field(default=False)
    changed_by: rx.Field[str] = rx.field(default="")
    changed_at: rx.Field[str] = rx.field(default="")
    problem: rx.Field[str] = rx.field(default="")
    editing: rx.Field[bool] = rx.field(default=False)
    testing: rx.Field[bool] = rx.field(default=False)
    asking: rx.Field[bool] = rx.field(default=False)
    refusal: rx.Field[str] = rx.field(default="")
    told: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.SOURCES)
    async def load(self):
        """Open the page."""
        await self._look()
        return FarTablesState.load

    @rx.event
    @allow(Area.SOURCES)
    def edit(self, shown: bool):
        """Open or close the form."""
        self.editing, self.refusal, self.told = shown, "", ""

    @rx.event
    @allow(Area.SOURCES)
    async def connect(self, form: dict[str, Any]):
        """Ask the project that the form names and, where it answers, read from it from now on."""
        url, key, actor = str(form.get("url", "")), str(form.get("key", "")), viewer(self).email
        async for step in self._asked(lambda: work.connect(url, key, actor)):
            yield step
        if not self.refusal:
            self.editing = False
            await self._look()
            yield FarTablesState.load

    @rx.event
    @allow(Area.SOURCES)
    async def test(self):
        """Ask the project that is connected whether it still answers."""
        url = self.url
        async for step in self._asked(lambda: work.test(url, "")):
            yield step

    @rx.event
    @allow(Area.SOURCES)
    def ask_to_disconnect(self):
        """Ask whether it is meant."""
        self.asking = True

    @rx.event
    @allow(Area.SOURCES)
    def answer(self, is_open: bool):
        """Close the question."""
        self.asking = is_open

    @rx.event
    @allow(Area.SOURCES)
    async def disconnect(self):
        """Forget the project and its key; the rows stay."""
        await asyncio.to_thread(work.disconnect, viewer(self).email)
        self.asking, self.told, self.refusal = False, "", ""
        await self._look()
        return FarTablesState.load

    async def _asked(self, ask: Callable[[], Seen]) -> AsyncIterator[None]:
        """Ask a project in a thread, and put into words what it says."""
        language = viewer(self).language
        self.testing, self.refusal, self.told = True, "", ""
        yield
        try:
            seen = await asyncio.to_thread(ask)
        except ProductError as error:
            self.refusal = error.message(language)
        else:
            self.told = _in_words(seen, language)
            self.refusal = " ".join(one.message(language) for one in seen.tables.values() if one)
        self.testing = False

    async def _look(self) -> None:
        shown = await asyncio.to_thread(work.connection_shown, viewer(self).language)
        self.url, self.origin, self.mapping_origin = shown.url, shown.origin, shown.mapping_origin
        self.in_the_open, self.changed_by, self.problem = shown.in_the_open, shown.changed_by, shown.problem
        self.changed_at = shown.changed_at.isoformat() if shown.changed_at else ""
        self.loaded = True


def _in_words(seen: Seen, language: str) -> str:
    if not seen.listed:
        return gettext(N_("It answers and takes the key. With this key the tables cannot be listed."), language)
    if seen.listed == 1:
        return gettext(N_("It answers and takes the key, which may see 1 table."), language)
    return gettext(N_("It answers and takes the key, which may see {tables} tables."), language, tables=seen.listed)
