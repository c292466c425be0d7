"""Bulk writes of validated rows. Everything happens in the caller's transaction: all rows of a batch enter, or none.

Rows go to the database as the driver takes them fastest: tuples for SQLite, COPY for PostgreSQL. Only rows that are
known already are compared with what they say now, through a temporary table. Every row belongs to the import that
added it or changed it last; what it said before is kept, so that the import can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Float
from sqlmodel import Session, SQLModel

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.service import hold, mark_changed
from ml_insights.core.arrow import compute as pc

ROWS_A_STATEMENT = 400
BULK = 10_000
"""Rows at once from which on making indexes anew is cheaper than keeping them."""
CACHE_KIB = 262_144
LATER = ("order_lines_by_customer",)
"""Indexes that only make pages faster: after a bulk import they are made with the first computation (`indexes.py`)."""


@dataclass(frozen=True)
class Target:
    """A table, the contract columns that identify a row of a dataset, and those that a row may change.

    The rows of a table that `describes` keep what they know where a file has no value. `moment` and `money` are SQL
    over its columns: when what a row tells happened, and what it adds to revenue.
    """

    table: str
    identity: tuple[str, ...]
    values: tuple[str, ...]
    describes: bool = False
    moment: str | None = None
    money: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every contract column of the table."""
        return (*self.identity, *self.values)


def write_rows(session: Session, batch: Batch, target: Target) -> ImportCount:
    """Add the rows of a batch to the table of `target`, for this slice and for those above it.

    Of rows of a chunk that share an identity one is written: the first, or the last where the batch updates. Every
    row is counted.
    """
    hold(session, batch.dataset)
    total, bulk = ImportCount(), writer(session, batch, target)
    for chunk in batch.chunks:
        if chunk.num_rows:
            total += bulk.write(chunk)
    bulk.close()
    if total.added or total.updated:
        mark_changed(session, batch.dataset)
    return total


def writer(session: Session, batch: Batch, target: Target) -> Writer:
    """The writer of the session's database."""
    made = SqliteWriter if session.get_bind().dialect.name == "sqlite" else PostgresWriter
    return made(session, batch, target)


