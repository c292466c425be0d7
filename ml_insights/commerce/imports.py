"""Bulk writes of validated rows. Everything happens in the caller's transaction: all rows of a batch enter, or none.

Rows go to the database as the driver takes them fastest: tuples for SQLite, COPY for PostgreSQL. Only rows that are
known already are compared with what they say now, through a temporary table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.service import mark_changed
from ml_insights.core.arrow import compute as pc

ROWS_A_STATEMENT = 400
BULK = 10_000
"""Rows at once from which on making indexes anew is cheaper than keeping them."""
CACHE_KIB = 65_536


@dataclass(frozen=True)
class Target:
    """A table, the contract columns that identify a row of a dataset, and those that a row may change."""

    table: str
    identity: tuple[str, ...]
    values: tuple[str, ...]
    batched: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every contract column of the table."""
        return (*self.identity, *self.values)


ORDERS = Target(
    "order_lines",
    ("order_id", "product_id", "occurrence"),
    ("ordered_at", "quantity", "unit_price", "customer_id", "channel"),
    batched=True,
)
CUSTOMERS = Target("customers", ("customer_id",), ("name", "email", "phone", "region", "created_at"))
PRODUCTS = Target("products", ("product_id",), ("name", "category", "unit_cost"))


def write_orders(session: Session, batch: Batch) -> ImportCount:
    """Add order lines. Lines that are known with other values keep them unless the batch updates."""
    return write_rows(session, batch, ORDERS)


def write_customers(session: Session, batch: Batch) -> ImportCount:
    """Add customers and update known ones; a value that the file does not give stays as it is."""
    return write_rows(session, Batch(batch.id, batch.dataset, _last_of_each(batch, CUSTOMERS), update=True), CUSTOMERS)


def write_products(session: Session, batch: Batch) -> ImportCount:
    """Add products and update known ones; a value that the file does not give stays as it is."""
    return write_rows(session, Batch(batch.id, batch.dataset, _last_of_each(batch, PRODUCTS), update=True), PRODUCTS)


def _last_of_each(batch: Batch, target: Target) -> Iterator[pa.Table]:
    """Within a chunk the last row of each identity: one statement cannot change a row twice."""
    for chunk in batch.chunks:
        keys = chunk.column(target.identity[0]).cast(pa.string()).to_pylist()
        last = {key: place for place, key in enumerate(keys)}
        yield chunk.take(pa.array(sorted(last.values()), pa.int64()))


def write_rows(session: Session, batch: Batch, target: Target) -> ImportCount:
    """Add the rows of a batch to the table of `target`, for this slice and for those above it."""
    writer = _SqliteWriter if session.get_bind().dialect.name == "sqlite" else _PostgresWriter
    total = ImportCount()
    bulk = writer(session, batch, target)
    for chunk in batch.chunks:
        if chunk.num_rows:
            total += bulk.write(chunk)
    bulk.close()
    if total.added or total.updated:
        mark_changed(session, batch.dataset)
    return total


class _Writer:
    """One batch into one table. Dialects differ in how rows reach the database, not in what is asked of it."""

    same = "IS NOT DISTINCT FROM"

    def __init__(self, session: Session, batch: Batch, target: Target) -> None:
        self.session, self.batch, self.target = session, batch, target
        self.cursor: Any = session.connection().connection.cursor()
        self.staging = f"staging_{target.table}"
        self.cursor.execute(f"DROP TABLE IF EXISTS {self.staging}")
        columns = ", ".join(target.columns)
        self.cursor.execute(
            f"CREATE TEMPORARY TABLE {self.staging} AS SELECT {columns} FROM {target.table} WHERE 1 = 0"  # noqa: S608
        )

    def write(self, chunk: pa.Table) -> ImportCount:
        """Insert what is new, then say or do something about the rest."""
        added = self.insert(chunk)
        known = chunk.num_rows - added
        if not known:
            return ImportCount(added=added)
        differing = self.update(chunk) if self.batch.update else self.differing(chunk)
        unchanged = known - differing
        return ImportCount(added, unchanged, *((differing, 0) if self.batch.update else (0, differing)))

    def insert(self, chunk: pa.Table) -> int:
        """Add the rows that are not known; how many."""
        raise NotImplementedError

    def stage(self, chunk: pa.Table) -> None:
        """Fill the staging table with the chunk alone."""
        raise NotImplementedError

    def differing(self, chunk: pa.Table) -> int:
        """How many rows of the chunk the table knows with other values."""
        self.stage(chunk)
        table, staging = self.target.table, self.staging
        self.cursor.execute(
            f"SELECT count(*) FROM {staging} JOIN {table} ON {self._identity()} WHERE {self._differs()}"  # noqa: S608
        )
        counted: Any = self.cursor.fetchone()
        return int(counted[0])

    def update(self, chunk: pa.Table) -> int:
        """Give known rows the chunk's values; how many had others."""
        self.stage(chunk)
        table, staging = self.target.table, self.staging
        assignments = ", ".join(f"{name} = {self._given(name)}" for name in self.target.values)
        self.cursor.execute(
            f"UPDATE {table} SET {assignments} FROM {staging} WHERE {self._identity()} AND {self._differs()}"  # noqa: S608
        )
        return self.cursor.rowcount

    def close(self) -> None:
        """Leave no temporary table to a pooled connection."""
        self.cursor.execute(f"DROP TABLE {self.staging}")
        self.cursor.close()

    def _identity(self) -> str:
        table, staging = self.target.table, self.staging
        pairs = [f"{table}.{name} = {staging}.{name}" for name in self.target.identity]
        return " AND ".join([f"{table}.dataset = '{self.batch.dataset.value}'", *pairs])

    def _differs(self) -> str:
        table = self.target.table
        return "NOT (" + " AND ".join(f"{table}.{n} {self.same} {self._given(n)}" for n in self.target.values) + ")"

    def _given(self, name: str) -> str:
        """The file's value; in tables that only describe, the known one where the file has none."""
        given = f"{self.staging}.{name}"
        return given if self.target.batched else f"COALESCE({given}, {self.target.table}.{name})"

    def _constants(self) -> dict[str, str]:
        constants = {"dataset": f"'{self.batch.dataset.value}'"}
        return {**constants, "batch_id": str(self.batch.id or "NULL")} if self.target.batched else constants


