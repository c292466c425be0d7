"""Rows of a report that are no data: those that add up others, notes, page footers, headers that come again.

A word alone decides nothing, since products and customers are called "Total …" too: a row adds up others where its
place says so (no date of its own), or where its numbers are the sum of the rows above.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources import numbers
from ml_insights.sources.facts import RawChunk

TOTALS, NOTES = "totals", "notes"

_WORDS = (
    r"(?:sub[\s-]?|gran\s+|grand\s+)?totale?s?|sum|suma|sumas|sumatoria|summe|gesamt\w*|zwischensumme|somme|acumulado"
    r"|(?:importe|monto|valor|venta|ventas)\s+total(?:es)?"
)
TOTAL_WORD = rf"(?i)^\W*(?:{_WORDS})\b"
"""How a cell of a row that adds up others begins."""
_ONLY_TOTAL = re.compile(rf"(?i)^\W*(?:{_WORDS})(?:\s+(?:general|final|mes|d[ií]a|pedido|orden|orders?))?\W*$")
_GRAND = re.compile(
    r"(?i)^\W*(?:gran\s|grand\s|totale?s?\s+(?:general|final|ventas?|sales|del? informe|del? per[ií]odo|overall)"
    r"|(?:totale?s?|sumas?|sum|summe|gesamt\w*)(?:\s+total)?\W*$)"
)
_NOTE = re.compile(
    r"(?i)^\W*(?:generad|impres|emitid[oa] (?:el|por)|exportad|p[aá]g(?:ina)?\b|page\b|generated|printed|exported"
    r"|created (?:on|by)|report|informe|fuente|source|notas?\b|notes?\b|fin del?\b|end of\b|usuario:|user:|registros"
    r"|records|filas|rows\b|\(?contin)"
)
MARKS_KEPT = 64
"""Levels and groups of sums that a total can be about."""


@dataclass(frozen=True)
class Layout:
    """Where in the file's columns the date, the order, the product, the unit price and the amount of a row stand (-1:
    nowhere). `continued` says that a line without an order number may go on with the order above; `texts` are the
    places of all columns that hold no numbers."""

    date: int
    order: int
    product: int
    price: int
    amount: int
    continued: bool
    texts: frozenset[int]


@dataclass
class Aside:
    """Rows that are no data, by reason; what those that add up others add up to; and the file's own grand total."""

    rows: dict[str, int]
    money: float = 0.0
    declared: float | None = None
    examples: tuple[str, ...] = ()