class Writer:
    """One batch into one table. Dialects differ in how rows reach the database, not in what is asked of it."""

    differs_from = "IS DISTINCT FROM"

    def __init__(self, session: Session, batch: Batch, target: Target) -> None:
        self.session, self.batch, self.target = session, batch, target
        self.cursor: Any = session.connection().connection.cursor()
        self.staging = f"staging_{target.table}"
        self.cursor.execute(f"DROP TABLE IF EXISTS {self.staging}")
        columns = ", ".join((*target.columns, "batch_id"))
        self.cursor.execute(
            f"CREATE TEMPORARY TABLE {self.staging} AS SELECT {columns} FROM {target.table} WHERE 1 = 0"  # noqa: S608
        )

    def write(self, chunk: pa.Table) -> ImportCount:
        """Insert what is new, then say or do something about the rest."""
        if self.batch.distinct:
            return self._write_distinct(chunk)
        chosen, others = once_each(chunk, self.target.identity, last=self.batch.update)
        count = self._write_distinct(chosen)
        if self.batch.update or not others.num_rows:
            return count + ImportCount(unchanged=others.num_rows)
        self.stage(others)
        kept = self._differing()
        return count + ImportCount(unchanged=others.num_rows - kept, kept=kept)

    def _write_distinct(self, chunk: pa.Table) -> ImportCount:
        added = self.insert(chunk)
        known = chunk.num_rows - added
        if not known:
            return ImportCount(added=added)
        self.stage_inserted(chunk)
        if self.batch.update:
            updated = self._update()
            return ImportCount(added, known - updated, updated)
        kept = self._differing()
        return ImportCount(added, known - kept, kept=kept)

    def insert(self, chunk: pa.Table) -> int:
        """Add the rows that are not known; how many."""
        raise NotImplementedError

    def stage(self, chunk: pa.Table) -> None:
        """Fill the staging table with the chunk alone, whose columns may be some of the table's."""
        raise NotImplementedError

    def stage_inserted(self, chunk: pa.Table) -> None:
        """Fill the staging table with the chunk that was just inserted."""
        self.stage(chunk)

    def stage_earlier(self, batch_id: int) -> None:
        """Fill the staging table with what rows said before an import changed them, and whose they were."""
        raise NotImplementedError

    def put_back(self, batch_id: int) -> int:
        """Give the rows that an import changed their earlier values and owner again, and bring back those that it took
        away; how many."""
        self.stage_earlier(batch_id)
        columns = (*self.target.values, "batch_id")
        assignments = ", ".join(f"{name} = {self.staging}.{name}" for name in columns)
        self.cursor.execute(
            f"UPDATE {self.target.table} SET {assignments} FROM {self.staging} WHERE {self._matches()}"  # noqa: S608
        )
        restored = self.cursor.rowcount
        if restored < self.asked(f"SELECT count(*) FROM {self.staging}"):  # noqa: S608
            restored += self._bring_back()
        self.cursor.execute(f"DELETE FROM import_changes WHERE batch_id = {batch_id}")  # noqa: S608
        return restored

    def _bring_back(self) -> int:
        """Add the staged rows that are not there, with their values and owner; how many."""
        columns = ", ".join((*self.target.columns, "batch_id"))
        self.cursor.execute(
            f"INSERT INTO {self.target.table} (dataset, {columns}) SELECT '{self.batch.dataset.value}', {columns} "  # noqa: S608
            f"FROM {self.staging} WHERE true ON CONFLICT DO NOTHING"
        )
        return self.cursor.rowcount

    def remove(self, batch_id: int) -> int:
        """Remove the rows that an import owns; how many."""
        self.cursor.execute(f"DELETE FROM {self.target.table} WHERE batch_id = {batch_id}")  # noqa: S608
        return self.cursor.rowcount

    def staged_of_others(self) -> str:
        """SQL for the rows of the table that the staged ones are and that another import owns."""
        table = self.target.table
        others = f"{table}.batch_id {self.differs_from} {self.batch.id}" if self.batch.id else "true"
        return f"FROM {self.staging} JOIN {table} ON {self._matches()} WHERE {others}"

    def withdraw_staged(self) -> None:
        """Remove the rows that the staged ones are and that another import owns; keep what they say."""
        self._keep(self.staged_of_others())
        table = self.target.table
        self.cursor.execute(f"DELETE FROM {table} WHERE id IN (SELECT {table}.id {self.staged_of_others()})")  # noqa: S608

    def as_json(self) -> str:
        """SQL for the row's contract columns as a JSON object, from which `stage_earlier` reads the same values."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave no temporary table to a pooled connection."""
        self.cursor.execute(f"DROP TABLE {self.staging}")
        self.cursor.close()

    def asked(self, question: str) -> Any:
        """The one value that a question has for an answer."""
        self.cursor.execute(question)
        return self.cursor.fetchone()[0]

    def _differing(self) -> int:
        """How many of the staged rows the table knows with other values."""
        return int(self.asked(f"SELECT count(*) {self._changed()}"))

    def _update(self) -> int:
        """Give known rows the staged values and this import for an owner; how many belonged to another one.

        A row that this import has written already, in an earlier chunk, counts as known.
        """
        updated = self._remember()
        given = [f"{name} = {self._given(name)}" for name in self.target.values]
        assignments = ", ".join([*given, f"batch_id = {self.batch.id or 'NULL'}"])
        self.cursor.execute(
            f"UPDATE {self.target.table} SET {assignments} FROM {self.staging} WHERE {self._matches()} AND {self._differs()}"  # noqa: S608, E501
        )
        return self.cursor.rowcount if updated is None else updated

    def _remember(self) -> int | None:
        """Keep what the rows say that the staged ones change; how many. None for a batch that nobody can undo."""
        if self.batch.id is None:
            return None
        table = self.target.table
        return self._keep(f"{self._changed()} AND {table}.batch_id {self.differs_from} {self.batch.id}")

    def _keep(self, rows: str) -> int:
        """Keep what `rows` (SQL) say; how many."""
        table = self.target.table
        self.cursor.execute(
            "INSERT INTO import_changes (batch_id, table_name, earlier_batch, before) "
            f"SELECT {self.batch.id}, '{table}', {table}.batch_id, {self.as_json()} {rows}"
        )
        return self.cursor.rowcount

    def _changed(self) -> str:
        return f"FROM {self.staging} JOIN {self.target.table} ON {self._matches()} WHERE {self._differs()}"

    def _matches(self) -> str:
        """SQL that says whether a row of the table is the staged one."""
        table, staging = self.target.table, self.staging
        pairs = [f"{table}.{name} = {staging}.{name}" for name in self.target.identity]
        return " AND ".join([f"{table}.dataset = '{self.batch.dataset.value}'", *pairs])

    def _differs(self) -> str:
        table = self.target.table
        return f"({' OR '.join(f'{table}.{n} {self.differs_from} {self._given(n)}' for n in self.target.values)})"

    def _given(self, name: str) -> str:
        """The file's value; in tables that only describe, the known one where the file has none."""
        given = f"{self.staging}.{name}"
        return f"COALESCE({given}, {self.target.table}.{name})" if self.target.describes else given

    def _constants(self) -> dict[str, str]:
        return {"dataset": f"'{self.batch.dataset.value}'", "batch_id": str(self.batch.id or "NULL")}


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


