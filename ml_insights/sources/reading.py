"""Stream a CSV file as chunks of text columns, with the row numbers that a spreadsheet shows. Memory stays bounded."""

from __future__ import annotations

import csv
import string
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ml_insights.sources.aside import Aside
from ml_insights.sources.errors import BrokenFile, CutOff, NoRows, UnclosedQuote, WrongEncoding
from ml_insights.sources.facts import FileShape, RawChunk, RefusedRow
from ml_insights.sources.problems import wrong_width
from ml_insights.sources.shape import unpacked

BLOCK = 4 << 20
"""Bytes parsed at once: some eighty thousand order lines."""


def read_chunks(path: Path, shape: FileShape, name: str, block: int = BLOCK) -> Iterator[RawChunk]:
    """The rows after the header. Columns are named by their place: "0", "1" …

    Raises NoRows, CutOff (the last row is short and nothing ends it), UnclosedQuote, BrokenFile or WrongEncoding.
    """
    malformed = _Malformed(len(shape.headers), shape.separator)
    aside = Aside(shape.headers)
    next_row, any_rows = shape.first_row, False
    try:
        with path.open("rb") as file:
            for batch in _reader(unpacked(file), shape, malformed, block):
                numbers = malformed.numbers_of(batch.num_rows, next_row)
                next_row = int(numbers[-1]) + 1 if len(numbers) else next_row
                table, places = aside.sift(pa.Table.from_batches([batch]), pa.array(numbers))
                refused = aside.sift_malformed(malformed.take())
                any_rows = any_rows or table.num_rows > 0 or bool(refused)
                yield RawChunk(table, places, refused, min(1.0, file.tell() / max(1, shape.size)), aside.take())
        if refused := aside.sift_malformed(malformed.take()):
            any_rows = True
            empty = pa.table({name: pa.array([], pa.string()) for name in _names(shape)})
            yield RawChunk(empty, pa.array([], pa.int64()), refused, 1.0, aside.take())
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _readable(error, shape, name) from error
    if not any_rows:
        raise NoRows(file=name)
    if not shape.ends_with_newline and aside.last_short >= next_row:
        raise CutOff(file=name, row=aside.last_short)


def _names(shape: FileShape) -> list[str]:
    return [str(place) for place in range(len(shape.headers))]


def _reader(file: IO[bytes], shape: FileShape, malformed: _Malformed, block: int) -> arrow_csv.CSVStreamingReader:
    names = _names(shape)
    return arrow_csv.open_csv(
        file,
        read_options=arrow_csv.ReadOptions(
            use_threads=False,
            block_size=block,
            column_names=names,
            skip_rows_after_names=shape.first_row - 1,
            encoding="utf8" if shape.encoding in ("utf-8", "utf-8-sig") else shape.encoding,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=shape.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=malformed,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _readable(error: Exception, shape: FileShape, name: str) -> Exception:
    text = str(error)
    if isinstance(error, UnicodeDecodeError) or "UTF8" in text:
        return WrongEncoding(file=name, encoding=shape.encoding)
    if "straddling" in text:
        return UnclosedQuote(file=name, separator=shape.separator)
    return BrokenFile(file=name, separator=shape.separator, reason=text)


class _Malformed:
    """Collects the rows that Arrow cannot place in the header's columns, and keeps row numbers right around them."""

    def __init__(self, width: int, separator: str) -> None:
        self.width, self.separator = width, separator
        self._rows: list[RefusedRow] = []
        self._skipped: list[int] = []

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        self._skipped.append(row.number)
        if row.text.strip(f"\x1a{string.whitespace}"):
            cells = next(csv.reader([row.text], delimiter=self.separator), [])
            self._rows.append(RefusedRow(row.number, (wrong_width(row.actual_columns, self.width),), tuple(cells)))
        return "skip"

    def numbers_of(self, rows: int, first: int) -> np.ndarray:
        """Row numbers of the next `rows` good rows from `first` on, stepping over the malformed ones."""
        skipped = np.array([number - first for number in self._skipped if number >= first], dtype=np.int64)
        places = np.arange(rows, dtype=np.int64)
        shifts = np.searchsorted(skipped - np.arange(len(skipped)), places, side="right")
        return first + places + shifts

    def take(self) -> list[RefusedRow]:
        """The malformed rows since the last call."""
        rows, self._rows = self._rows, []
        return rows
