"""What each row of a chunk says, before its values are judged: cells, filled where they stand for a whole order.

The checker and whatever looks at a file before it go through here, so that both mean the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS, Contract, Kind
from ml_insights.core.arrow import compute as pc
from ml_insights.sources import discounts, numbers
from ml_insights.sources.cells import Cells, constant, encoded
from ml_insights.sources.currencies import currencies_beside, currency_of
from ml_insights.sources.facts import RawChunk, Reading, RefusedRow
from ml_insights.sources.filling import Filled, Filler
from ml_insights.sources.parsing import parse
from ml_insights.sources.synonyms import likeness
from ml_insights.sources.totals import TOTAL_WORD, Layout, TotalRows

Values = tuple[pa.Array, np.ndarray]
"""Distinct values of a column, and the place in CODES of what is wrong with each."""
WHOLE_ID = r"^(\d+)\.0+$"
"""A number as a spreadsheet or a data frame writes it where some of its neighbours are empty."""


@dataclass
class Rows:
    """One chunk of a file with `headers`. `cells` are those of the contract's columns; `roles` those of the headers
    that say something about a row: "state", "cancelled", "currency", "rate", "refund", "discount". `aside` (bool) are
    no data; `continued` is how many lines go on with the order above; `discount` is what is taken off each line, and
    how."""

    raw: RawChunk
    headers: tuple[str, ...]
    cells: dict[str, Cells]
    roles: dict[str, Cells]
    aside: np.ndarray
    malformed: list[RefusedRow]
    filled: dict[str, Filled] = field(default_factory=dict)
    continued: int = 0
    parsed: dict[str, Values] = field(default_factory=dict)
    discount: tuple[discounts.Read, str] | None = None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.raw.table.num_rows

    def of(self, header: str) -> Cells:
        """The cells of any column, as the file has them."""
        return encoded(self.raw.table.column(self.headers.index(header)))

    def floats(self, name: str) -> np.ndarray:
        """(rows,) float64 of a number column, NaN where there is none."""
        if name not in self.parsed:
            return np.full(self.count, np.nan)
        values = self.parsed[name][0].to_numpy(zero_copy_only=False).astype(np.float64)
        return values[self.cells[name].places]

    @cached_property
    def amounts(self) -> np.ndarray:
        """(rows,) float64: what each line is worth, in the file's own currency; NaN where that cannot be told."""
        return self._undiscounted if self.discount is None else self._undiscounted * self.left

    @cached_property
    def left(self) -> np.ndarray:
        """(rows,) float64: the share of each line's worth that its own discount leaves; negative where that is more."""
        if self.discount is None:
            return np.ones(self.count)
        read, mode = self.discount
        with np.errstate(divide="ignore", invalid="ignore"):
            price = self._undiscounted / self.floats("quantity")
        return discounts.left_of(read, mode, self._undiscounted, price)

    @property
    def _undiscounted(self) -> np.ndarray:
        priced = "unit_price" in self.parsed
        return self.floats("quantity") * self.floats("unit_price") if priced else self.floats("total")


def floats(cells: Cells, decimal: str) -> np.ndarray:
    """(rows,) float64, 0 where there is no number."""
    return np.nan_to_num(numbers.parse_numbers(cells.texts, decimal).to_numpy(zero_copy_only=False))[cells.places]


def currencies_of(reading: Reading, texts: Sequence[str]) -> list[str]:
    """The currency that each cell under `currency_header` names, or the header where it feeds an amount."""
    if reading.currency_header in reading.fed.values():
        return currencies_beside(texts, reading.currency_header)
    return [currency_of(text, beside_amount=False) for text in texts]


