"""Choosing a table: which one, which of its columns is which, what its rows mean; with its first rows as they would be
read."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from secrets import token_hex
from typing import Any

import reflex as rx

from ml.frames import CONTRACTS, FreeColumns
from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.errors import ProductError
from ml_insights.sources.facts import Answer
from ml_insights.sources.state.answering import shown_as, taken, with_option, with_rate
from ml_insights.sources.state.far_tables import FarTablesState
from ml_insights.sources.supabase import sampling, understanding, work
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.sampling import Sample, Tried
from ml_insights.sources.work import count_in
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.state import ShellState

MOST_KEYS = 3
ROLES = ("state", "currency")
"""What says something of a row, and is taken from another column, or none, where the reader wants that."""


@forgets("open", "problem")
class FarTableState(rx.State):
    """A table as it is being chosen. `visit` names the first rows that were fetched for it; what was settled about them
    is in the draft of a mapping and in answers to what is asked."""

    open: rx.Field[bool] = rx.field(default=False)
    contract: rx.Field[str] = rx.field(default="orders")
    names: rx.Field[list[str]] = rx.field(default_factory=list)
    table: rx.Field[str] = rx.field(default="")
    loading: rx.Field[bool] = rx.field(default=False)
    problem: rx.Field[str] = rx.field(default="")
    headers: rx.Field[list[str]] = rx.field(default_factory=list)
    columns: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    fed: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    first_rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    questions: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    settled: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    open_questions: rx.Field[int] = rx.field(default=0)
    keys: rx.Field[list[str]] = rx.field(default_factory=list)
    cursor: rx.Field[str] = rx.field(default="")
    mirror: rx.Field[bool] = rx.field(default=False)
    features: rx.Field[list[str]] = rx.field(default_factory=list)
    others: rx.Field[list[str]] = rx.field(default_factory=list)
    state: rx.Field[str] = rx.field(default="")
    currency: rx.Field[str] = rx.field(default="")
    own: rx.Field[str] = rx.field(default="")
    missing: rx.Field[list[str]] = rx.field(default_factory=list)
    tried: rx.Field[int] = rx.field(default=0)
    refused: rx.Field[int] = rx.field(default=0)
    examples: rx.Field[list[str]] = rx.field(default_factory=list)
    repeated: rx.Field[bool] = rx.field(default=False)
    ready: rx.Field[bool] = rx.field(default=False)
    _visit: str = ""
    _draft: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    _answers: rx.Field[dict[str, Answer]] = rx.field(default_factory=dict)

    @rx.event(background=True)
    @allow(Area.SOURCES)
    async def begin(self, contract: str):
        """Open the form: for a kind of rows that is read already with what is known of it."""
        async with self:
            self.reset()
            self.open, self.contract, self._visit, self.loading = True, contract or "orders", token_hex(8), True
            language = viewer(self).language
        try:
            known = await asyncio.to_thread(work.mapping_of_table, contract) if contract else None
            names = await asyncio.to_thread(work.table_names)
        except ProductError as error:
            async with self:
                self.problem, self.loading = error.message(language), False
            return
        async with self:
            self.names, self.loading = names, False
            if known is not None:
                await self._take(known.table, known)

    @rx.event
    @allow(Area.SOURCES)
    def close(self):
        """Leave everything as it was."""
        self.reset()

    @rx.event
    @allow(Area.SOURCES)
    async def choose_contract(self, contract: str):
        """Say what the rows of the table are; its columns are then proposed anew."""
        if contract in CONTRACTS:
            self.contract = contract
            if self.table:
                await self._take(self.table, None)

    @rx.event
    @allow(Area.SOURCES)
    async def choose_table(self, table: str):
        """Look at a table; its columns, its key and its cursor are proposed."""
        self.loading = True
        yield
        await self._take(table.strip(), None)
        self.loading = False

    @rx.event
    @allow(Area.SOURCES)
    async def choose_header(self, column: str, header: str):
        """Feed a column from another one of the table, or from none."""
        chosen = {**self._draft["columns"], column: header}
        await self._change(columns={name: one for name, one in chosen.items() if one})

    @rx.event
    @allow(Area.SOURCES)
    async def choose_key(self, place: int, column: str):
        """Page by another column; an empty one takes it out, a further place adds it."""
        keys = [*self.keys]
        keys[place : place + 1] = [column] if column else []
        self.keys = list(dict.fromkeys(keys))[:MOST_KEYS]
        await self._change()

    @rx.event
    @allow(Area.SOURCES)
    async def choose_cursor(self, column: str):
        """Read only what changed by another column, or everything each time."""
        self.cursor = column

    @rx.event
    @allow(Area.SOURCES)
    def toggle_mirror(self):
        """Let rows go here that are deleted there, or keep them."""
        self.mirror = not self.mirror

    @rx.event
    @allow(Area.SOURCES)
    async def choose_role(self, role: str, column: str):
        """Let another column say whether a row counts, or in which currency it is; or none."""
        if role in ROLES:
            await self._change(**{role: column})

    @rx.event
    @allow(Area.SOURCES)
    async def answer(self, name: str, value: str):
        """Answer a question about the rows."""
        await self._answer(name, value)

    @rx.event
    @allow(Area.SOURCES)
    async def answer_option(self, name: str, option: str, meaning: str):
        """Say what one option of a question means; the others keep what holds for them."""
        await self._answer(name, with_option(shown_as(self._decisions(), name), option, meaning))

    @rx.event
    @allow(Area.SOURCES)
    async def answer_rate(self, name: str, option: str, rate: float | None):
        """Say what one unit of a currency is worth; leaving the field empty says nothing."""
        told = with_rate(shown_as(self._decisions(), name), option, rate)
        if told is not None:
            await self._answer(name, told)

    @rx.event
    @allow(Area.SOURCES)
    async def answer_typed(self, name: str, value: str):
        """Answer a question in words of one's own."""
        if value.strip():
            await self._answer(name, value.strip())

    @rx.event
    @allow(Area.SOURCES)
    async def accept(self, name: str):
        """Take what is proposed for a question."""
        await self._answer(name, taken(shown_as(self._decisions(), name)))

    @rx.event
    @allow(Area.COMPANY)
    async def count_in(self, currency: str):
        """Make the currency of all amounts the company's."""
        acting = viewer(self)
        try:
            await asyncio.to_thread(count_in, currency, acting.email)
        except ProductError as error:
            return rx.toast.error(error.message(acting.language), duration=15_000)
        self.own = currency
        await self._change()
        return ShellState.load

    @rx.event
    @allow(Area.SOURCES)
    def toggle_feature(self, column: str):
        """Keep a further column, or leave it there."""
        left = [one for one in self.features if one != column]
        self.features = left if len(left) < len(self.features) else [*self.features, column]

    @rx.event
    @allow(Area.SOURCES)
    async def save(self):
        """Read this table from now on, and read it now."""
        acting, found = viewer(self), await self._sample()
        if found is None:
            return
        try:
            seen = await asyncio.to_thread(
                sampling.tried, found, self.contract, self._mapping(), deepcopy(self._answers), acting.language
            )
            await asyncio.to_thread(work.read_table, self.contract, seen.mapping, acting.email)
        except (ProductError, ValueError) as error:
            self.problem = error.message(acting.language) if isinstance(error, ProductError) else str(error)
            return
        self.reset()
        yield FarTablesState.load
        yield FarTablesState.read_now(False)

    async def _take(self, table: str, known: TableMapping | None) -> None:
        """Show a table with what is known of how it is read, else with what it suggests."""
        self.table, self.problem, self.headers, self.columns = table, "", [], []
        found = await self._sample()
        if found is None:
            return
        mapping = known or await asyncio.to_thread(sampling.proposed, found, self.contract)
        self.headers, self.keys, self.own = list(found.table.names), list(mapping.keys), company().currency
        self.cursor, self.features, self.mirror = mapping.cursor or "", list(mapping.features), mapping.mirror
        self._draft = mapping.model_dump(exclude_unset=True)
        self._answers = understanding.said_of(known) if known else {}
        await self._change()

    async def _answer(self, name: str, answer: Answer) -> None:
        self._answers = {**self._answers, name: answer}
        await self._change()

    def _decisions(self) -> list[dict[str, Any]]:
        return [*self.questions, *self.settled]

    async def _change(self, **changed: Any) -> None:
        """Settle something, and show what would become of the first rows then."""
        self._draft = {**self._draft, **changed}
        found = await self._sample()
        if found is None:
            return
        mapping, language, answers = self._mapping(), viewer(self).language, deepcopy(self._answers)
        try:
            seen = await asyncio.to_thread(sampling.tried, found, self.contract, mapping, answers, language)
        except ProductError as error:
            self.problem, self.ready = error.message(language), False
            return
        self._tell(seen)

    def _tell(self, seen: Tried) -> None:
        decisions = [one.model_dump(mode="json") for one in seen.decisions]
        self.problem = ""
        self.columns = [one.model_dump(mode="json") for one in seen.columns]
        self.fed = [column for column in self.columns if column["read"]]
        self.first_rows = [one.model_dump(mode="json") for one in seen.first_rows]
        self.questions = [one for one in decisions if one["asked"]]
        self.settled = [one for one in decisions if not one["asked"]]
        self.open_questions = sum(one["open"] for one in decisions)
        self.missing, self.tried, self.refused, self.examples = seen.missing, seen.tried, seen.refused, seen.examples
        self.repeated = seen.repeated
        if self.contract == "orders":
            self.state, self.currency = seen.mapping.state or "", seen.mapping.currency or ""
        used = {one["header"] for one in self.columns}
        keeps = CONTRACTS[self.contract].free_columns is FreeColumns.FEATURES
        self.others = [name for name in self.headers if name not in used] if keeps else []
        self.ready = bool(self.keys) and not (self.missing or self.open_questions or self.repeated)

    def _mapping(self) -> TableMapping:
        """The draft with what the form says besides."""
        used = self._draft["columns"].values()
        key: Any = self.keys[0] if len(self.keys) == 1 else tuple(self.keys)
        features = tuple(name for name in self.features if name not in used)
        said = {"table": self.table, "key": key, "cursor": self.cursor or None, "features": features}
        return TableMapping.model_construct(None, **{**deepcopy(self._draft), **said, "mirror": self.mirror})

    async def _sample(self) -> Sample | None:
        """The first rows; None where they cannot be fetched, with the reason on the page."""
        if not self.table:
            return None
        try:
            return await asyncio.to_thread(work.first_rows, self.table, self._visit)
        except ProductError as error:
            self.problem, self.ready, self.headers = error.message(viewer(self).language), False, []
            return None
