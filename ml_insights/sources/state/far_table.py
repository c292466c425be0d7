"""Choosing a table: which one, which of its columns is which, what its states mean; with its first rows as they
would be read."""

from __future__ import annotations

import asyncio
from secrets import token_hex
from typing import Any

import reflex as rx

from ml.frames import CONTRACTS, FreeColumns
from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import gettext
from ml_insights.sources.labels import column_title
from ml_insights.sources.state.far_tables import FarTablesState
from ml_insights.sources.supabase import sampling, work
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.sampling import SHOWN_VALUES, Sample, Tried
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer

MOST_KEYS = 3


@forgets("open", "problem")
class FarTableState(rx.State):
    """A table as it is being chosen. `visit` names the first rows that were fetched for it."""

    open: rx.Field[bool] = rx.field(default=False)
    contract: rx.Field[str] = rx.field(default="orders")
    names: rx.Field[list[str]] = rx.field(default_factory=list)
    table: rx.Field[str] = rx.field(default="")
    loading: rx.Field[bool] = rx.field(default=False)
    problem: rx.Field[str] = rx.field(default="")
    headers: rx.Field[list[str]] = rx.field(default_factory=list)
    columns: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    fed: rx.Field[list[str]] = rx.field(default_factory=list)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    keys: rx.Field[list[str]] = rx.field(default_factory=list)
    cursor: rx.Field[str] = rx.field(default="")
    mirror: rx.Field[bool] = rx.field(default=False)
    features: rx.Field[list[str]] = rx.field(default_factory=list)
    others: rx.Field[list[str]] = rx.field(default_factory=list)
    state: rx.Field[str] = rx.field(default="")
    states: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    unused_state: rx.Field[str] = rx.field(default="")
    currency: rx.Field[str] = rx.field(default="")
    questions: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    missing: rx.Field[list[str]] = rx.field(default_factory=list)
    tried: rx.Field[int] = rx.field(default=0)
    refused: rx.Field[int] = rx.field(default=0)
    examples: rx.Field[list[str]] = rx.field(default_factory=list)
    repeated: rx.Field[bool] = rx.field(default=False)
    ready: rx.Field[bool] = rx.field(default=False)
    _visit: str = ""
    _kept: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

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
        self.columns = [one | {"header": header} if one["name"] == column else one for one in self.columns]
        await self._try()

    @rx.event
    @allow(Area.SOURCES)
    async def choose_key(self, place: int, column: str):
        """Page by another column; an empty one takes it out, a further place adds it."""
        keys = [*self.keys]
        keys[place : place + 1] = [column] if column else []
        self.keys = list(dict.fromkeys(keys))[:MOST_KEYS]
        await self._try()

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
    async def choose_state(self, column: str):
        """Let another column say whether a row counts, or none."""
        found = await self._sample()
        self.state, self.unused_state = column, ""
        values = found.values(column)[:SHOWN_VALUES] if found and column else []
        self.states = [{"value": value, "rows": rows, "meaning": ""} for value, rows in values]
        await self._try()

    @rx.event
    @allow(Area.SOURCES)
    async def mean(self, value: str, meaning: str):
        """Say what a state means: a sale, a return, or left out."""
        self.states = [one | {"meaning": meaning} if one["value"] == value else one for one in self.states]
        await self._try()

    @rx.event
    @allow(Area.SOURCES)
    async def answer(self, name: str, value: str):
        """Say how amounts or dates are written that the table holds as text."""
        if name in ("decimal", "dates"):
            self._kept |= {name: value}
            await self._try()

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
        acting, mapping = viewer(self), self._mapping()
        try:
            await asyncio.to_thread(work.read_table, self.contract, mapping, acting.email)
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
        language, contract = viewer(self).language, CONTRACTS[self.contract]
        self.headers, self.keys = list(found.table.names), list(mapping.keys)
        self.cursor, self.features = mapping.cursor or "", list(mapping.features)
        self.mirror = mapping.mirror
        self.columns = [
            {
                "name": column.name,
                "title": column_title(contract.name, column.name, language),
                "description": gettext(column.description, language),
                "required": "yes" if column.required else "",
                "header": mapping.columns.get(column.name, ""),
            }
            for column in contract.columns
        ]
        self._kept = {"currency": mapping.currency, "rates": mapping.rates, "page": mapping.page}
        self._kept |= {"decimal": mapping.decimal, "dates": mapping.dates}
        self._show_states(found, mapping)
        await self._try()

    def _show_states(self, found: Sample, mapping: TableMapping) -> None:
        orders = self.contract == "orders"
        self.state = mapping.state or ""
        self.unused_state = "" if self.state or not orders else sampling.state_column(found)
        self.currency = "" if mapping.currency or not orders else sampling.currency_column(found)
        counts = dict(found.values(self.state)[:SHOWN_VALUES]) if self.state else {}
        values = dict.fromkeys(mapping.states, 0) | counts
        self.states = [
            {"value": value, "rows": rows, "meaning": mapping.states.get(value, "")} for value, rows in values.items()
        ]

    async def _try(self) -> None:
        """Show what would become of the first rows."""
        found = await self._sample()
        if found is None:
            return
        mapping, language = self._mapping(), viewer(self).language
        try:
            seen = await asyncio.to_thread(sampling.tried, found, self.contract, mapping, language)
        except ProductError as error:
            self.problem, self.ready = error.message(language), False
            return
        self._tell(seen, language)

    def _tell(self, seen: Tried, language: str) -> None:
        titles = {one["name"]: one["title"] for one in self.columns}
        self.problem = ""
        self.fed = [titles[name] for name in seen.columns]
        self.rows = [
            {"cells": [{"raw": raw, "read": read} for raw, read in cells], "why": why}
            for cells, why in zip(seen.cells, seen.why, strict=True)
        ]
        self.missing = [column_title(self.contract, name, language) for name in seen.missing]
        self.tried, self.refused, self.examples = seen.tried, seen.refused, seen.examples
        self.repeated = seen.repeated
        self.questions = [
            {"name": one.name, "text": one.text, "answers": [{"value": v, "label": label} for v, label in one.answers]}
            for one in seen.questions
        ]
        used = {one["header"] for one in self.columns}
        keeps = CONTRACTS[self.contract].free_columns is FreeColumns.FEATURES
        self.others = [name for name in self.headers if name not in used] if keeps else []
        unsaid = any(one["meaning"] == "" for one in self.states)
        self.ready = bool(self.keys) and not (self.missing or self.questions or self.repeated or unsaid)

    def _mapping(self) -> TableMapping:
        used = {one["header"] for one in self.columns}
        key: Any = self.keys[0] if len(self.keys) == 1 else tuple(self.keys)
        return TableMapping.model_construct(
            table=self.table,
            key=key,
            cursor=self.cursor or None,
            columns={one["name"]: one["header"] for one in self.columns if one["header"]},
            features=tuple(name for name in self.features if name not in used),
            state=self.state if self.contract == "orders" else None,
            states={one["value"]: one["meaning"] for one in self.states if one["meaning"]},
            mirror=self.mirror,
            **{name: value for name, value in self._kept.items() if value is not None},
        )

    async def _sample(self) -> Sample | None:
        """The first rows; None where they cannot be fetched, with the reason on the page."""
        if not self.table:
            return None
        try:
            return await asyncio.to_thread(work.first_rows, self.table, self._visit)
        except ProductError as error:
            self.problem, self.ready, self.headers, self.rows = error.message(viewer(self).language), False, [], []
            return None