class _SqliteWriter(_Writer):
    same = "IS"

    def __init__(self, session: Session, batch: Batch, target: Target) -> None:
        super().__init__(session, batch, target)
        self.indexes: list[str] | None = None
        self.cache = self._asked("PRAGMA cache_size")
        self.cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    def insert(self, chunk: pa.Table) -> int:
        if self.indexes is None:
            self.indexes = self._without_indexes(chunk.num_rows)
        return self._insert(self.target.table, self._constants(), chunk)

    def close(self) -> None:
        for index in self.indexes or ():
            self.cursor.execute(index)
        self.cursor.execute(f"PRAGMA cache_size = {self.cache}")
        super().close()

    def _without_indexes(self, rows: int) -> list[str]:
        """Drop the indexes where many rows come that cannot meet known ones; the statements that make them again.

        SQLite's schema is part of the transaction: a roll-back or a crash brings the indexes back.
        """
        table = self.target.table
        known = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE dataset = '{self.batch.dataset.value}')"  # noqa: S608
        if rows < BULK or not self.batch.distinct or self._asked(known):
            return []
        self.cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql > ''", [table]
        )
        indexes: Any = self.cursor.fetchall()
        for name, _ in indexes:
            self.cursor.execute(f'DROP INDEX "{name}"')
        return [statement for _, statement in indexes]

    def _asked(self, question: str) -> Any:
        self.cursor.execute(question)
        return self.cursor.fetchone()[0]

    def stage(self, chunk: pa.Table) -> None:
        self.cursor.execute(f"DELETE FROM {self.staging}")  # noqa: S608
        self._insert(self.staging, {}, chunk)

    def _insert(self, table: str, constants: dict[str, str], chunk: pa.Table) -> int:
        """Insert what does not exist, many rows a statement: starting one costs as much as the row itself."""
        given = [name for name in self.target.columns if chunk.column(name).null_count < chunk.num_rows]
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


class _PostgresWriter(_Writer):
    def insert(self, chunk: pa.Table) -> int:
        self._copy(chunk)
        constants = self._constants()
        columns = ", ".join((*constants, *self.target.columns))
        selected = ", ".join((*constants.values(), *self.target.columns))
        self.cursor.execute(
            f"INSERT INTO {self.target.table} ({columns}) SELECT {selected} FROM {self.staging} "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        return self.cursor.rowcount

    def stage(self, chunk: pa.Table) -> None:
        """The insertion has filled it with this chunk."""

    def _copy(self, chunk: pa.Table) -> None:
        import pyarrow.csv as arrow_csv

        self.cursor.execute(f"TRUNCATE {self.staging}")
        plain = pa.table({name: _plain(chunk.column(name)) for name in self.target.columns})
        sink = pa.BufferOutputStream()
        arrow_csv.write_csv(plain, sink, arrow_csv.WriteOptions(include_header=False))
        with self.cursor.copy(f"COPY {self.staging} FROM STDIN (FORMAT csv)") as copy:
            copy.write(sink.getvalue().to_pybytes())


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as COPY reads it: text decoded. Times are written with their zone, Z."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


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