class TotalRows:
    """Finds the rows that are no data, over the chunks of a file in turn."""

    def __init__(self, headers: tuple[str, ...], layout: Layout, decimal_of: Callable[[str], str]) -> None:
        self.headers, self.layout, self.decimal_of = headers, layout, decimal_of
        self.aside = Aside({TOTALS: 0, NOTES: 0})
        self._amount = self._units = self._grandest = 0.0
        self._marks: list[tuple[float, float]] = [(0.0, 0.0)]

    def find(
        self, raw: RawChunk, suspects: np.ndarray, dated: np.ndarray, amounts: np.ndarray, units: np.ndarray
    ) -> np.ndarray:
        """(rows,) bool: which rows of the chunk are no data.

        `suspects` (bool) lack a date, an order or a product, or have a product that is called like a total; `dated`
        have a date of their own. `amounts` and `units` (float, NaN where unknown) add up to what
        totals say.
        """
        found = np.zeros(len(suspects), dtype=bool)
        places = _worth_a_look(raw.table, np.flatnonzero(suspects), self.layout)
        amounts, units = np.nan_to_num(amounts), np.nan_to_num(units)
        start = 0
        for place, cells in zip(places.tolist(), _rows(raw.table, places), strict=True):
            self._amount += float(amounts[start:place].sum())
            self._units += float(units[start:place].sum())
            start = place
            reason = self._reason(cells, bool(dated[place]))
            if reason:
                found[place] = True
                self._note(reason, cells)
                start = place + 1
        self._amount += float(amounts[start:].sum())
        self._units += float(units[start:].sum())
        return found

    def is_note(self, cells: tuple[str, ...]) -> bool:
        """Whether a row with too few or too many cells is no data; it is counted then."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        total = bool(filled) and re.match(TOTAL_WORD, filled[0]) is not None
        note = bool(filled) and (bool(_NOTE.match(filled[0])) or (len(filled) == 1 and " " in filled[0]))
        if total or note:
            self._note(TOTALS if total else NOTES, cells)
        return total or note

    def _reason(self, cells: tuple[str, ...], dated: bool) -> str:
        filled = {place: cell.strip() for place, cell in enumerate(cells) if cell.strip()}
        words = {place for place, cell in filled.items() if re.match(TOTAL_WORD, cell)}
        if words and not dated and self._out_of_place(words, filled):
            return TOTALS
        named = {self.layout.date, self.layout.order, self.layout.product} & set(filled)
        if (words or not named) and self._adds_up(filled):
            return TOTALS
        return NOTES if not dated and self._is_note(filled) else ""

    def _out_of_place(self, words: set[int], filled: dict[int, str]) -> bool:
        """Whether a total's word stands where no line of an order would have it. A line can lack its date (it stands
        on the order's first one) and be of a product that is called like a total; but totals have no unit price."""
        date, order, product = self.layout.date, self.layout.order, self.layout.product
        if words & {date, order}:
            return True
        if product in words and (order in filled or self.layout.price in filled or self.layout.continued):
            return bool(_ONLY_TOTAL.match(filled[product]))
        return order not in filled and (product in words or product not in filled)

    def _is_note(self, filled: dict[int, str]) -> bool:
        if len(filled) == 1:
            (cell,) = filled.values()
            return " " in cell or bool(_NOTE.match(cell))
        again = all(cell.casefold() == self.headers[place].strip().casefold() for place, cell in filled.items())
        first = filled[min(filled)] if filled else ""
        return again or (self.layout.product not in filled and bool(_NOTE.match(first)))

    def _adds_up(self, filled: dict[int, str]) -> bool:
        """Whether some number of the row is what the rows since an earlier total, or since the beginning, are worth;
        where it has one number alone, that can be their units."""
        found = [*self._numbers(filled).values()]
        since = [(self._amount - amount, self._units - units) for amount, units in self._marks]
        return any(
            any(_near(number, amount) for number in found) or (len(found) == 1 and _near(found[0], units))
            for amount, units in since
        )

    def _numbers(self, filled: dict[int, str]) -> dict[int, float]:
        cells = {place: cell for place, cell in filled.items() if place not in self.layout.texts}
        signs = {place: self.decimal_of(self.headers[place]) for place in cells if place < len(self.headers)}
        found: dict[int, float] = {}
        for sign in sorted(set(signs.values())):
            places = [place for place, its in signs.items() if its == sign]
            read = numbers.parse_numbers(pa.array([cells[place] for place in places], pa.string()), sign).to_pylist()
            found |= {place: number for place, number in zip(places, read, strict=True) if number is not None}
        return found

    def _note(self, reason: str, cells: tuple[str, ...]) -> None:
        aside = self.aside
        aside.rows[reason] += 1
        filled = {place: cell.strip() for place, cell in enumerate(cells) if cell.strip()}
        if reason == NOTES:
            return
        found = self._numbers(filled)
        amount = found.get(self.layout.amount, max(found.values(), key=abs, default=None))
        aside.money += amount or 0.0
        if len(aside.examples) < 3:
            aside.examples += (" · ".join(filled.values()),)
        if amount is not None and any(_GRAND.match(cell) for cell in filled.values()):
            aside.declared = amount if abs(amount) > abs(self._grandest) else None
            self._grandest = max(self._grandest, amount, key=abs)
        self._marks = [self._marks[0], *self._marks[1:], (self._amount, self._units)]
        del self._marks[1:-MARKS_KEPT]


def _worth_a_look(table: pa.Table, places: np.ndarray, layout: Layout) -> np.ndarray:
    """Those of `places` with a total's word in some cell, without date, order and product, or with one cell alone."""
    if not len(places):
        return places
    some = table.take(pa.array(places))
    texts = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in some.columns]
    filled = [np.asarray(pc.not_equal(column, "")) for column in texts]
    named = [filled[place] for place in (layout.date, layout.order, layout.product) if place >= 0]
    worth = np.sum(filled, axis=0) <= 2
    worth |= ~np.any(named, axis=0) if named else False
    for column in texts:
        distinct = pc.dictionary_encode(column)
        worth |= np.asarray(pc.match_substring_regex(distinct.dictionary, TOTAL_WORD))[np.asarray(distinct.indices)]
    if layout.date >= 0:
        worth |= np.asarray(pc.match_substring_regex(texts[layout.date], r"^\D{4}"))
    return places[worth]


def _rows(table: pa.Table, places: np.ndarray) -> list[tuple[str, ...]]:
    if not len(places):
        return []
    return list(zip(*(column.to_pylist() for column in table.take(pa.array(places)).columns), strict=True))


def _near(number: float, total: float) -> bool:
    return number != 0 and abs(number - total) <= max(0.02, 1e-9 * abs(total))
