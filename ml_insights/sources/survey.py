"""What the rows of a file say of orders, states, currencies and refunds, counted before they are checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.cells import Cells
from ml_insights.sources.facts import RawChunk, Reading
from ml_insights.sources.occurrences import hashes
from ml_insights.sources.rows import WHOLE_ID, RowReader, Rows, currencies_of, floats
from ml_insights.sources.totals import Aside

MOST_SPELLINGS = 200_000
"""Distinct ids of a column that are compared; a file with more has them compared as far as that."""
_TAX_NUMBER = re.compile(r"^\d{1,2}\.?\d{3}\.?\d{3}-[\dk]$")
COLUMNS = ("order_id", "ordered_at", "product_id", "customer_id", "quantity", "unit_price", "total", "channel")


@dataclass
class Weight:
    """How much of a file says one thing: rows, and what they are worth in the file's own money."""

    rows: int = 0
    money: float = 0.0


@dataclass
class Seen:
    """What was counted. `states`, `currencies` are by what the cell says; `cells` are filled ones by header;
    `continued` are lines that go on with the order above; `rated` rows of a currency that have a rate of their own;
    `zeros` are codes that a spreadsheet has turned into numbers with decimals, by column."""

    rows: int = 0
    states: dict[str, Weight] = field(default_factory=dict)
    currencies: dict[str, Weight] = field(default_factory=dict)
    rated: Counter[str] = field(default_factory=Counter)
    rates: dict[str, str] = field(default_factory=dict)
    cancelled: Weight = field(default_factory=Weight)
    refunded: float = 0.0
    cells: Counter[str] = field(default_factory=Counter)
    varying: Counter[str] = field(default_factory=Counter)
    continued: int = 0
    filled_example: tuple[str, str] = ("", "")
    ids: dict[str, Counter[str]] = field(default_factory=dict)
    zeros: dict[str, dict[str, None]] = field(default_factory=dict)
    aside: Aside = field(default_factory=lambda: Aside({}))


class Survey:
    """Reads the chunks of one file in turn as `reading` proposes, and counts."""

    def __init__(self, reading: Reading, headers: tuple[str, ...], now: pa.Scalar) -> None:
        self.reading, self.seen = reading, Seen()
        self._rows = RowReader(reading, headers, now)
        self._refunds: dict[int, float] = {}

    def add(self, raw: RawChunk) -> None:
        """The next chunk."""
        rows = self._rows.read(raw, *COLUMNS)
        kept, amounts, seen = ~rows.aside, np.nan_to_num(rows.amounts), self.seen
        seen.rows += int(kept.sum())
        seen.aside = self._rows.totals.aside
        if cells := rows.roles.get("state"):
            _weigh(seen.states, cells.texts.to_pylist(), cells.places[kept], amounts[kept])
        if cells := rows.roles.get("currency"):
            self._count_currencies(rows, cells, kept, amounts)
        if cells := rows.roles.get("cancelled"):
            gone = kept & ~cells.empty
            seen.cancelled.rows += int(gone.sum())
            seen.cancelled.money += float(amounts[gone].sum())
        if cells := rows.roles.get("refund"):
            self._count_refunds(rows, cells, kept)
        self._count_filled(rows)
        for name in ("customer_id", "product_id"):
            if name in self.reading.columns:
                _count_ids(seen.ids.setdefault(name, Counter()), rows.cells[name], kept)
        for name in {"order_id", "customer_id", "product_id"} & set(self.reading.columns):
            seen.zeros.setdefault(name, {}).update(dict.fromkeys(_with_point_zero(rows.cells[name].texts)))

    def _count_currencies(self, rows: Rows, cells: Cells, kept: np.ndarray, amounts: np.ndarray) -> None:
        named = currencies_of(self.reading, cells.texts.to_pylist())
        _weigh(self.seen.currencies, named, cells.places[kept], amounts[kept])
        if "rate" not in rows.roles:
            return
        rate = rows.roles["rate"]
        told = floats(rate, self.reading.decimal_of(self.reading.rate_header))
        for place in np.unique(cells.places[kept & (told > 0)]).tolist():
            some = kept & (told > 0) & (cells.places == place)
            self.seen.rated[named[place]] += int(some.sum())
            self.seen.rates.setdefault(named[place], rate.at(int(np.flatnonzero(some)[0])))

    def _count_refunds(self, rows: Rows, cells: Cells, kept: np.ndarray) -> None:
        """Once an order, whether it stands on one line or on all."""
        back = np.abs(floats(cells, self.reading.decimal_of(self.reading.refund_header)))
        places = np.flatnonzero(kept & (back > 0))
        orders = rows.cells.get("order_id")
        keys = hashes(orders.texts)[orders.places[places]].tolist() if orders else range(len(self._refunds), 1 << 62)
        for key, amount in zip(keys, back[places].tolist(), strict=False):
            self.seen.refunded += max(0.0, amount - self._refunds.get(key, 0.0))
            self._refunds[key] = max(amount, self._refunds.get(key, 0.0))

    def _count_filled(self, rows: Rows) -> None:
        for name, filled in rows.filled.items():
            header = self.reading.fed.get(name) or self.reading.roles.get(name, "")
            self.seen.cells[header] += filled.cells
            self.seen.varying[header] += filled.varying
            if filled.examples and not self.seen.filled_example[0]:
                cells = rows.cells.get(name) or rows.roles[name]
                self.seen.filled_example = header, cells.at(filled.examples[0])
        self.seen.continued += rows.continued


