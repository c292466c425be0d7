"""What the rows of a file say of orders, states, currencies and refunds, counted before they are checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.amounts import Amounts
from ml_insights.sources.cells import Cells, first_of
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

    def join_states(self) -> None:
        """Count the first of two states alone."""
        both, self.states = self.states, {}
        for state, found in both.items():
            weight = self.states.setdefault(first_of(state), Weight())
            weight.rows, weight.money = weight.rows + found.rows, weight.money + found.money


class Survey:
    """Reads the chunks of one file in turn as `reading` proposes, and counts."""

    def __init__(
        self, reading: Reading, headers: tuple[str, ...], now: pa.Scalar, amounts: Amounts | None = None
    ) -> None:
        self.reading, self.seen, self._amounts = reading, Seen(), amounts
        self._rows = RowReader(reading, headers, now)
        self._refunds: dict[int, float] = {}

    def add(self, raw: RawChunk) -> None:
        """The next chunk."""
        rows = self._rows.read(raw, *COLUMNS)
        if self._amounts is not None:
            self._amounts.add(rows)
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


def ids_of(chunks: Iterable[RawChunk], reader: RowReader, column: str) -> Counter[str]:
    """How many rows each id of a column has."""
    found: Counter[str] = Counter()
    for raw in chunks:
        rows = reader.read(raw, column)
        _count_ids(found, rows.cells[column], ~rows.aside)
    return found


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
