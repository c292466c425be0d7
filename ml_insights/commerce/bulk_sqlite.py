"""Bulk writes into SQLite, as its driver takes rows fastest: tuples, many to a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Float
from sqlmodel import Session, SQLModel

from ml_insights.commerce.bulk import Target, Writer
from ml_insights.commerce.facts import Batch
from ml_insights.core.arrow import compute as pc

ROWS_A_STATEMENT = 400
BULK = 10_000
"""Rows at once from which on making indexes anew is cheaper than keeping them."""
CACHE_KIB = 262_144
LATER = ("order_lines_by_customer",)
"""Indexes that only make pages faster: after a bulk import they are made with the first computation (`indexes.py`)."""


class SqliteWriter(Writer):
    """Tuples, many to a statement, into a table without indexes where that is safe."""

    differs_from = "IS NOT"

    def __init__(self, session: Session, batch: Batch, target: Target) -> None:
        super().__init__(session, batch, target)
        self.indexes: list[str] | None = None
        self.cache = self.asked("PRAGMA cache_size")
        self.cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection = self.cursor.connection
        connection.create_function("exactly", 1, _exactly, deterministic=True)
        connection.create_function("as_double", 1, _as_double, deterministic=True)

    def insert(self, chunk: pa.Table) -> int:
        """Add the rows that are not known; how many."""
        if self.indexes is None:
            self.indexes = self._without_indexes(chunk.num_rows)
        return self._insert(self.target.table, self._constants(), chunk)

    def close(self) -> None:
        """Put the indexes back."""
        for index in self.indexes or ():
            self.cursor.execute(index)
        self.cursor.execute(f"PRAGMA cache_size = {self.cache}")
        super().close()

    def as_json(self) -> str:
        """SQL for a JSON object. SQLite writes a number with 15 digits, which is not always the same number."""
        table, floats = self.target.table, _floats(self.target)
        values = {name: f"{table}.{name}" for name in self.target.columns}
        pairs = [f"'{name}', " + (f"exactly({v})" if name in floats else v) for name, v in values.items()]
        return f"json_object({', '.join(pairs)})"

    def stage_earlier(self, batch_id: int) -> None:
        """Fill the staging table with what rows said before an import changed them, and whose they were."""
        floats = _floats(self.target)
        values = {name: f"json_extract(before, '$.{name}')" for name in self.target.columns}
        read = [f"as_double({v})" if name in floats else v for name, v in values.items()]
        self.cursor.execute(
            f"INSERT INTO {self.staging} SELECT {', '.join(read)}, earlier_batch "  # noqa: S608
            f"FROM import_changes WHERE batch_id = {batch_id}"
        )

    def _without_indexes(self, rows: int) -> list[str]:
        """Drop the indexes where many rows come that cannot meet known ones; the statements that make them again.

        SQLite's schema is part of the transaction: a roll-back or a crash brings the indexes back.
        """
        table = self.target.table
        known = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE dataset = '{self.batch.dataset.value}')"  # noqa: S608
        if rows < BULK or not self.batch.distinct or self.asked(known):
            return []
        self.cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql > ''", [table]
        )
        indexes: Any = self.cursor.fetchall()
        for name, _ in indexes:
            self.cursor.execute(f'DROP INDEX "{name}"')
        return [statement for name, statement in indexes if name not in LATER]

    def stage(self, chunk: pa.Table) -> None:
        """Fill the staging table with the chunk alone."""
        self.cursor.execute(f"DELETE FROM {self.staging}")  # noqa: S608
        self._insert(self.staging, {}, chunk)

    def _insert(self, table: str, constants: dict[str, str], chunk: pa.Table) -> int:
        """Insert what does not exist, many rows a statement: starting one costs as much as the row itself."""
        there = [name for name in self.target.columns if name in chunk.column_names]
        given = [name for name in there if chunk.column(name).null_count < chunk.num_rows]
        columns = ", ".join((*constants, *given))
        marks = ", ".join((*constants.values(), *("?" for _ in given)))
        values = _values(chunk, given)
        whole = len(values) // ROWS_A_STATEMENT * ROWS_A_STATEMENT
        added = 0
        for rows, blocks in (
            (ROWS_A_STATEMENT, values[:whole].reshape(-1, ROWS_A_STATEMENT * values.shape[1]).tolist()),
            (len(values) - whole, [values[whole:].ravel().tolist()]),
        ):
            if rows and blocks:
                many = ", ".join([f"({marks})"] * rows)
                self.cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES {many} ON CONFLICT DO NOTHING", blocks)  # noqa: S608
                added += self.cursor.rowcount
        return added


def _floats(target: Target) -> set[str]:
    """Which columns hold numbers with a fraction."""
    columns = SQLModel.metadata.tables[target.table].c
    return {name for name in target.columns if isinstance(columns[name].type, Float)}


def _exactly(number: float | None) -> str | None:
    return None if number is None else repr(number)


def _as_double(written: str | None) -> float | None:
    return None if written is None else float(written)


def _values(chunk: pa.Table, names: Sequence[str]) -> np.ndarray:
    """Python objects, rows × columns, as SQLite's driver takes them."""
    rows = np.empty((chunk.num_rows, len(names)), dtype=object)
    for place, name in enumerate(names):
        rows[:, place] = _objects(chunk.column(name))
    return rows


def _objects(column: pa.ChunkedArray) -> np.ndarray:
    """One value a row; each distinct text becomes one Python object, however often it repeats."""
    if pa.types.is_timestamp(column.type):
        # The text form of SQLAlchemy's DateTime, which its comparisons rely on: six decimals, no zone.
        return column.cast(pa.timestamp("us")).cast(pa.string()).to_numpy()
    if pa.types.is_dictionary(column.type):
        encoded = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        return _repeated(encoded.dictionary, encoded.indices)
    return np.array(column.to_pylist(), dtype=object) if column.null_count else column.to_numpy()


def _repeated(distinct: pa.Array, indices: pa.Array) -> np.ndarray:
    objects = np.array([*distinct.to_pylist(), None], dtype=object)
    return objects[np.asarray(pc.fill_null(indices, len(distinct)))]
