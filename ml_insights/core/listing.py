"""Lists that the database searches, sorts, cuts into pages and writes out by key, a million rows like a hundred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, func, or_
from sqlmodel import Session

from ml_insights.core.folding import fold, folded

LONGEST_SEARCH = 200
AT_ONCE = 5_000
"""Rows that an export has in memory at once."""
BY, KEY = "sorted_by", "sorted_key"
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Sorting:
    """What a reader can sort a list by: each column, and whether it falls at first; `first` is the default one."""

    falls: Mapping[str, bool]
    first: str

    def asked(self, text: str) -> tuple[str, bool]:
        """The column that an address names, and whether it falls ("-revenue"); the default where there is none such."""
        column = text.removeprefix("-")
        return (column, text.startswith("-")) if column in self.falls else (self.first, self.falls[self.first])

    def told(self, column: str, descending: bool) -> str:
        """What an address says of this order; nothing of the default."""
        default = (column, descending) == (self.first, self.falls[self.first])
        return "" if default else f"{'-' if descending else ''}{column}"

    def pressed(self, pressed: str, column: str, descending: bool) -> tuple[str, bool]:
        """The order once the head of a column is pressed; a second time, the other way round."""
        if pressed not in self.falls:
            return column, descending
        return pressed, not descending if pressed == column else self.falls[pressed]


@dataclass(frozen=True)
class Order:
    """Rows by `column`, those without a value last; ties by `key`, which no two rows share, in the same direction."""

    column: ColumnElement[Any]
    key: ColumnElement[Any]
    descending: bool = False

    def parts(self, statement: Query) -> list[Query]:
        """`statement` in this order: those rows that have a value, then those that have none.

        Two statements, since no index of PostgreSQL serves one that names the place of nulls.
        """
        directed = [one.desc() if self.descending else one.asc() for one in (self.column, self.key)]
        if not getattr(self.column, "nullable", True):
            return [statement.order_by(*directed)]
        with_value = statement.where(self.column.is_not(None)).order_by(*directed)
        return [with_value, statement.where(self.column.is_(None)).order_by(directed[1])]

    def behind(self, value: Any, key: Any) -> ColumnElement[bool]:
        """Whether a row comes behind the one that has this value and key."""
        further = self.key < key if self.descending else self.key > key
        if value is None:
            return further
        beyond, reached = (
            (self.column < value, self.column <= value)
            if self.descending
            else (self.column > value, self.column >= value)
        )
        return and_(reached, or_(beyond, further))


def holding(search: str, *columns: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
    """Conditions of rows of which, for every word of `search`, one of `columns` holds it, however it is written."""
    words = (fold(search[:LONGEST_SEARCH]) or "").split()
    return [or_(*(folded(column).contains(word, autoescape=True) for column in columns)) for word in words]


def count(session: Session, statement: Query) -> int:
    """How many rows a statement has."""
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return session.execute(counted).scalar_one()


def window(session: Session, parts: Sequence[Query], limit: int, offset: int = 0) -> list[Row[Any]]:
    """Rows `offset` to `offset + limit` of statements that follow one another."""
    found: list[Row[Any]] = []
    for part in parts:
        rows = session.execute(part.limit(limit - len(found)).offset(offset)).all()
        found += rows
        if len(found) == limit:
            break
        offset = 0 if rows else max(offset - count(session, part), 0)
    return found


def every_row(session: Session, statement: Query, order: Order, at_once: int = AT_ONCE) -> Iterator[Row[Any]]:
    """All rows, so sorted, some thousands in memory at once; each read goes on behind the key of the last row.

    Beside the statement's own columns a row has BY and KEY.
    """
    for part in order.parts(statement.add_columns(order.column.label(BY), order.key.label(KEY))):
        rows = session.execute(part.limit(at_once)).all()
        while rows:
            yield from rows
            last = rows[-1]._mapping
            full = len(rows) == at_once
            rows = session.execute(part.where(order.behind(last[BY], last[KEY])).limit(at_once)).all() if full else []
