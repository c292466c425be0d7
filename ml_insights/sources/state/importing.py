"""One import, step by step: choose a file, map its columns, check it, confirm the rest, see what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeVar

import reflex as rx

from ml.frames import CONTRACTS, Kind
from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources import work
from ml_insights.sources.state.history import HistoryState
from ml_insights.sources.state.refused import RefusedState
from ml_insights.ui.computing import ComputingState
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

LOOK_EVERY_SECONDS = 0.3
REREAD = {Kind.DATETIME: "date_format", Kind.NUMBER: "decimal"}
_Result = TypeVar("_Result")


class ImportState(rx.State):
    """Where this tab's import is. The file and what was found in it are on disk and in the table of imports."""

    step: rx.Field[str] = rx.field(default="choose")
    contract: rx.Field[str] = rx.field(default="orders")
    batch: rx.Field[int] = rx.field(default=0)
    file: rx.Field[str] = rx.field(default="")
    problem: rx.Field[str] = rx.field(default="")
    headers: rx.Field[list[str]] = rx.field(default_factory=list)
    rows: rx.Field[list[list[str]]] = rx.field(default_factory=list)
    columns: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    encoding: rx.Field[str] = rx.field(default="")
    separator: rx.Field[str] = rx.field(default="")
    decimal: rx.Field[str] = rx.field(default=".")
    date_format: rx.Field[str] = rx.field(default="")
    date_choices: rx.Field[list[str]] = rx.field(default_factory=list)
    total_header: rx.Field[str] = rx.field(default="")
    missing: rx.Field[list[str]] = rx.field(default_factory=list)
    tried: rx.Field[int] = rx.field(default=0)
    would_refuse: rx.Field[int] = rx.field(default=0)
    examples: rx.Field[list[str]] = rx.field(default_factory=list)
    share: rx.Field[float] = rx.field(default=0.0)
    tally: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    counts: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    overwrite: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.IMPORT)
    async def load(self):
        """Open the page; an import under way in this tab goes on."""
        return HistoryState.load

    @rx.event
    @allow(Area.IMPORT)
    def choose_contract(self, contract: str):
        """Say what the rows of the file are."""
        self.contract = contract

    @rx.event
    @allow(Area.IMPORT)
    async def uploaded(self, answer: str):
        """Take over the file that the browser has sent, or say why it was refused."""
        told = json.loads(answer)
        if "id" not in told:
            self.problem = str(told.get("detail") or gettext(NOT_SENT, language_of(self)))
            return
        self.problem, self.batch, self.file = "", int(told["id"]), str(told["name"])
        await self._show(work.Choices())

    @rx.event
    @allow(Area.IMPORT)
    async def choose_header(self, column: str, header: str):
        """Feed a column from another header, or from none; how its values are written is then guessed anew."""
        self.columns = [item | {"header": header} if item["name"] == column else item for item in self.columns]
        kind = CONTRACTS[self.contract].column(column).kind
        await self._show(self._choices(**{REREAD[kind]: None} if kind in REREAD else {}))

    @rx.event
    @allow(Area.IMPORT)
    async def choose_decimal(self, decimal: str):
        """Say which sign stands before the decimals."""
        await self._show(self._choices(decimal=decimal))

    @rx.event
    @allow(Area.IMPORT)
    async def choose_dates(self, date_format: str):
        """Say how dates are written; "iso" for ISO 8601."""
        await self._show(self._choices(date_format=date_format.strip()))

    @rx.event
    @allow(Area.IMPORT)
    def toggle_overwrite(self):
        """Whether known lines take the values of this file."""
        self.overwrite = not self.overwrite

    @rx.event(background=True)
    @allow(Area.IMPORT)
    async def check(self):
        """Check every row; nothing enters the tables."""
        async with self:
            self.step, self.share, self.problem = "checking", 0.0, ""
            batch, choices = self.batch, self._choices()
        tally = await self._watched(lambda seen: asyncio.to_thread(work.check, batch, choices, seen))
        if tally is None:
            return
        async with self:
            self.tally, self.step = tally, "review"
        if tally["refused"]:
            yield RefusedState.show(batch)

    @rx.event(background=True)
    @allow(Area.IMPORT)
    async def write(self):
        """Write the rows that were accepted: all of them, or none."""
        async with self:
            self.step, self.share, self.problem = "writing", 0.0, ""
            batch, overwrite = self.batch, self.overwrite
        counts = await self._watched(lambda seen: asyncio.to_thread(work.write, batch, overwrite, seen))
        if counts is None:
            return
        async with self:
            self.counts, self.step = counts, "done"
        yield HistoryState.turn(1)
        yield ComputingState.load

    @rx.event
    @allow(Area.IMPORT)
    async def back(self):
        """Change the mapping after a check."""
        self.step, self.problem = "map", ""

    @rx.event
    @allow(Area.IMPORT)
    async def start_over(self):
        """Leave this import, whose file goes unless its rows are in the tables; begin another."""
        if self.batch and self.step != "done":
            await asyncio.to_thread(work.give_up, self.batch, viewer(self).email)
        contract = self.contract
        self.reset()
        self.contract = contract

    def _choices(self, **changed: str | None) -> work.Choices:
        values: dict[str, str | None] = {"decimal": self.decimal, "date_format": self.date_format or None, **changed}
        return work.Choices(columns={item["name"]: item["header"] for item in self.columns if item["header"]}, **values)

    async def _show(self, choices: work.Choices) -> None:
        """Show the file as `choices` read it."""
        try:
            seen = await asyncio.to_thread(work.look, self.batch, choices, language_of(self))
        except ProductError as error:
            self.problem, self.step = error.message(language_of(self)), "choose" if not self.columns else self.step
            return
        shown = asdict(seen.preview)
        self.columns, self.rows, self.missing = shown["columns"], shown["rows"], shown["missing"]
        self.tried, self.would_refuse, self.examples = shown["tried"], shown["refused"], shown["examples"]
        self.headers, self.encoding, self.separator = seen.headers, seen.encoding, seen.separator
        self.decimal, self.date_format, self.date_choices = seen.decimal, seen.date_format, seen.date_choices
        self.total_header, self.step, self.problem = seen.total_header, "map", ""

    async def _watched(self, begin: Callable[[Callable[[float], None]], Awaitable[_Result]]) -> _Result | None:
        """Do long work in a thread, showing how far it is; None where it failed, with the reason on the page."""
        reached = [0.0]

        def seen(share: float) -> None:
            reached[0] = share

        task = asyncio.ensure_future(begin(seen))
        while not task.done():
            await asyncio.wait({task}, timeout=LOOK_EVERY_SECONDS)
            async with self:
                self.share = reached[0]
        try:
            return task.result()
        except Exception as error:
            told = error if isinstance(error, ProductError) else ProductError()
            async with self:
                self.problem, self.step = told.message(language_of(self)), "map"
            if told is not error:
                raise
            return None


NOT_SENT = N_("The file did not arrive. Check your connection and send it again; nothing was imported.")
