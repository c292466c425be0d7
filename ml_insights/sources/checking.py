"""Check chunks of text against a contract, column by column and never row by row: only distinct values are parsed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS, FreeColumns, Kind
from ml_insights.core.arrow import compute as pc
from ml_insights.sources import dates, features, lines
from ml_insights.sources.counting import Counting
from ml_insights.sources.discounts import ORDER
from ml_insights.sources.facts import CheckedChunk, Problem, RawChunk, Reading, RefusedRow, Tally
from ml_insights.sources.money import Money, derive_price, take_discounts, unsign_returns
from ml_insights.sources.occurrences import Occurrences
from ml_insights.sources.parsing import CODES, Parsed, null
from ml_insights.sources.places import Places
from ml_insights.sources.refunds import Refunds
from ml_insights.sources.rows import RowReader, Rows
from ml_insights.sources.standing import ASIDE, NO_SALES, documents, judge

IDENTITY = ("order_id", "product_id", "occurrence")
"""What a line of an order is known by."""
FIRST_RETURNED = 1_000_000
"""The number of the first of equal lines of return documents: more than equal lines that an order has."""


class Checker:
    """Validates the chunks of one file in order. Keeps count of equal order lines from chunk to chunk.

    Where `refunds` is not None, it has to see the whole file before the first chunk is checked.
    """

    def __init__(self, reading: Reading, headers: tuple[str, ...], now: datetime) -> None:
        self.reading, self.headers = reading, headers
        self.contract = CONTRACTS[reading.contract]
        self.tally = Tally()
        moment = pa.scalar(now, dates.INSTANT)
        self._rows = RowReader(reading, headers, moment)
        once = (reading.refund_header or reading.discount_as == ORDER) and "order_id" in reading.columns
        self.refunds = Refunds(reading, headers, moment) if once else None
        self._occurrences = Occurrences() if "occurrence" in self.contract.names else None
        self._counting = Counting(reading, headers)
        self._money = Money(reading, self.refunds)
        self._places = Places(reading.keep_places)
        self._aside, self._alone = np.zeros(len(ASIDE), dtype=np.int64), Occurrences()
        self._returned = Occurrences()
        self._passed: Counter[str] = Counter()
        self._no_sales: dict[str, list[pa.Table]] = {reason: [] for reason in NO_SALES}

    @property
    def no_sales(self) -> dict[str, pa.Table]:
        """The identity of the lines seen so far that are left out because they are no sales, by why."""
        return {reason: pa.concat_tables(found) for reason, found in self._no_sales.items() if found}

    @property
    def distinct(self) -> bool:
        """Whether no two accepted rows can share an identity: so it is where the lines of orders are numbered here."""
        return self._occurrences is not None and "occurrence" not in self.reading.columns

    def check(self, raw: RawChunk) -> CheckedChunk:
        """The valid rows, typed as the contract says, and the refused ones with their reasons."""
        rows = self._rows.read(raw)
        parsed = {name: self._parsed(rows, name) for name in rows.cells}
        aside = np.where(rows.aside, ASIDE.index("totals"), 0)
        if {"lat", "lon"} <= parsed.keys():
            self._places.refuse(parsed["lat"], parsed["lon"])
        if self._occurrences is not None:
            aside = self._complete_orders(rows, parsed, aside, self._occurrences)
        kept = aside == 0
        wrong = np.zeros(rows.count, dtype=bool)
        for column in parsed.values():
            wrong |= column.wrong > 0
        table = self._table(parsed, rows.count)
        if self.contract.free_columns is FreeColumns.FEATURES:
            table = table.append_column(features.NAME, self._features(raw))
        refused = [*rows.malformed, *self._refused(raw, parsed, np.flatnonzero(wrong & kept))]
        self._note_no_sales(table, aside)
        good = ~wrong & kept
        valid = table if good.all() else table.filter(pa.array(good))
        self._aside += np.bincount(aside, minlength=len(ASIDE))
        self._passed.update(row.reason for row in raw.aside)
        self._money.count(rows, aside, good)
        self._count(raw, valid, refused)
        return CheckedChunk(valid, refused, raw.share)

    def _parsed(self, rows: Rows, name: str) -> Parsed:
        values, wrong = rows.parsed[name]
        places = rows.cells[name].places
        if self.contract.column(name).kind is Kind.TEXT:
            return Parsed(_encoded(places, values), wrong[places])
        return Parsed(values.take(pa.array(places)), wrong[places])

    def _complete_orders(
        self, rows: Rows, parsed: dict[str, Parsed], aside: np.ndarray, occurrences: Occurrences
    ) -> np.ndarray:
        """Derive the price from the line's amount where it is mapped so, in the company's currency and less refunds;
        number equal lines of an order. Which rows are left out then."""
        if "total" in parsed and "unit_price" not in parsed:
            derive_price(parsed, "quantity" in self.reading.columns)
        unsign_returns(parsed)
        take_discounts(rows, parsed)
        aside = self._money.convert(rows, judge(self.reading, rows, aside, parsed), parsed)
        self._number(rows, parsed, aside, occurrences)
        return aside

    def _number(self, rows: Rows, parsed: dict[str, Parsed], aside: np.ndarray, occurrences: Occurrences) -> None:
        """Orders their number, where the file has none, and equal lines theirs.

        Lines that are left out are numbered with the others: a later file may say that they are sales after all.
        Return documents are numbered apart, so that one in a file of its own is not taken for the sale.
        """
        given = parsed.get("occurrence")
        if self.reading.line_orders:
            counted = self._line_orders(parsed, occurrences)
        else:
            if self.reading.moment_orders:
                parsed["order_id"] = self._moment_orders(parsed)
            orders, products = parsed["order_id"].values, parsed["product_id"].values
            returned, totals = documents(self.reading, rows), aside == ASIDE.index("totals")
            sold = _without(orders, totals | returned) if (totals | returned).any() else orders
            counted = occurrences.count(sold, products)
            if returned.any():
                apart = self._returned.count(_without(orders, ~returned), products)
                counted = np.where(returned, FIRST_RETURNED + apart, counted)
        values = pa.array(counted) if given is None else pc.coalesce(given.values, pa.array(counted))
        parsed["occurrence"] = Parsed(values, np.zeros(len(counted), dtype=np.uint8) if given is None else given.wrong)

    def _line_orders(self, parsed: dict[str, Parsed], occurrences: Occurrences) -> np.ndarray:
        """Each line becomes an order; (rows,) which of the equal ones it is."""
        names = ("ordered_at", "customer_id", "product_id", "quantity", "unit_price", "channel")
        keys = lines.line_keys([parsed[name].values for name in names if name in parsed])
        counted = occurrences.count_keys(keys)
        given = parsed.get("occurrence")
        numbers = counted if given is None else np.asarray(pc.coalesce(given.values, pa.array(counted)))
        made = lines.line_orders(parsed["ordered_at"].values, keys, numbers, self.reading.zone)
        parsed["order_id"] = Parsed(pc.dictionary_encode(made), np.zeros(len(keys), dtype=np.uint8))
        return counted

    def _moment_orders(self, parsed: dict[str, Parsed]) -> Parsed:
        """The lines of one customer at one time become an order; an anonymous line is one by itself."""
        moments, customer = parsed["ordered_at"].values, parsed["customer_id"].values
        made = lines.moment_orders(moments, pc.cast(customer, pa.string()), self.reading.zone)
        names = ("ordered_at", "product_id", "quantity", "unit_price")
        keys = lines.line_keys([parsed[name].values for name in names])
        alone = lines.line_orders(moments, keys, self._alone.count_keys(keys), self.reading.zone)
        return Parsed(pc.dictionary_encode(pc.coalesce(made, alone)), np.zeros(len(keys), dtype=np.uint8))

    def _table(self, parsed: dict[str, Parsed], rows: int) -> pa.Table:
        kinds = {Kind.NUMBER: pa.float64(), Kind.WHOLE: pa.int64(), Kind.DATETIME: dates.INSTANT}
        text = pa.dictionary(pa.int32(), pa.string())
        columns = {}
        for column in self.contract.columns:
            if column.name in self.contract.instead.values():
                continue
            known = parsed.get(column.name)
            columns[column.name] = pa.nulls(rows, kinds.get(column.kind, text)) if known is None else known.values
        return pa.table(columns)

    def _note_no_sales(self, table: pa.Table, aside: np.ndarray) -> None:
        """Keep which lines are no sales: an earlier file may have said that they are."""
        for reason, found in self._no_sales.items():
            lines = aside == ASIDE.index(reason)
            if lines.any():
                known = table.select(IDENTITY).filter(pa.array(lines))
                found.append(pa.table({name: _plain(known[name]) for name in IDENTITY}).drop_null())

    def _features(self, raw: RawChunk) -> pa.Array:
        """What the columns that nothing else uses say of each row."""
        used = {*self.reading.headers, *self.reading.left_out}
        free = {header: raw.table.column(place) for place, header in enumerate(self.headers) if header not in used}
        return features.packed(free, raw.table.num_rows, self.reading.decimal_of)

    def _refused(self, raw: RawChunk, parsed: dict[str, Parsed], places: np.ndarray) -> list[RefusedRow]:
        if not len(places):
            return []
        rows = zip(*(column.to_pylist() for column in raw.table.take(pa.array(places)).columns), strict=True)
        numbered = self._numbered(parsed)
        refused = []
        for place, cells in zip(places.tolist(), rows, strict=True):
            problems = tuple(
                Problem(name, self._written(name, cells), CODES[column.wrong[place]])
                for name, column in parsed.items()
                if column.wrong[place]
            )
            nth = parsed["occurrence"].values[place].as_py() if numbered[place] else None
            refused.append(RefusedRow(raw.numbers[place].as_py(), problems, cells, nth))
        return refused

    def _written(self, name: str, cells: tuple[str, ...]) -> str:
        """What a row of the file has for a column or a role; the same text in every row where no header feeds it."""
        header = self.reading.fed.get(name) or self.reading.roles.get(name)
        return cells[self.headers.index(header)] if header else self.reading.constants.get(name, "")

    def _numbered(self, parsed: dict[str, Parsed]) -> np.ndarray:
        """Which rows have an occurrence to keep: those whose order and product can be read."""
        if self._occurrences is None:
            return np.zeros(len(next(iter(parsed.values())).wrong), dtype=bool)
        return ~(null(parsed["order_id"].values) | null(parsed["product_id"].values))

    def _count(self, raw: RawChunk, valid: pa.Table, refused: list[RefusedRow]) -> None:
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
        self._counting.add(raw, valid)

    def finish(self) -> Tally:
        """The tally after the last chunk, with what was understood of the file."""
        tally, totals = self.tally, self._rows.totals.aside
        reasons = Counter(dict(zip(ASIDE, self._aside.tolist(), strict=True)) | totals.rows) + self._passed
        tally.summary = replace(
            self._counting.summary(),
            rows=tally.rows,
            accepted=tally.accepted,
            refused=tally.refused,
            set_aside={reason: count for reason, count in reasons.items() if reason and count},
            refunds=round(self._money.refunded, 4),
            order_totals=self._money.order_totals(),
            declared=totals.declared,
        )
        if totals.declared is not None and tally.summary.revenue is not None:
            off = 0.01 * max(1, tally.rows) ** 0.5
            found = (tally.summary.revenue, self._money.read)
            tally.summary.agrees = any(abs(totals.declared - money) <= off for money in found)
        return tally


def _without(values: pa.DictionaryArray, gone: np.ndarray) -> pa.DictionaryArray:
    """The values with nulls where they are `gone`."""
    return pa.DictionaryArray.from_arrays(pc.if_else(pa.array(gone), None, values.indices), values.dictionary)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _encoded(places: np.ndarray, values: pa.Array) -> pa.DictionaryArray:
    """A dictionary array whose nulls are among its indices, where every reader looks for them."""
    indices = pa.array(places)
    if values.null_count:
        indices = pc.if_else(pc.is_null(values).take(indices), None, indices)
    return pa.DictionaryArray.from_arrays(indices, pc.fill_null(values, ""))


def _true(mask: pa.ChunkedArray) -> int:
    return pc.sum(mask).as_py() or 0
