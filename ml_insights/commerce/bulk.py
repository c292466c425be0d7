"""One batch of validated rows into one table, and back again: what both databases are asked to do.

Rows that are known already are compared with what they say now, through a temporary table. Every row belongs to the
import that added it or changed it last; what it said before is kept, so that the import can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount


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


def once_each(chunk: pa.Table, identity: Sequence[str], *, last: bool) -> tuple[pa.Table, pa.Table]:
    """One row of each identity, the first or the last one, and the other rows."""
    keys = pa.table({name: plain(chunk.column(name)) for name in identity})
    keys = keys.append_column("place", pa.array(np.arange(chunk.num_rows)))
    how = "max" if last else "min"
    places = keys.group_by(list(identity), use_threads=False).aggregate([("place", how)])[f"place_{how}"]
    if len(places) == chunk.num_rows:
        return chunk, chunk.slice(0, 0)
    chosen = np.zeros(chunk.num_rows, dtype=bool)
    chosen[places.to_numpy()] = True
    return chunk.filter(pa.array(chosen)), chunk.filter(pa.array(~chosen))


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as COPY reads it: text decoded. Times are written with their zone, Z."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
