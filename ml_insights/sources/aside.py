"""Sift the rows of a table: blank ones are passed over, those that are plainly not data are set aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.facts import AsideRow, RefusedRow
from ml_insights.sources.headers import column_kinds
from ml_insights.sources.notes import HEADERS, NOTES, is_note

LOOKED_AT = 200
"""Rows that tell what the columns hold."""


class Aside:
    """Sifts the rows of one file, chunk by chunk. `last_short` is the last row that has too few values."""

    def __init__(self, headers: Sequence[str]) -> None:
        self.headers, self.last_short = tuple(headers), 0
        self._kinds: list[str] | None = None
        self._rows: list[AsideRow] = []

    def sift(self, table: pa.Table, numbers: pa.Array) -> tuple[pa.Table, pa.Array]:
        """The rows that may be data. Spreadsheets leave rows without any value behind: they are passed over."""
        if self._kinds is None and table.num_rows:
            columns = [column.to_pylist() for column in table.slice(0, LOOKED_AT).columns]
            self._kinds = column_kinds(list(zip(*columns, strict=True)), len(columns))
        blank, lonely = _sparse(table)
        dropped = np.union1d(blank, self._noted(table, numbers, np.union1d(lonely, self._repeated(table))))
        if not len(dropped):
            return table, numbers
        kept = np.ones(table.num_rows, dtype=bool)
        kept[dropped.astype(np.int64)] = False
        return table.filter(pa.array(kept)), numbers.filter(pa.array(kept))

    def sift_malformed(self, rows: Iterable[RefusedRow]) -> list[RefusedRow]:
        """Those of the rows with too few or too many values that may be data."""
        refused = []
        for row in rows:
            if is_note(row.cells, self._kinds or [""] * len(self.headers)):
                self._rows.append(AsideRow(row.row, NOTES, row.cells))
                continue
            refused.append(row)
            if len(row.cells) < len(self.headers):
                self.last_short = row.row
        return refused

    def take(self) -> tuple[AsideRow, ...]:
        """The rows set aside since the last call, in order."""
        rows, self._rows = sorted(self._rows, key=lambda row: row.row), []
        return tuple(rows)

    def _noted(self, table: pa.Table, numbers: pa.Array, places: np.ndarray) -> np.ndarray:
        """Which of `places` are no data; they are remembered."""
        found = []
        for place in places.tolist():
            cells = tuple(column[place].as_py() for column in table.columns)
            again = tuple(" ".join(cell.split()) for cell in cells) == self.headers
            if again or is_note(cells, self._kinds or []):
                self._rows.append(AsideRow(numbers[place].as_py(), HEADERS if again else NOTES, cells))
                found.append(place)
        return np.array(found, dtype=np.int64)

    def _repeated(self, table: pa.Table) -> np.ndarray:
        """Rows whose first value is the first header, or a rule of dashes."""
        if not table.num_rows:
            return np.array([], dtype=np.int64)
        first = pc.utf8_trim_whitespace(table.column(0))
        rule = pc.or_(pc.starts_with(first, "--"), pc.starts_with(first, "=="))
        again = pc.or_(pc.equal(first, self.headers[0]), rule)
        return np.flatnonzero(np.asarray(again))


def _sparse(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """The rows without any value, and those with one. A column is looked at in the rows that may still be such."""
    places = np.arange(table.num_rows)
    filled = np.zeros(table.num_rows, dtype=np.int8)
    for column in table.columns:
        if not len(places):
            break
        values = column if len(places) == table.num_rows else column.take(pa.array(places))
        filled = filled + ~np.asarray(pc.equal(values, ""))
        places, filled = places[filled <= 1], filled[filled <= 1]
    return places[filled == 0], places[filled == 1]
