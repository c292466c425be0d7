"""One import, step by step: choose a file, see what was understood, check it, confirm it, see what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.errors import NotFound, ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources import work
from ml_insights.sources.documents import ImportDocument
from ml_insights.sources.facts import Answer, Choices
from ml_insights.sources.state.answering import shown_as, taken, with_option, with_rate
from ml_insights.sources.state.history import HistoryState
from ml_insights.sources.state.refused import RefusedState
from ml_insights.sources.state.unfinished import UnfinishedState
from ml_insights.sources.tables import ImportStatus
from ml_insights.ui.computing import ComputingState
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of
from ml_insights.ui.state import ShellState

LOOK_EVERY_SECONDS = 0.3
STEPS = {
    ImportStatus.UPLOADED: "understand",
    ImportStatus.FAILED: "understand",
    ImportStatus.CHECKING: "checking",
    ImportStatus.CHECKED: "review",
    ImportStatus.WRITING: "writing",
    ImportStatus.DONE: "done",
}
AT_WORK = ("checking", "writing")


class ImportState(rx.State):
    """Where this tab's import is. The file, what was settled of it and what was found are on the server's disk and in
    the table of imports, so that another tab, or this one tomorrow, goes on from there."""

    step: rx.Field[str] = rx.field(default="choose")
    contract: rx.Field[str] = rx.field(default="orders")
    batch: rx.Field[int] = rx.field(default=0)
    version: rx.Field[int] = rx.field(default=0)
    problem: rx.Field[str] = rx.field(default="")
    file: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    title: rx.Field[str] = rx.field(default="")
    remembered: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    headers: rx.Field[list[str]] = rx.field(default_factory=list)
    columns: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    fed: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    first_rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    unused: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    besides: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    questions: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    settled: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    open_questions: rx.Field[int] = rx.field(default=0)
    remarks: rx.Field[list[str]] = rx.field(default_factory=list)
    missing: rx.Field[list[str]] = rx.field(default_factory=list)
    ready: rx.Field[bool] = rx.field(default=False)
    summary: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    outcome: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    share: rx.Field[float] = rx.field(default=0.0)
    overwrite: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.IMPORT)
    async def load(self):
        """Open the page; the import under way in this tab goes on from where it is by now."""
        if self.batch:
            await self._show()
        following = [ImportState.follow] if self.step in AT_WORK else []
        return [HistoryState.load, UnfinishedState.load, *following]

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
        self.batch, self.problem = int(told["id"]), ""
        await self._show()
        if not self.batch:
            await asyncio.to_thread(work.give_up, int(told["id"]), viewer(self).email)

    @rx.event
    @allow(Area.IMPORT)
    async def go_on(self, batch: int):
        """Take up an import that was left before its end, by whoever began it."""
        self.batch, self.problem = batch, ""
        await self._show()
        return [ImportState.follow] if self.step in AT_WORK else []

    @rx.event
    @allow(Area.IMPORT)
    async def choose_header(self, column: str, header: str):
        """Feed a column from another header, or from none; whatever else was chosen stays."""
        await self._change(lambda before: replace(before, columns={**before.columns, column: header}))

    @rx.event
    @allow(Area.IMPORT)
    async def answer(self, name: str, value: str):
        """Answer a decision."""
        await self._answer(name, value)

    @rx.event
    @allow(Area.IMPORT)
    async def answer_option(self, name: str, option: str, meaning: str):
        """Say what one option of a decision means; the others keep what holds for them."""
        await self._answer(name, with_option(shown_as(self._decisions(), name), option, meaning))

    @rx.event
    @allow(Area.IMPORT)
    async def answer_rate(self, name: str, option: str, rate: float | None):
        """Say what one unit of a currency is worth; leaving the field empty says nothing."""
        told = with_rate(shown_as(self._decisions(), name), option, rate)
        if told is not None:
            await self._answer(name, told)

    @rx.event
    @allow(Area.IMPORT)
    async def answer_typed(self, name: str, value: str):
        """Answer a decision in words of one's own."""
        decision = shown_as(self._decisions(), name)
        if value.strip() and (decision["answer"] != value.strip() or decision["open"]):
            await self._answer(name, value.strip())

    def _decisions(self) -> list[dict[str, Any]]:
        return [*self.questions, *self.settled]

    async def _answer(self, name: str, answer: Answer) -> None:
        await self._change(lambda before: replace(before, answers={**before.answers, name: answer}))

    @rx.event
    @allow(Area.IMPORT)
    async def accept(self, name: str):
        """Take what is proposed for a decision."""
        await self._answer(name, taken(shown_as(self._decisions(), name)))

    @rx.event
    @allow(Area.IMPORT)
    async def choose_writing(self, what: str, value: str):
        """Say how the file is written: `what` is "encoding", "separator", "sheet" or "header_row"."""
        if what not in ("encoding", "separator", "sheet", "header_row"):
            return
        given = (int(value) if value.isdigit() else None) if what == "header_row" else value
        await self._change(lambda before: replace(before, **{what: given}))

    @rx.event
    @allow(Area.IMPORT)
    async def leave_out(self, header: str):
        """Use a column of the file for nothing, or use it again."""

        def toggled(before: Choices) -> Choices:
            out = tuple(one for one in before.left_out if one != header)
            return replace(before, left_out=out if header in before.left_out else (*out, header))

        await self._change(toggled)

    @rx.event
    @allow(Area.IMPORT)
    async def start_afresh(self):
        """Forget what was settled, also what was remembered of the last file of this layout."""
        await self._settled(lambda: work.start_afresh(self.batch, self.version, self._person()))

    @rx.event
    @allow(Area.COMPANY)
    async def count_in(self, currency: str):
        """Make the currency of all amounts the company's; the file is read anew."""
        await self._settled(lambda: work.count_in(currency, self._person().actor))
        if self.problem:  # its banner stands above all questions, out of sight on a phone
            return rx.toast.error(self.problem, duration=15_000)
        return ShellState.load

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
            batch, version = self.batch, self.version
        await self._watched(asyncio.to_thread(work.check, batch, version))
        async with self:
            refused = self.step == "review" and self.summary["refused"]
        if refused:
            yield RefusedState.show(batch)

    @rx.event(background=True)
    @allow(Area.IMPORT)
    async def write(self):
        """Write the rows that were accepted: all of them or none, and once, however often the button is pressed."""
        async with self:
            self.step, self.share, self.problem = "writing", 0.0, ""
            batch, version, update, person = self.batch, self.version, self.overwrite, self._person()
        await self._watched(asyncio.to_thread(work.write, batch, version, person, update=update))
        yield HistoryState.turn(1)
        yield ComputingState.load

    @rx.event(background=True)
    @allow(Area.IMPORT)
    async def follow(self):
        """Watch work on this import that began elsewhere."""
        await self._watched(None)
        yield HistoryState.load

    @rx.event
    @allow(Area.IMPORT)
    async def back(self):
        """Change something after a check."""
        self.step, self.problem = "understand", ""

    @rx.event
    @allow(Area.IMPORT)
    async def leave(self):
        """Leave this import as it is, to be taken up later; begin another."""
        self._forget()
        return UnfinishedState.load

    @rx.event
    @allow(Area.IMPORT)
    async def give_up(self):
        """Forget this import and its file; begin another."""
        try:
            await asyncio.to_thread(work.give_up, self.batch, viewer(self).email)
        except NotFound:
            pass
        except ProductError as error:
            self.problem = error.message(language_of(self))
            return None
        self._forget()
        return UnfinishedState.load

    def _forget(self) -> None:
        contract = self.contract
        self.reset()
        self.contract = contract

    def _person(self) -> work.Person:
        acting = viewer(self)
        return work.Person(acting.email, acting.name)

    async def _change(self, change: work.Change) -> None:
        await self._settled(lambda: work.choose(self.batch, self.version, self._person(), change))

    async def _settled(self, settle: Any) -> None:
        """Settle something and show the file as it is read then; what cannot be so is told, and nothing changes."""
        problem = ""
        try:
            await asyncio.to_thread(settle)
        except ProductError as error:
            problem = error.message(language_of(self))
        await self._show()
        self.problem = problem or self.problem

    async def _show(self) -> None:
        """Show the import as it stands; one that is gone, or whose file cannot be read, says so."""
        try:
            document = await asyncio.to_thread(work.look, self.batch, language_of(self))
        except ProductError as error:
            if isinstance(error, NotFound) or self.step == "choose":
                self._forget()
            self.problem = error.message(language_of(self))
            return
        self._take(document)

    def _take(self, document: ImportDocument) -> None:
        shown = document.model_dump(mode="json")
        for name in ("version", "contract", "file", "title", "remembered", "headers", "columns", "first_rows"):
            setattr(self, name, shown[name])
        self.remarks, self.missing, self.ready = shown["remarks"], shown["missing"], shown["ready"]
        self.unused = [column for column in shown["unused"] if not column["keepable"]]
        self.besides = [column for column in shown["unused"] if column["keepable"]]
        self.fed = [column for column in shown["columns"] if column["read"]]
        self.questions = [one for one in shown["decisions"] if one["asked"]]
        self.settled = [one for one in shown["decisions"] if not one["asked"]]
        self.open_questions = sum(one["open"] for one in shown["decisions"])
        self.summary, self.outcome = shown["summary"] or {}, shown["outcome"] or {}
        self.step, self.problem = STEPS.get(document.status, "choose"), document.error

    async def _watched(self, working: Awaitable[None] | None) -> None:
        """Show how far work is until nobody works on the import, whoever began it; then what came of it."""
        task = asyncio.ensure_future(working) if working is not None else None
        while True:
            status, share = await asyncio.to_thread(work.standing, self.batch)
            async with self:
                self.share = share
            if STEPS.get(status) not in AT_WORK and (task is None or task.done()):
                break
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        failed = task.exception() if task else None
        async with self:
            await self._show()
            if isinstance(failed, ProductError):
                self.problem = failed.message(language_of(self))
            elif failed:
                self.problem = ProductError().message(language_of(self))
        if failed and not isinstance(failed, ProductError):
            raise failed


NOT_SENT = N_("The file did not arrive. Check your connection and send it again; nothing was imported.")
