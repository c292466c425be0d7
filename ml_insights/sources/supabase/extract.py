"""Fetch a table page by page into a CSV file whose header is the table's own."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ml_insights.sources.currencies import currencies_beside, currency_of, is_currency
from ml_insights.sources.supabase.client import Project, Row
from ml_insights.sources.supabase.errors import NotAKey, SourceRefused
from ml_insights.sources.supabase.mapping import TableMapping

OVERLAP = timedelta(minutes=10)
"""Transactions may commit after later ones have been seen; reading a little again costs nothing."""
ORDERS_AT_ONCE = 80
"""Order numbers in one address line, which servers cut at some 8,000 characters."""
LOOKED_AT = 50
"""Rows that are asked which currencies they name."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

OnRows = Callable[[int], None]
Values = tuple[Any, ...]


@dataclass(frozen=True)
class Extraction:
    """What was fetched. `cursor` is where the next reading begins; `numbers` are the columns that the service holds
    as numbers, so that their decimal sign is a point. `visible` says whether the table shows any row at all.
    `currencies` are those that the mapped column names, "" for the company's own."""

    rows: int
    cursor: str
    numbers: frozenset[str]
    visible: bool
    currencies: frozenset[str] = frozenset()


class Extractor:
    """Reads one mapped table. Raises what `Project` raises, and NotAKey."""

    def __init__(self, project: Project, mapping: TableMapping) -> None:
        self.project, self.mapping = project, mapping
        self._cursor = ""
        self._texts: set[str] = set()
        self._filled: set[str] = set()
        self._currencies: set[str] = set()

    def write(self, path: Path, since: str, on_rows: OnRows) -> Extraction:
        """Write the rows that changed after the cursor `since` (all where it is empty) to a CSV at `path`."""
        fetched, self._cursor = 0, since
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.mapping.headers)
            for rows in self._changed(since):
                writer.writerows(map(self._cells, rows))
                fetched += len(rows)
                self._note(rows)
                on_rows(fetched)
        visible = bool(fetched) or (bool(since) and self.shows_rows())
        numbers = frozenset(self._filled - self._texts)
        return Extraction(fetched, self._cursor, numbers, visible, frozenset(self._currencies))

    def _cells(self, row: Row) -> list[str]:
        cells = [as_text(row[column]) for column in self.mapping.written]
        return [*cells, "-".join(map(as_text, self._key(row)))] if self.mapping.joint else cells

    def shows_rows(self) -> bool:
        """Whether the table can be read and has any row for this key."""
        return bool(self._rows(lambda query: query.limit(1)))

    def first_row(self) -> Row:
        """The first row with every column that the table has; empty where it shows none."""

        def ask(table: Any) -> Any:
            query = table.select("*")
            for key in self.mapping.keys:
                query = query.order(_name(key))
            return query.limit(1)

        return next(iter(self.project.rows(self.mapping.table, ask)), {})

    def foreign(self, column: str, own: str) -> list[str]:
        """Currencies other than `own` that some of the rows name in `column`."""
        plain = _name(column)
        rows = self.project.rows(
            self.mapping.table, lambda table: table.select(plain).neq(column, own).limit(LOOKED_AT)
        )
        named = {currency_of(as_text(row.get(column)), beside_amount=False) for row in rows}
        return sorted(name for name in named - {"", own} if is_currency(name))

    def _changed(self, since: str) -> Iterator[list[Row]]:
        """Pages of rows. Of an order that changed every line is read, for equal lines are known by their place."""
        order_id = self.mapping.columns.get("order_id")
        if not since or not self.mapping.cursor or order_id is None:
            yield from self._pages(since=since)
            return
        found = {row[order_id] for rows in self._pages(since=since) for row in rows}
        orders = sorted(str(number) for number in found if number is not None)
        for place in range(0, len(orders), ORDERS_AT_ONCE):
            yield from self._pages(only=(order_id, orders[place : place + ORDERS_AT_ONCE]))

    def _pages(self, since: str = "", only: tuple[str, list[str]] | None = None) -> Iterator[list[Row]]:
        """Pages in the order of the key, each begun after the last key of the one before: a page that comes short
        loses nothing, and rows that arrive meanwhile shift nothing. Only an empty page is the end."""
        last, first = None, None
        while rows := self._page(last, since, only):
            self._require_key(last, rows)
            if self._key(rows[0]) == first:
                raise SourceRefused(table=self.mapping.table, reason="it gives the same page again and again")
            first = self._key(rows[0])
            yield rows
            last = self._key(rows[-1])

    def _page(self, last: Values | None, since: str, only: tuple[str, list[str]] | None) -> list[Row]:
        keys, cursor = self.mapping.keys, self.mapping.cursor

        def ask(query: Any) -> Any:
            either = []
            if last is not None and len(keys) == 1 and _PLAIN.fullmatch(keys[0]):
                query = query.gt(keys[0], last[0])
            elif last is not None:
                either.append(_after(keys, last))
            if since and cursor:
                either.append(f"{_name(cursor)}.gte.{_quoted(_earlier(since))},{_name(cursor)}.is.null")
            if either:
                query = query.or_(either[0] if len(either) == 1 else f"and(or({either[0]}),or({either[1]}))")
            if only is not None:
                query = query.in_(only[0], only[1])
            for key in keys:
                query = query.order(_name(key))
            return query.limit(self.mapping.page)

        return self._rows(ask)

    def _rows(self, ask: Callable[[Any], Any]) -> list[Row]:
        selected = ",".join(_name(column) for column in self.mapping.selected)
        rows = self.project.rows(self.mapping.table, lambda table: ask(table.select(selected)))
        if any(not set(self.mapping.selected) <= row.keys() for row in rows):
            raise SourceRefused(table=self.mapping.table, reason="columns are missing in its answer")
        return rows

    def _key(self, row: Row) -> Values:
        return tuple(row[key] for key in self.mapping.keys)

    def _require_key(self, last: Values | None, rows: list[Row]) -> None:
        """Raise NotAKey where the key repeats itself or is empty: rows between two pages could be lost."""
        keys = [*([last] if last is not None else []), *(self._key(row) for row in rows)]
        if any(None in key for key in keys) or any(first == second for first, second in pairwise(keys)):
            raise NotAKey(table=self.mapping.table, columns=", ".join(self.mapping.keys))

    def _note(self, rows: list[Row]) -> None:
        """Remember the highest cursor, and which columns hold anything but numbers."""
        for column in self.mapping.written:
            values = [row[column] for row in rows if row[column] is not None]
            self._filled.update([column] if values else [])
            if not all(map(is_number, values)):
                self._texts.add(column)
        if self.mapping.currency:
            texts = {as_text(row[self.mapping.currency]) for row in rows}
            if self.mapping.currency in self.mapping.columns.values():
                self._currencies.update(currencies_beside(texts, self.mapping.currency))
            else:
                self._currencies.update(currency_of(text, beside_amount=False) for text in texts)
        if self.mapping.cursor:
            seen = [str(row[self.mapping.cursor]) for row in rows if row[self.mapping.cursor] is not None]
            self._cursor = max((self._cursor, *seen), key=_order)