class RowReader:
    """Reads the chunks of one file in turn, as `reading` says."""

    def __init__(self, reading: Reading, headers: tuple[str, ...], now: pa.Scalar) -> None:
        self.reading, self.headers, self.now = reading, headers, now
        self.contract: Contract = CONTRACTS[reading.contract]
        self._date = next((c.name for c in self.contract.columns if c.kind is Kind.DATETIME and c.required), "")
        self._names = {c.name for c in self.contract.columns if c.kind is Kind.TEXT and c.required}
        continued = reading.columns.get("order_id", "") in reading.fill
        named = (self._date, "order_id", "product_id", "unit_price")
        date, order, product, price = map(self._place, named)
        texts = (c.name for c in self.contract.columns if c.kind in (Kind.TEXT, Kind.DATETIME))
        layout = Layout(date, order, product, price, self._amount(), continued, frozenset(map(self._place, texts)))
        self.totals = TotalRows(headers, layout, reading.decimal_of)
        self._filler = Filler(orders=continued) if reading.fill else None

    def read(self, raw: RawChunk, *names: str) -> Rows:
        """The rows of the next chunk; with `names`, only those columns and what is needed to place them."""
        rows = Rows(
            raw,
            self.headers,
            self._cells(raw, names),
            self._roles(raw),
            np.zeros(raw.table.num_rows, bool),
            raw.malformed,
        )
        if "discount" in rows.roles:
            sign = self.reading.decimal_of(self.reading.discount_header)
            rows.discount = discounts.Read.of(rows.roles["discount"], sign), self.reading.discount_as
        for name, cells in rows.cells.items():
            rows.parsed[name] = parse(cells.texts, self.contract.column(name), self.reading, self.now)
        if self.reading.totals_out and self._date in rows.cells:
            self._set_aside(rows)
        if self._filler is not None:
            self._fill(rows, self._filler)
        for further in ("second_state", "third_state"):
            if further in rows.roles:
                rows.roles["state"] = rows.roles["state"].beside(rows.roles[further])
        return rows

    def _set_aside(self, rows: Rows) -> None:
        suspects = self._suspects(rows)
        dated = rows.parsed[self._date][1] == 0
        rows.aside = self.totals.find(
            rows.raw, suspects, dated[rows.cells[self._date].places], rows.amounts, rows.floats("quantity")
        )
        rows.malformed = [row for row in rows.malformed if not self.totals.is_note(row.cells)]

    def _suspects(self, rows: Rows) -> np.ndarray:
        """Rows without a date, an order or a product; a line that only leaves its order's date to the first is none."""
        missing = {name: rows.parsed[name][1] > 0 for name in (self._date, *self._names) if name in rows.cells}
        suspects = {name: wrong[rows.cells[name].places] for name, wrong in missing.items()}
        found = np.zeros(rows.count, dtype=bool)
        for name, wrong in suspects.items():
            filled = self._is_filled(name) and name == self._date and "order_id" in suspects
            found |= wrong & suspects["order_id"] if filled else wrong
        if "product_id" in rows.cells:
            cells = rows.cells["product_id"]
            found |= np.asarray(pc.match_substring_regex(cells.texts, TOTAL_WORD))[cells.places]
        return found

    def _fill(self, rows: Rows, filler: Filler) -> None:
        """Values that were parsed stay where they are; a text that the chunk before hands over is parsed here."""
        wanted = {name: cells for name, cells in rows.cells.items() if self._is_filled(name) and name != "order_id"}
        roles = {name: cells for name, cells in rows.roles.items() if self._header(name) in self.reading.fill}
        order = rows.cells["order_id"]
        unnamed = order.empty.sum() if filler.orders else 0
        rows.filled = filler.fill(order, rows.cells.get(self._date), wanted | roles, rows.aside)
        rows.continued = int(unnamed - order.empty.sum()) if filler.orders else 0
        for name in {*wanted, "order_id", self._date} & set(rows.cells):
            texts, known = rows.cells[name].texts, rows.parsed[name]
            more = parse(texts.slice(len(known[1])), self.contract.column(name), self.reading, self.now)
            rows.parsed[name] = pa.concat_arrays([known[0], more[0]]), np.r_[known[1], more[1]]

    def _cells(self, raw: RawChunk, names: tuple[str, ...]) -> dict[str, Cells]:
        fed, rows = self.reading.fed, raw.table.num_rows
        found = {name: self._column(raw, name) for name in fed if not names or name in names}
        for name, text in self.reading.constants.items():
            if name not in fed:
                found[name] = constant(text, rows)
        return found

    def _column(self, raw: RawChunk, name: str) -> Cells:
        cells = self._header_cells(raw, self.reading.fed[name])
        if name == "customer_id" and self.reading.anonymous:
            nobody = pc.is_in(cells.texts, pa.array(self.reading.anonymous, pa.string()))
            cells.texts = pc.if_else(nobody, "", cells.texts)
        if header := self.reading.otherwise.get(name):
            cells = cells.or_else(self._header_cells(raw, header))
        if name in self.reading.whole_ids:
            cells.texts = pc.replace_substring_regex(cells.texts, WHOLE_ID, r"\1")
        if name in self.reading.joined:
            joined = self.reading.spellings.get(name, {})
            cells.texts = pa.array([joined.get(text, text) for text in cells.texts.to_pylist()], pa.string())
        return cells

    def _roles(self, raw: RawChunk) -> dict[str, Cells]:
        return {role: self._header_cells(raw, header) for role, header in self.reading.roles.items()}

    def _header_cells(self, raw: RawChunk, header: str) -> Cells:
        return encoded(raw.table.column(self.headers.index(header)))

    def _header(self, name: str) -> str:
        return self.reading.fed.get(name) or self.reading.roles.get(name, "")

    def _is_filled(self, name: str) -> bool:
        return self.reading.fed.get(name, "") in self.reading.fill

    def _place(self, name: str) -> int:
        header = self.reading.fed.get(name)
        return self.headers.index(header) if header in self.headers else -1

    def _amount(self) -> int:
        """The column that a total's own amount stands in, also where lines have a unit price."""
        named = max(self.headers, key=lambda header: likeness(self.contract.name, "total", header))
        place = self.headers.index(named) if likeness(self.contract.name, "total", named) else -1
        return self._place("total") if "total" in self.reading.fed else place
