"""Rows of the ledger on their way into the database and out of it, a block at a time, as columns.

Values go in as the driver takes them fastest: many rows a statement for SQLite, COPY for PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import NoneType
from typing import Any

import numpy as np
from sqlmodel import Session

from ml_insights.ledger.canonical import NULL_WHOLE, SHAPES, Columns, Kind, Values
from ml_insights.ledger.tables import rows_of

ROWS_A_STATEMENT = 100
"""Starting a statement costs as much as a row."""

FETCH = 1_000
"""Rows held as Python objects at once; more at once are slower to turn into columns."""

SPOILT = NULL_WHOLE + 1
"""What is read where a number or a moment should be and is not: nothing that we write."""


def insert(session: Session, kind: str, ids: range, columns: Columns) -> None:
    """Add the rows of a block to its table. Columns without any value are left out."""
    kinds = SHAPES[kind]
    given = {name: values for name, values in columns.items() if not _is_empty(values)}
    if session.get_bind().dialect.name == "sqlite":
        _insert_sqlite(session, kind, ids, {name: _for_sqlite(values, kinds[name]) for name, values in given.items()})
    else:
        _copy_postgresql(session, kind, ids, given)


def read(session: Session, kind: str, block: int) -> tuple[list[int], dict[str, Values]]:
    """The ids and columns of every row that says it belongs to a block, in order, whatever somebody did to them."""
    columns = fetch(session, {"id": Kind.WHOLE, **SHAPES[kind]}, f"ledger_{kind}", rows_of(block))
    return np.asarray(columns.pop("id")).tolist(), columns


def fetch(session: Session, columns: Mapping[str, Kind], source: str, ids: range) -> dict[str, Values]:
    """Columns of a table or join, of the rows whose id (the first column) is in `ids`, in order."""
    selected = ", ".join(_selected(session, name, kind) for name, kind in columns.items())
    key = next(iter(columns))
    mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
    cursor: Any = session.connection().connection.cursor()
    cursor.execute(
        f"SELECT {selected} FROM {source} WHERE {key} >= {mark} AND {key} < {mark} ORDER BY {key}",  # noqa: S608
        [ids.start, ids.stop],
    )
    parts: list[list[Values]] = [[_as_column((), kind)] for kind in columns.values()]
    while rows := cursor.fetchmany(FETCH):
        for part, kind, values in zip(parts, columns.values(), zip(*rows, strict=True), strict=True):
            part.append(_as_column(values, kind))
    cursor.close()
    return {name.rpartition(".")[2]: _joined(part) for name, part in zip(columns, parts, strict=True)}


def _joined(parts: list[Values]) -> Values:
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    return np.concatenate(arrays) if arrays else list(chain.from_iterable(parts))


def _as_column(values: Any, kind: Kind) -> Values:
    """What the database gave, in canonical form."""
    if kind == Kind.TEXT:
        plain = set(map(type, values)) <= {str, NoneType}
        return list(values) if plain else [value if isinstance(value, str) else f"\0{value!r}" for value in values]
    if kind == Kind.NUMBER:
        return _numbers(values)
    if kind == Kind.MOMENT and values and isinstance(values[0], str):
        return _moments(values)
    return _wholes(values)


def _wholes(values: Any) -> np.ndarray:
    try:
        return np.array(values, np.int64)
    except (TypeError, ValueError):
        return np.array([_whole(value) for value in values], np.int64)


def _numbers(values: Any) -> np.ndarray:
    try:
        return np.array(values, np.float64)
    except (TypeError, ValueError):
        plain = [np.nan if value is None else value if isinstance(value, float | int) else np.inf for value in values]
        return np.array(plain, np.float64)


def _moments(values: Any) -> np.ndarray:
    try:
        return np.array(values, "datetime64[us]").view(np.int64)
    except (TypeError, ValueError):
        return np.array([_moment(value) for value in values], np.int64)


def _moment(value: Any) -> int:
    try:
        return int(np.datetime64(value, "us").view(np.int64))
    except (TypeError, ValueError):
        return SPOILT


def _whole(value: Any) -> int:
    return NULL_WHOLE if value is None else value if isinstance(value, int) else SPOILT


def _is_empty(values: Values) -> bool:
    if not isinstance(values, np.ndarray):
        return not any(value is not None for value in values)
    return bool((np.isnan(values) if values.dtype.kind == "f" else values == NULL_WHOLE).all())


def _selected(session: Session, name: str, kind: Kind) -> str:
    """Moments as the driver hands them over fastest: SQLite's own text, microseconds of PostgreSQL."""
    if kind == Kind.MOMENT and session.get_bind().dialect.name == "postgresql":
        return f"CAST(extract(epoch FROM {name}) * 1000000 AS BIGINT)"
    return name


def _for_sqlite(values: Values, kind: Kind) -> list[Any]:
    if not isinstance(values, np.ndarray):
        return list(values)
    if kind == Kind.MOMENT:
        moments, places = np.unique(values, return_inverse=True)
        texts = np.char.replace(np.datetime_as_string(moments.view("datetime64[us]")), "T", " ")
        return np.array(texts.tolist(), object)[places].tolist()
    if kind == Kind.WHOLE and (values == NULL_WHOLE).any():
        return [None if value == NULL_WHOLE else value for value in values.tolist()]
    return values.tolist()  # SQLite takes NaN for NULL


def _insert_sqlite(session: Session, kind: str, ids: range, columns: dict[str, list[Any]]) -> None:
    cursor: Any = session.connection().connection.cursor()
    start = f"INSERT INTO ledger_{kind} ({', '.join(('id', *columns))}) VALUES "  # noqa: S608
    marks = f"({', '.join('?' * (len(columns) + 1))})"
    rows = list(zip(ids, *columns.values(), strict=True))
    whole = len(rows) // ROWS_A_STATEMENT * ROWS_A_STATEMENT
    many = (list(chain.from_iterable(rows[at : at + ROWS_A_STATEMENT])) for at in range(0, whole, ROWS_A_STATEMENT))
    cursor.executemany(start + ", ".join([marks] * ROWS_A_STATEMENT), many)
    cursor.executemany(start + marks, rows[whole:])
    cursor.close()


def _copy_postgresql(session: Session, kind: str, ids: range, columns: Columns) -> None:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    kinds = SHAPES[kind]
    plain = {name: _for_copy(values, kinds[name]) for name, values in columns.items()}
    table = pa.table({"id": pa.array(np.arange(ids.start, ids.stop)), **plain})
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False))
    cursor: Any = session.connection().connection.cursor()
    with cursor.copy(f"COPY ledger_{kind} ({', '.join(table.column_names)}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(sink.getvalue().to_pybytes())
    cursor.close()


def _for_copy(values: Values, kind: Kind) -> Any:
    import pyarrow as pa

    if not isinstance(values, np.ndarray):
        return pa.array(values, pa.string())
    if kind == Kind.NUMBER:
        return pa.array(values, from_pandas=True)
    whole = pa.array(values, mask=values == NULL_WHOLE)
    return whole.cast(pa.timestamp("us", "UTC")) if kind == Kind.MOMENT else whole