def _after(keys: tuple[str, ...], last: Values) -> str:
    """The rows after `last` in the order of several columns, as PostgREST's logic writes it."""
    first, value = _name(keys[0]), _quoted(last[0])
    if len(keys) == 1:
        return f"{first}.gt.{value}"
    rest = _after(keys[1:], last[1:])
    return f"{first}.gt.{value},and({first}.eq.{value},{rest if len(keys) == 2 else f'or({rest})'})"


def _quoted(value: Any) -> str:
    escaped = as_text(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _name(column: str) -> str:
    """A column as PostgREST wants it: in quotes only where it is no plain name."""
    return column if _PLAIN.fullmatch(column) else _quoted(column)


def as_text(value: Any) -> str:
    """A value of the service as a cell of a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value)


def is_number(value: Any) -> bool:
    """Whether the service holds it as a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _order(cursor: str) -> tuple[float, str]:
    """Cursors compare as times or numbers, whatever their notation."""
    moment = _moment(cursor)
    if moment is not None:
        return moment.timestamp(), ""
    try:
        return float(cursor or "-inf"), ""
    except ValueError:
        return 0.0, cursor


def _earlier(cursor: str) -> str:
    moment = _moment(cursor)
    return cursor if moment is None else (moment - OVERLAP).isoformat()


def _moment(cursor: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cursor) if "-" in cursor[1:] else None
    except ValueError:
        return None