def _weigh(found: dict[str, Weight], names: Iterable[str], places: np.ndarray, amounts: np.ndarray) -> None:
    names = list(names)
    rows = np.bincount(places, minlength=len(names))
    money = np.bincount(places, amounts, minlength=len(names))
    for name, count, worth in zip(names, rows.tolist(), money.tolist(), strict=True):
        if count:
            weight = found.setdefault(name, Weight())
            weight.rows += count
            weight.money += worth


def _count_ids(found: Counter[str], cells: Cells, kept: np.ndarray) -> None:
    if len(found) > MOST_SPELLINGS:
        return
    rows = np.bincount(cells.places[kept], minlength=len(cells.texts))
    for text, count in zip(cells.texts.to_pylist(), rows.tolist(), strict=True):
        if count and text:
            found[text] += count


def spellings(ids: Counter[str]) -> dict[str, str]:
    """Each id that differs from a commoner one in capitals and spaces only, or a tax number's points → that one."""
    groups: dict[str, list[str]] = {}
    for text in ids:
        plain = "".join(text.casefold().split())
        groups.setdefault(plain.replace(".", "") if _TAX_NUMBER.match(plain) else plain, []).append(text)
    joined = {}
    for same in groups.values():
        best = max(same, key=lambda text: (ids[text], text))
        joined |= {text: best for text in same if text != best}
    return joined


def _with_point_zero(texts: pa.Array) -> list[str]:
    """Those that are whole numbers as a spreadsheet writes them."""
    return texts.filter(pc.match_substring_regex(texts, WHOLE_ID)).to_pylist()


@dataclass
class AmountEvidence:
    """Whether a header holds the amount of a line, the price of one unit, or the total of a whole order."""

    later_lines: int = 0
    repeated: int = 0
    as_amount: int = 0
    as_price: int = 0
    agree: int = 0
    """Lines whose amount is the quantity times the price."""
    lines: int = 0

    @property
    def of_orders(self) -> bool:
        """Whether it is the total of an order rather than of a line, where lines have a price too."""
        return self.once or (not self.later_lines and self.agree < 0.8 * self.lines)

    @property
    def once(self) -> bool:
        """Whether it is blank, or the same again, on the later lines of orders."""
        return self.later_lines >= 2 and self.repeated >= 0.8 * self.later_lines

    @property
    def proposed(self) -> str:
        """ "total" or "price", where the lines of products speak for it."""
        if self.once or self.as_amount == self.as_price:
            return "" if self.once else "total"
        return "total" if self.as_amount > self.as_price else "price"

    @property
    def plain(self) -> bool:
        """Whether the lines of products leave no doubt."""
        both = self.as_amount + self.as_price
        return not self.once and both >= 3 and max(self.as_amount, self.as_price) >= 0.9 * both


def weigh_amounts(rows: Rows, header: str, reading: Reading) -> AmountEvidence:
    """What the lines of a chunk say of the amount under `header`, as far as order, product and quantity are known."""
    found = AmountEvidence()
    kept = np.flatnonzero(~rows.aside)
    cells = rows.of(header)
    quantity, amounts = rows.floats("quantity")[kept], floats(cells, reading.decimal_of(header))[kept]
    product = rows.cells["product_id"].codes()[rows.cells["product_id"].places[kept]]
    if "order_id" in reading.columns:
        orders = rows.cells["order_id"]
        order, same = orders.codes()[orders.places[kept]], cells.codes()[cells.places[kept]]
        later = np.r_[False, (order[1:] == order[:-1]) & ~orders.empty[kept][1:]]
        later &= np.r_[False, (product[1:] != product[:-1]) | (quantity[1:] != quantity[:-1])]
        again = cells.empty[kept] | np.r_[False, same[1:] == same[:-1]]
        found.later_lines, found.repeated = int(later.sum()), int((later & again).sum())
    if {"product_id", "quantity"} <= set(reading.columns):
        found.as_amount, found.as_price = _by_product(product, quantity, amounts)
    worth = np.nan_to_num(rows.amounts[kept])
    found.agree = int(np.isclose(worth, amounts, rtol=1e-3, atol=0.02).sum())
    found.lines = len(kept)
    return found


def _by_product(product: np.ndarray, quantity: np.ndarray, amounts: np.ndarray) -> tuple[int, int]:
    """How many pairs of lines of one product with other quantities have the same amount a unit; the same amount."""
    known = (quantity > 0) & (amounts > 0)
    product, quantity, amounts = product[known], quantity[known], amounts[known]
    by = np.argsort(product, kind="stable")
    product, quantity, amounts = product[by], quantity[by], amounts[by]
    pairs = (product[1:] == product[:-1]) & (quantity[1:] != quantity[:-1])
    each = np.isclose(amounts[1:] / quantity[1:], amounts[:-1] / quantity[:-1], rtol=5e-3)
    whole = np.isclose(amounts[1:], amounts[:-1], rtol=1e-9)
    return int((pairs & each).sum()), int((pairs & whole).sum())
