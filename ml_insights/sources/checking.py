"""Check chunks of text against a contract, column by column and never row by row: only distinct values are parsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS, Column, FreeColumns, Kind
from ml_insights.core.arrow import compute as pc
from ml_insights.core.csv_export import DANGEROUS
from ml_insights.sources import dates, features, numbers
from ml_insights.sources.facts import CheckedChunk, Problem, RawChunk, Reading, RefusedRow, Tally
from ml_insights.sources.occurrences import Occurrences

CODES = ("", "missing", "not-a-number", "not-whole", "not-a-date", "future", "nul", "no-quantity", "out-of-range")
_ESCAPED = f"^'({DANGEROUS})"
"""What our own exports put before a cell that a spreadsheet would run as a formula."""


@dataclass
class _Parsed:
    """A column's values, one per row, and the place in CODES of what is wrong with each (0: nothing)."""

    values: pa.Array
    wrong: np.ndarray


class Checker:
    """Validates the chunks of one file in order. Keeps count of equal order lines from chunk to chunk."""

    def __init__(self, reading: Reading, headers: tuple[str, ...], now: datetime) -> None:
        self.reading, self.headers = reading, headers
        self.contract = CONTRACTS[reading.contract]
        self.now = pa.scalar(now, dates.INSTANT)
        self.tally = Tally()
        self._occurrences = Occurrences() if "occurrence" in self.contract.names else None

    @property
    def distinct(self) -> bool:
        """Whether no two accepted rows can share an identity: so it is where the lines of orders are numbered here."""
        return self._occurrences is not None and "occurrence" not in self.reading.columns

    def check(self, raw: RawChunk) -> CheckedChunk:
        """The valid rows, typed as the contract says, and the refused ones with their reasons."""
        parsed = {name: self._parse(raw, self.contract.column(name)) for name in self.reading.columns}
        if self._occurrences is not None:
            self._complete_orders(parsed)
        wrong = np.zeros(raw.table.num_rows, dtype=bool)
        for column in parsed.values():
            wrong |= column.wrong > 0
        table = self._table(parsed, raw.table.num_rows)
        if self.contract.free_columns is FreeColumns.FEATURES:
            table = table.append_column(features.NAME, self._features(raw))
        refused = [*raw.malformed, *self._refused(raw, parsed, np.flatnonzero(wrong))]
        valid = table.filter(pa.array(~wrong)) if wrong.any() else table
        self._count(valid, refused)
        return CheckedChunk(valid, refused, raw.share)

    def _parse(self, raw: RawChunk, column: Column) -> _Parsed:
        place = self.headers.index(self.reading.columns[column.name])
        encoded = pc.dictionary_encode(raw.table.column(place)).combine_chunks()
        indices = encoded.indices
        texts = encoded.dictionary
        if pc.any(pc.starts_with(texts, "'")).as_py():
            texts = pc.replace_substring_regex(texts, _ESCAPED, r"\1")
        texts = pc.utf8_trim_whitespace(texts)
        empty = np.asarray(pc.equal(texts, ""))
        values, wrong = self._values(texts, empty, column)
        if column.required:
            wrong = np.where(empty, CODES.index("missing"), wrong)
        if column.kind is Kind.TEXT:
            return _Parsed(_encoded(indices, values), wrong[np.asarray(indices)])
        return _Parsed(values.take(indices), wrong[np.asarray(indices)])

    def _values(self, texts: pa.Array, empty: np.ndarray, column: Column) -> tuple[pa.Array, np.ndarray]:
        """The distinct `texts` parsed, and what is wrong with each that is not empty."""
        nothing = np.zeros(len(texts), dtype=np.uint8)
        if column.kind is Kind.TEXT:
            nul = np.asarray(pc.match_substring(texts, "\0"))
            return pc.if_else(pa.array(empty), None, texts), np.where(nul, CODES.index("nul"), nothing)
        if column.kind is Kind.DATETIME:
            values = dates.parse_dates(texts, self.reading.date_format, self.reading.zone)
            wrong = _null(values) & ~empty
            late = np.asarray(pc.fill_null(pc.greater(values, self.now), False)) & column.past
            return values, np.where(wrong, CODES.index("not-a-date"), np.where(late, CODES.index("future"), nothing))
        values = numbers.parse_numbers(texts, self.reading.decimal)
        wrong = np.where(_null(values) & ~empty, CODES.index("not-a-number"), nothing)
        wrong = np.where(_outside(values, column), CODES.index("out-of-range"), wrong)
        if column.kind is not Kind.WHOLE:
            return values, wrong
        floats = np.nan_to_num(values.to_numpy(zero_copy_only=False))
        fraction = (floats != np.floor(floats)) | (floats < 0)
        whole = pc.cast(pc.if_else(pa.array(fraction), None, values), pa.int64())
        return whole, np.where(fraction, CODES.index("not-whole"), wrong)

    def _complete_orders(self, parsed: dict[str, _Parsed]) -> None:
        """Derive the price from the line's amount where it is mapped so, and number equal lines of an order."""
        if "total" in parsed and "unit_price" not in parsed:
            total, quantity = parsed["total"], parsed["quantity"]
            zero = np.asarray(pc.fill_null(pc.equal(quantity.values, 0.0), False))
            missing = _null(total.values) & (total.wrong == 0)
            wrong = np.where(zero, CODES.index("no-quantity"), np.where(missing, CODES.index("missing"), 0))
            divisor = pc.if_else(pa.array(zero), None, quantity.values)
            parsed["unit_price"] = _Parsed(pc.divide(total.values, divisor), np.zeros(len(zero), dtype=np.uint8))
            total.wrong = np.maximum(total.wrong, wrong.astype(np.uint8))
        counted = self._occurrences.count(parsed["order_id"].values, parsed["product_id"].values)  # pyright: ignore
        given = parsed.get("occurrence")
        values = pa.array(counted) if given is None else pc.coalesce(given.values, pa.array(counted))
        parsed["occurrence"] = _Parsed(values, np.zeros(len(counted), dtype=np.uint8) if given is None else given.wrong)

    def _table(self, parsed: dict[str, _Parsed], rows: int) -> pa.Table:
        kinds = {Kind.NUMBER: pa.float64(), Kind.WHOLE: pa.int64(), Kind.DATETIME: dates.INSTANT}
        text = pa.dictionary(pa.int32(), pa.string())
        columns = {}
        for column in self.contract.columns:
            if column.name in self.contract.instead.values():
                continue
            known = parsed.get(column.name)
            columns[column.name] = pa.nulls(rows, kinds.get(column.kind, text)) if known is None else known.values
        return pa.table(columns)

    def _features(self, raw: RawChunk) -> pa.Array:
        """What the columns that nothing else uses say of each row."""
        used = set(self.reading.columns.values())
        free = {header: raw.table.column(place) for place, header in enumerate(self.headers) if header not in used}
        return features.packed(free, raw.table.num_rows, self.reading.decimal)

    def _refused(self, raw: RawChunk, parsed: dict[str, _Parsed], places: np.ndarray) -> list[RefusedRow]:
        if not len(places):
            return []
        rows = zip(*(column.to_pylist() for column in raw.table.take(pa.array(places)).columns), strict=True)
        numbered = self._numbered(parsed)
        refused = []
        for place, cells in zip(places.tolist(), rows, strict=True):
            problems = tuple(
                Problem(name, cells[self.headers.index(self.reading.columns[name])], CODES[column.wrong[place]])
                for name, column in parsed.items()
                if column.wrong[place]
            )
            nth = parsed["occurrence"].values[place].as_py() if numbered[place] else None
            refused.append(RefusedRow(raw.numbers[place].as_py(), problems, cells, nth))
        return refused

    def _numbered(self, parsed: dict[str, _Parsed]) -> np.ndarray:
        """Which rows have an occurrence to keep: those whose order and product can be read."""
        if self._occurrences is None:
            return np.zeros(len(next(iter(parsed.values())).wrong), dtype=bool)
        return ~(_null(parsed["order_id"].values) | _null(parsed["product_id"].values))

    def _count(self, valid: pa.Table, refused: list[RefusedRow]) -> None:
        tally = self.tally
        tally.rows += valid.num_rows + len(refused)
        tally.accepted += valid.num_rows
        tally.refused += len(refused)
        for row in refused:
            for problem in row.problems:
                tally.reasons[problem.code] = tally.reasons.get(problem.code, 0) + 1
        if self.contract.name == "orders" and valid.num_rows:
            tally.returns += _true(pc.less(valid["quantity"], 0.0))
            tally.zero_prices += _true(pc.equal(valid["unit_price"], 0.0))
            tally.negative_prices += _true(pc.less(valid["unit_price"], 0.0))
            tally.anonymous += valid["customer_id"].null_count


def _encoded(indices: pa.Array, values: pa.Array) -> pa.DictionaryArray:
    """A dictionary array whose nulls are among its indices, where every reader looks for them."""
    if values.null_count:
        indices = pc.if_else(pc.is_null(values).take(indices), None, indices)
    return pa.DictionaryArray.from_arrays(indices, pc.fill_null(values, ""))


def _outside(values: pa.Array, column: Column) -> Any:
    """Which numbers lie below the lowest or above the highest that there can be."""
    found = values.to_numpy(zero_copy_only=False)
    low, high = (
        np.inf * sign if bound is None else bound for bound, sign in ((column.lowest, -1), (column.highest, 1))
    )
    return (found < low) | (found > high)


def _null(values: pa.Array) -> np.ndarray:
    return np.asarray(pc.is_null(values))


def _true(mask: pa.ChunkedArray) -> int:
    return pc.sum(mask).as_py() or 0
