"""How the numbers and dates of a file are read: from its first rows, and from all rows where those leave it open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS, Column, Kind
from ml_insights.core.arrow import compute as pc
from ml_insights.sources import date_forms, day_order, decimals
from ml_insights.sources.currencies import currencies_in, currency_of_header, has_decimals, without_currency
from ml_insights.sources.decimals import SIGNS
from ml_insights.sources.facts import Decision, FileShape, Inspection, RawChunk, Reading
from ml_insights.sources.numbers import parse_degrees, parse_numbers, without_pieces
from ml_insights.sources.places import about_places
from ml_insights.sources.reading import read_chunks
from ml_insights.sources.synonyms import likeness
from ml_insights.sources.value_questions import about_dates, about_decimals

FIRST_BYTES = 1 << 20
"""A file that is no larger is seen whole at once."""
MONEY = ("unit_price", "total", "unit_cost", "price", "cost")
"""Columns of the contracts that hold amounts of money."""
IDENTITY = {"orders": "order_id", "customers": "customer_id", "deliveries": "route_id"}
"""Columns whose numbers rise with time where programs give them out."""
NAMES = ("decimal", "dates", "places")
"""The decisions that are made here."""
OTHER_DATES = 0.8
"""A column is one of dates where so many of its first values are."""


def decide_values(path: Path, name: str, inspection: Inspection, currency: str, now: datetime) -> Inspection:
    """The inspection with decimal sign and order of dates decided for its columns, or asked.

    `currency` is the company's, for amounts that name none; `now` is today. Decisions of other names stay.
    """
    shape, reading = inspection.shape, inspection.reading
    chunks = read_chunks(path, shape, name, FIRST_BYTES)
    first = next(chunks)
    look = Look(reading, shape, first, currency, now)
    look.add(first)
    if not look.settled and next(chunks, None) is not None:
        look = Look(reading, shape, first, currency, now)
        for raw in read_chunks(path, shape, name):
            look.add(raw)
    return look.decided(inspection)


class Look:
    """What the rows of a file say of the form of its values, chunk by chunk, in bounded memory."""

    def __init__(self, reading: Reading, shape: FileShape, first: RawChunk, currency: str, now: datetime) -> None:
        self.shape = shape
        self.contract = CONTRACTS[reading.contract]
        known = shape.headers, self.contract.names
        self.columns = {name: header for name, header in reading.fed.items() if header in known[0] and name in known[1]}
        self.now = int(now.timestamp() // 86_400)
        self.numbers = [_NumberColumn(header, column) for header, column in self._number_columns()]
        self.total = self._total_header()
        if self.total:
            self.numbers.append(_NumberColumn(self.total, self.contract.column("total")))
        self._first, self._companys = first, currency
        self.products = decimals.Products()
        self.money: dict[str, float] = dict.fromkeys(SIGNS, 0.0)
        self.dates = day_order.Evidence()
        self.date = next((self.columns[column.name] for column in self._mapped(Kind.DATETIME)), None)
        self.others = self._other_dates(first) if self.date else []

    def add(self, raw: RawChunk) -> None:
        """Take the next rows."""
        for column in self.numbers:
            column.signs.add(pc.unique(self._texts(raw, column.header)))
        if self.contract.name == "orders" and (raw is not self._first or self._open_values()):
            self._multiply(raw)
        if self.date:
            others = [self._days(raw, header) for header in self.others]
            self.dates.add(self._texts(raw, self.date), self.now, self._identity(raw), others)
            for header in self.others:
                self.dates.add_elsewhere(self._texts(raw, header))

    def _open_values(self) -> bool:
        return any(sum(column.signs.either.values()) for column in self.numbers)

    @property
    def settled(self) -> bool:
        """Whether other rows could not say anything else: some sign was seen, and no date of three numbers."""
        verdict = self._decimal()
        numbers = not self.numbers or (verdict.settled and verdict.why is not decimals.Why.NOTHING)
        return numbers and day_order.judge(self.dates, past=False).order is None

    def decided(self, inspection: Inspection) -> Inspection:
        """The inspection with what was found."""
        decimal, order = self._decimal(), self._order()
        money = self.money if any(self.money.values()) else {}
        made = (
            about_decimals(decimal, self._evidence(), lambda: self.currency, money),
            about_dates(order, self.dates),
            self._places(),
        )
        kept = tuple(one for one in inspection.decisions if one.name not in NAMES)
        reading = replace(
            inspection.reading,
            decimal=decimal.decimal,
            decimals=dict(decimal.own),
            numeric=tuple(self.shape.headers[place] for place in self.shape.numeric),
            date_format=order.order,
        )
        return replace(inspection, reading=reading, decisions=(*kept, *(one for one in made if one)))

    def _places(self) -> Decision | None:
        """About stops far from the others, as far as the first rows go."""
        if not {"lat", "lon"} <= self.columns.keys():
            return None
        texts = (self._texts(self._first, self.columns[name]) for name in ("lat", "lon"))
        return about_places(*(parse_degrees(text).to_numpy(zero_copy_only=False) for text in texts))

    def _order(self) -> day_order.Verdict:
        past = any(column.past for column in self._mapped(Kind.DATETIME))
        return day_order.judge(self.dates, past)

    def _decimal(self) -> decimals.Verdict:
        return decimals.judge(self._evidence(), self.products)

    def _evidence(self) -> list[decimals.Evidence]:
        return [
            decimals.Evidence(one.header, one.signs, one.money, one.column.kind is Kind.WHOLE or self._in_wholes(one))
            for one in self.numbers
        ]

    def _in_wholes(self, column: _NumberColumn) -> bool:
        """Whether a column holds money without decimals; asked only where that tells something."""
        return column.money and any(column.signs.uneven.values()) and not has_decimals(self.currency)

    def _mapped(self, *kinds: Kind) -> Iterator[Column]:
        yield from (self.contract.column(name) for name in self.columns if self.contract.column(name).kind in kinds)

    def _number_columns(self) -> Iterator[tuple[str, Column]]:
        """Headers of numbers whose sign has to be found: neither those of a workbook nor degrees."""
        typed = {self.shape.headers[place] for place in self.shape.numeric}
        for column in self._mapped(Kind.NUMBER, Kind.WHOLE):
            header = self.columns[column.name]
            if header not in typed and not column.degrees:
                yield header, column

    def _total_header(self) -> str:
        """A header that nothing uses and that looks like the amount of each line."""
        columns = self.columns
        if self.contract.name != "orders" or not {"quantity", "unit_price"} <= columns.keys():
            return ""
        free = [header for header in self.shape.headers if header not in columns.values()]
        return max(free, key=_likeness_of_total, default="") if any(map(_likeness_of_total, free)) else ""

    @cached_property
    def currency(self) -> str:
        """The one currency that the headers or the cells of money name; the company's where they name none; "" where
        they name several."""
        money = [column.header for column in self.numbers if column.money]
        named = {currency_of_header(header) for header in money}
        for header in money:
            named |= {name for name in currencies_in(pc.unique(self._texts(self._first, header))) if len(name) == 3}
        named.discard("")
        return self._companys if not named else (named.pop() if len(named) == 1 else "")

    def _texts(self, raw: RawChunk, header: str) -> pa.Array:
        texts = pc.utf8_trim_whitespace(raw.table.column(self.shape.headers.index(header)).combine_chunks())
        return without_pieces(texts) if header == self.columns.get("quantity") else texts

    def _multiply(self, raw: RawChunk) -> None:
        """Count the rows whose total is quantity × price under each sign, and add up the revenue."""
        columns = self.columns
        quantity = columns.get("quantity")
        price, total = columns.get("unit_price"), self.total or columns.get("total")
        if quantity is None or not (price or total):
            return
        used = [header for header in (quantity, price, total) if header]
        read = {sign: {header: self._read(raw, header, sign) for header in used} for sign in SIGNS}
        for sign, values in read.items():
            amounts = values[quantity] * values[price] if price else values[total or ""]
            self.money[sign] += float(np.nansum(amounts))
        if price and total:
            self.products.add({s: (values[quantity], values[price], values[total]) for s, values in read.items()})

    def _read(self, raw: RawChunk, header: str, sign: str) -> np.ndarray:
        encoded = pc.dictionary_encode(self._texts(raw, header))
        typed = self.shape.headers.index(header) in self.shape.numeric
        numbers = parse_numbers(encoded.dictionary, "." if typed else sign)
        return numbers.take(encoded.indices).to_numpy(zero_copy_only=False)

    def _identity(self, raw: RawChunk) -> np.ndarray | None:
        """The last number in the code of each row's order, customer or route."""
        header = self.columns.get(IDENTITY.get(self.contract.name, ""), "")
        if not header:
            return None
        digits = pc.struct_field(pc.extract_regex(self._texts(raw, header), r"(?P<n>[0-9]{1,15})[^0-9]*$"), 0)
        return pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False)

    def _other_dates(self, first: RawChunk) -> list[str]:
        free = [header for header in self.shape.headers if header not in self.columns.values()]
        return [header for header in free if _are_dates(self._texts(first, header).slice(0, 200))]

    def _days(self, raw: RawChunk, header: str) -> np.ndarray:
        encoded = pc.dictionary_encode(self._texts(raw, header))
        moments = date_forms.read_forms(encoded.dictionary, None)
        days = np.where(moments.found, moments.micros // date_forms.DAY, np.nan)
        return days[np.asarray(encoded.indices)]


@dataclass
class _NumberColumn:
    header: str
    column: Column
    signs: decimals.Signs = field(default_factory=decimals.Signs)

    @property
    def money(self) -> bool:
        return self.column.name in MONEY


def _likeness_of_total(header: str) -> int:
    return likeness("orders", "total", header) or likeness("orders", "total", without_currency(header))


def _are_dates(texts: pa.Array) -> bool:
    filled = texts.filter(pc.not_equal(texts, ""))
    if not len(filled):
        return False
    counted = pc.match_substring_regex(filled, r"^[0-9]+(?:[.,][0-9]+)?$")
    numeric = date_forms.numeric(filled)
    found = date_forms.read_forms(filled, None).found & ~np.asarray(counted)
    if numeric is not None:
        found[numeric.places] = True
    return bool(found.mean() >= OTHER_DATES)
