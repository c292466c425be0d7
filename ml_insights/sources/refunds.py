"""What orders gave back, as exports say it: an amount that stands once an order, whether on one of its lines or on all.

It is taken off the order's lines in proportion to what they are worth, so that the order's revenue is right, its
units stay and no row is made up. An order that gave everything back leaves nothing of a sale.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ml_insights.sources.facts import RawChunk, Reading
from ml_insights.sources.occurrences import hashes
from ml_insights.sources.rows import RowReader, Rows, floats
from ml_insights.sources.standing import judge

_LINE = [("key", np.uint64), ("worth", float), ("back", float)]


class Refunds:
    """What each order of a file gave back, from a pass over the file before its rows are checked."""

    def __init__(self, reading: Reading, headers: tuple[str, ...], now: pa.Scalar) -> None:
        self.reading, self._rows = reading, RowReader(reading, headers, now)
        self._parts: list[np.ndarray] = [np.empty(0, _LINE)]
        self._keys, self._shares = np.zeros(0, dtype=np.uint64), np.zeros(0)

    def add(self, raw: RawChunk) -> None:
        """The next chunk."""
        rows = self._rows.read(raw, "order_id", "ordered_at", "quantity", "unit_price", "total")
        counts = (judge(self.reading, rows, rows.aside.astype(np.uint8), {}) == 0) & ~rows.cells["order_id"].empty
        orders, back = rows.cells["order_id"], rows.roles["refund"]
        part = np.empty(int(counts.sum()), _LINE)
        part["key"] = hashes(orders.texts)[orders.places[counts]]
        part["worth"] = np.nan_to_num(rows.amounts[counts])
        part["back"] = np.abs(floats(back, self.reading.decimal_of(self.reading.refund_header)))[counts]
        self._parts.append(part)

    def settle(self) -> None:
        """After the last chunk."""
        lines = np.concatenate(self._parts)
        self._parts.clear()
        keys, places = np.unique(lines["key"], return_inverse=True)
        worth = np.bincount(places, lines["worth"], len(keys))
        back = _once(places, lines["back"], len(keys))
        given = (back > 0) & (worth > 0)
        self._keys = keys[given]
        self._shares = np.maximum(1 - back[given] / worth[given], 0)

    def left(self, rows: Rows) -> np.ndarray:
        """(rows,) float: the share of a line's worth that its order did not give back."""
        orders = rows.cells["order_id"]
        if not len(self._keys):
            return np.ones(rows.count)
        keys = hashes(orders.texts)
        found = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[found] == keys, self._shares[found], 1.0)[orders.places]


def left_of_lines(rows: Rows, decimal: str) -> np.ndarray:
    """(rows,) float: the share of a line's worth that was not given back, where each line is an order."""
    back, worth = np.abs(floats(rows.roles["refund"], decimal)), np.nan_to_num(rows.amounts)
    given = (back > 0) & (worth > 0)
    return np.where(given, np.maximum(1 - back / np.where(given, worth, 1), 0), 1.0)


def _once(places: np.ndarray, amounts: np.ndarray, count: int) -> np.ndarray:
    """What each order gave back: its amount where it is written once or the same on every line, else the sum."""
    highest, lowest = np.zeros(count), np.full(count, np.inf)
    some = amounts > 0
    np.maximum.at(highest, places[some], amounts[some])
    np.minimum.at(lowest, places[some], amounts[some])
    total = np.bincount(places, amounts, count)
    return np.where(lowest == highest, highest, total)
