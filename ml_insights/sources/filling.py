"""Fill empty cells from the line above within the same order, over the chunks of a file in turn.

Many exports write what belongs to a whole order (date, customer, state, currency) on its first line only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.cells import Cells


class Filled(NamedTuple):
    """What happened to a column in one chunk: cells that were filled, later lines of orders that say something else
    than the line above, and the places of the first filled cells."""

    cells: int
    varying: int
    examples: tuple[int, ...]


@dataclass
class _Last:
    """The last line of the chunk before, as it was after filling."""

    order: str = ""
    date: str = ""
    texts: tuple[str, ...] = ()


class Filler:
    """Fills `columns` of each chunk; with `orders`, an empty order number too, where the line has no date of its own.

    Chunks come in the order of the file: what the last line of one said is known to the first line of the next.
    """

    def __init__(self, *, orders: bool) -> None:
        self.orders, self._last = orders, _Last()

    def fill(self, order: Cells, date: Cells | None, columns: dict[str, Cells], skip: np.ndarray) -> dict[str, Filled]:
        """Change `columns` (and `order`) in place; rows under `skip` are no lines of orders."""
        rows = np.flatnonzero(~skip)
        texts = self._last.texts or ("",) * len(columns)
        above = {name: cells.plus(text) for (name, cells), text in zip(columns.items(), texts, strict=True)}
        codes = np.r_[order.plus(self._last.order), order.places[rows]]
        if self.orders:
            codes = self._continued(codes, order, date, rows)
            order.places = order.places.copy()
            order.places[rows] = codes[1:]
        first = _first_of_order(codes, order)
        found = {name: _fill(cells, above[name], rows, first) for name, cells in columns.items()}
        if len(rows):
            self._last.order = order.at(rows[-1])
            self._last.texts = tuple(cells.at(rows[-1]) for cells in columns.values())
        return found

    def _continued(self, codes: np.ndarray, order: Cells, date: Cells | None, rows: np.ndarray) -> np.ndarray:
        """The order numbers with those of lines that go on with the order above: those without a new date."""
        starts = ~np.asarray(pc.equal(order.texts, ""))[codes]
        if date is not None:
            starts |= self._redated(date, rows)
        return codes[np.maximum.accumulate(np.where(starts, np.arange(len(codes)), 0))]

    def _redated(self, date: Cells, rows: np.ndarray) -> np.ndarray:
        """Which lines have a date, and another one than the last that was given above."""
        places = np.r_[date.plus(self._last.date), date.places[rows]]
        given = ~np.asarray(pc.equal(date.texts, ""))[places]
        source = np.maximum.accumulate(np.where(given, np.arange(len(places)), 0))
        days = date.codes()[places]
        self._last.date = date.texts[int(places[source[-1]])].as_py()
        return given & (days != days[np.r_[0, source[:-1]]])


def _first_of_order(codes: np.ndarray, order: Cells) -> np.ndarray:
    """For each line the place of the first line of its order; a line without an order stands alone."""
    same = order.codes()[codes]
    alone = np.asarray(pc.equal(order.texts, ""))[codes]
    starts = np.r_[True, same[1:] != same[:-1]] | alone
    return np.maximum.accumulate(np.where(starts, np.arange(len(codes)), 0))


def _fill(cells: Cells, above: int, rows: np.ndarray, first: np.ndarray) -> Filled:
    places = np.r_[above, cells.places[rows]]
    given = ~np.asarray(pc.equal(cells.texts, ""))[places]
    number = np.arange(len(places))
    source = np.maximum.accumulate(np.where(given, number, -1))
    filled = ~given & (source >= first)
    places[filled] = places[source[filled]]
    later = given & (number > first)
    varying = later & (places != np.r_[places[0], places[:-1]])
    cells.places = cells.places.copy()
    cells.places[rows] = places[1:]
    return Filled(int(filled[1:].sum()), int(varying[1:].sum()), tuple(rows[np.flatnonzero(filled[1:])[:3]].tolist()))
