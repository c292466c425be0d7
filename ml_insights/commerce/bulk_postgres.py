"""Bulk writes into PostgreSQL, as it takes rows fastest: by COPY."""

from __future__ import annotations

import pyarrow as pa

from ml_insights.commerce.bulk import Writer, plain


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
        decoded = pa.table({name: plain(chunk.column(name)) for name in names})
        sink = pa.BufferOutputStream()
        arrow_csv.write_csv(decoded, sink, arrow_csv.WriteOptions(include_header=False))
        columns = ", ".join(names)
        with self.cursor.copy(f"COPY {self.staging} ({columns}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(sink.getvalue().to_pybytes())