class PostgresWriter(Writer):
    """COPY into the staging table, and from there into the table."""

    def insert(self, chunk: pa.Table) -> int:
        """Add the rows that are not known; how many."""
        self.stage(chunk)
        constants = self._constants()
        columns = ", ".join((*constants, *self.target.columns))
        selected = ", ".join((*constants.values(), *self.target.columns))
        self.cursor.execute(
            f"INSERT INTO {self.target.table} ({columns}) SELECT {selected} FROM {self.staging} "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        return self.cursor.rowcount

    def stage_inserted(self, chunk: pa.Table) -> None:
        """The insertion has filled it with this chunk."""

    def as_json(self) -> str:
        """SQL for a JSON object; PostgreSQL writes the shortest text that is the same number."""
        pairs = [f"'{name}', {self.target.table}.{name}" for name in self.target.columns]
        return f"json_build_object({', '.join(pairs)})"

    def stage_earlier(self, batch_id: int) -> None:
        """Fill the staging table with what rows said before an import changed them, and whose they were."""
        values = ", ".join(f"was.{name}" for name in self.target.columns)
        self.cursor.execute(
            f"INSERT INTO {self.staging} SELECT {values}, earlier_batch FROM import_changes, "  # noqa: S608
            f"LATERAL json_populate_record(NULL::{self.staging}, before::json) AS was WHERE import_changes.batch_id = {batch_id}"  # noqa: E501
        )

    def stage(self, chunk: pa.Table) -> None:
        """Fill the staging table with the chunk alone."""
        import pyarrow.csv as arrow_csv

        self.cursor.execute(f"TRUNCATE {self.staging}")
        names = [name for name in self.target.columns if name in chunk.column_names]
        plain = pa.table({name: _plain(chunk.column(name)) for name in names})
        sink = pa.BufferOutputStream()
        arrow_csv.write_csv(plain, sink, arrow_csv.WriteOptions(include_header=False))
        columns = ", ".join(names)
        with self.cursor.copy(f"COPY {self.staging} ({columns}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(sink.getvalue().to_pybytes())


def once_each(chunk: pa.Table, identity: Sequence[str], *, last: bool) -> tuple[pa.Table, pa.Table]:
    """One row of each identity, the first or the last one, and the other rows."""
    keys = pa.table({name: _plain(chunk.column(name)) for name in identity})
    keys = keys.append_column("place", pa.array(np.arange(chunk.num_rows)))
    how = "max" if last else "min"
    places = keys.group_by(list(identity), use_threads=False).aggregate([("place", how)])[f"place_{how}"]
    if len(places) == chunk.num_rows:
        return chunk, chunk.slice(0, 0)
    chosen = np.zeros(chunk.num_rows, dtype=bool)
    chosen[places.to_numpy()] = True
    return chunk.filter(pa.array(chosen)), chunk.filter(pa.array(~chosen))


def _floats(target: Target) -> set[str]:
    """Which columns hold numbers with a fraction."""
    columns = SQLModel.metadata.tables[target.table].c
    return {name for name in target.columns if isinstance(columns[name].type, Float)}


def _exactly(number: float | None) -> str | None:
    return None if number is None else repr(number)


def _as_double(written: str | None) -> float | None:
    return None if written is None else float(written)


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
