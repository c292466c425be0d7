"""What was understood of a file, counted while its rows are checked: columns at once, distinct values by hashes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS, FreeColumns, Kind
from ml_insights.core.arrow import compute as pc
from ml_insights.sources.facts import RawChunk, Reading, Summary, Unused
from ml_insights.sources.occurrences import Distinct

SUMMED = {"prices": ("quantity",), "deliveries": ("cost", "distance_km", "weight_kg", "stops")}
"""Number columns, besides those of orders, whose sum says something."""
SHOWN_EXAMPLES = 3


class Counting:
    """Adds up the accepted rows of one file, and the columns that nothing uses."""

    def __init__(self, reading: Reading, headers: tuple[str, ...]) -> None:
        contract = CONTRACTS[reading.contract]
        self.reading, self._orders = reading, reading.contract == "orders"
        self._date = next((c.name for c in contract.columns if c.kind is Kind.DATETIME), "")
        ids = ("order_id", "customer_id", "product_id") if self._orders else ()
        self._ids = {name: Distinct() for name in ids}
        self._sums = dict.fromkeys(SUMMED.get(reading.contract, ()), 0.0)
        self._first: Any = None
        self._last: Any = None
        self._units = self._revenue = 0.0
        kept = contract.free_columns is FreeColumns.FEATURES
        used = reading.headers
        self._unused = {} if kept else {p: _Column(header) for p, header in enumerate(headers) if header not in used}

    def add(self, raw: RawChunk, valid: pa.Table) -> None:
        """The accepted rows of a chunk, and the chunk as the file has it."""
        for place, column in self._unused.items():
            column.add(pc.unique(raw.table.column(place)))
        if not valid.num_rows:
            return
        if self._date in valid.column_names:
            self._span(valid[self._date])
        for name, seen in self._ids.items():
            seen.add(_present(valid[name]))
        for name in self._sums:
            self._sums[name] += pc.sum(valid[name]).as_py() or 0.0
        if self._orders:
            self._units += pc.sum(valid["quantity"]).as_py() or 0.0
            self._revenue += pc.sum(pc.multiply(valid["quantity"], valid["unit_price"])).as_py() or 0.0

    def summary(self) -> Summary:
        """What the accepted rows say so far; the caller knows how many they are, and what became of the others."""
        summary = Summary(
            first=self._day(self._first),
            last=self._day(self._last),
            currency=self.reading.currency,
            unused=tuple(column.told() for column in self._unused.values()),
            sums={name: _rounded(value) for name, value in self._sums.items() if name in self.reading.fed},
        )
        if self._orders:
            found = (self._ids[name].count for name in ("order_id", "customer_id", "product_id"))
            summary.orders, summary.customers, summary.products = found
            summary.units, summary.revenue = _rounded(self._units), _rounded(self._revenue)
        return summary

    def _span(self, moments: pa.ChunkedArray) -> None:
        span = pc.min_max(moments).as_py()
        known = [moment for moment in (self._first, span["min"]) if moment is not None]
        self._first = min(known, default=None)
        self._last = max((moment for moment in (self._last, span["max"]) if moment is not None), default=None)

    def _day(self, moment: Any) -> str | None:
        return None if moment is None else moment.astimezone(ZoneInfo(self.reading.zone)).date().isoformat()


class _Column:
    """A column that nothing uses."""

    def __init__(self, header: str) -> None:
        self.header, self._seen = header, Distinct()
        self._examples: tuple[str, ...] = ()

    def add(self, texts: pa.Array) -> None:
        given = texts.filter(pc.not_equal(pc.utf8_trim_whitespace(texts), ""))
        self._seen.add(given)
        if len(self._examples) < SHOWN_EXAMPLES:
            more = (*self._examples, *given.slice(0, SHOWN_EXAMPLES).to_pylist())
            self._examples = tuple(dict.fromkeys(more))[:SHOWN_EXAMPLES]

    def told(self) -> Unused:
        return Unused(self.header, self._seen.count, self._examples)


def _present(column: pa.ChunkedArray) -> pa.Array:
    """The distinct texts that stand in a column of a filtered chunk, whose dictionary may hold more."""
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    if not pa.types.is_dictionary(array.type):
        return pc.unique(array.drop_null())
    indices = np.asarray(array.indices.drop_null())
    there = np.bincount(indices, minlength=len(array.dictionary)) > 0
    return array.dictionary.filter(pa.array(there))


def _rounded(value: float) -> float:
    """Without the dust of adding binary fractions."""
    return round(value, 4)
