"""What tables a project has, and which of their columns can be read in order: pure, from PostgREST's description of
itself (OpenAPI 2.0, https://docs.postgrest.org/en/stable/references/api/openapi.html) or from the first rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ml_insights.sources.synonyms import plain

PRIMARY = "<pk/>"
"""What PostgREST writes into the description of a column that belongs to the primary key."""
UNIQUE_NAMES = ("id", "uuid", "rowid", "pk", "linea", "lineid", "orderitemid", "orderlineid")
CHANGED_NAMES = ("updatedat", "modifiedat", "lastmodified", "lastmodifiedat", "changedat", "updatedon", "modifiedon",
                 "updated", "modified", "actualizado", "actualizadoen", "actualizadoel", "fechaactualizacion",
                 "fechamodificacion", "modificado", "modificadoen", "ultimaactualizacion")  # fmt: skip

STATE_NAMES = ("status", "state", "estado", "financialstatus", "paymentstatus", "orderstatus", "orderstate",
               "fulfillmentstatus", "estadopedido", "estadopago", "estadodelpedido", "situacion")  # fmt: skip


@dataclass(frozen=True)
class FarColumn:
    """A column over there. `kind` is PostgreSQL's type, empty where it is not told; `choices` those of an enum."""

    name: str
    kind: str = ""
    primary: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FarTable:
    """A table or view that the key may see."""

    name: str
    columns: tuple[FarColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(column.name for column in self.columns)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of its primary key; empty where it has none, or where that is not told."""
        return tuple(column.name for column in self.columns if column.primary)


def tables_of(description: dict[str, Any]) -> list[FarTable]:
    """The tables and views that a description names, by name."""
    definitions = description.get("definitions")
    if not isinstance(definitions, dict):
        return []
    return [FarTable(name, _columns(definitions[name])) for name in sorted(definitions)]


def _columns(definition: Any) -> tuple[FarColumn, ...]:
    properties = definition.get("properties") if isinstance(definition, dict) else None
    if not isinstance(properties, dict):
        return ()
    return tuple(_column(name, told) for name, told in properties.items())


def _column(name: str, told: Any) -> FarColumn:
    if not isinstance(told, dict):
        return FarColumn(name)
    choices = told.get("enum")
    return FarColumn(
        name,
        str(told.get("format") or told.get("type") or ""),
        PRIMARY in str(told.get("description") or ""),
        tuple(map(str, choices)) if isinstance(choices, list) else (),
    )


def table_of_rows(name: str, rows: Sequence[dict[str, Any]]) -> FarTable:
    """What the first rows of a table tell of it, where nothing describes it."""
    return FarTable(name, tuple(FarColumn(column) for column in (rows[0] if rows else {})))


def proposed_key(table: FarTable, rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The columns to page by: the primary key, else a column with a telling name whose values in `rows` all differ."""
    if table.primary_key:
        return table.primary_key
    unique = [column for column in table.names if _differ(column, rows)]
    telling = [column for column in unique if plain(column) in (*UNIQUE_NAMES, plain(table.name) + "id")]
    return tuple(telling[:1])


def proposed_cursor(table: FarTable) -> str:
    """The column that grows when a row changes, by its name; empty where there is none.

    One that only says when a row was made (created_at) is not proposed: later changes would be missed.
    """
    found = {plain(column.name): column.name for column in table.columns if _of_time(column)}
    return next((found[name] for name in CHANGED_NAMES if name in found), "")


def named(table: FarTable, names: Sequence[str]) -> str:
    """The first column that is called by one of `names`, empty where none is."""
    found = {plain(column): column for column in reversed(table.names)}
    return next((found[name] for name in names if name in found), "")


def repeated(columns: Iterable[str], rows: Sequence[dict[str, Any]]) -> bool:
    """Whether two of the rows have the same values in `columns`, or one has none."""
    keys = [tuple(str(row.get(column)) if row.get(column) is not None else None for column in columns) for row in rows]
    return len(set(keys)) < len(keys) or any(None in key for key in keys)


def _differ(column: str, rows: Sequence[dict[str, Any]]) -> bool:
    return bool(rows) and not repeated((column,), rows)


def _of_time(column: FarColumn) -> bool:
    return not column.kind or column.kind.startswith(("timestamp", "date"))
