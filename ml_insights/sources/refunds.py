"""What orders gave back, and what was taken off them as a whole: amounts that stand once an order, on one of its lines
or on all.

They are taken off the order's lines in proportion to what they are worth, so that the order's revenue is right, its
units stay and no row is made up. An order that gave everything back leaves nothing of a sale.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ml_insights.sources import discounts
from ml_insights.sources.facts import RawChunk, Reading
from ml_insights.sources.occurrences import hashes
from ml_insights.sources.rows import RowReader, Rows, floats
from ml_insights.sources.standing import judge

_LINE = [("key", np.uint64), ("worth", float), ("off", float), ("back", float)]
NOTHING = 1e-9
"""A share that only rounding has left."""


class Refunds:
    """What each order of a file gave back, and its discount, from a pass over the file before its rows are checked."""

    def __init__(self, reading: Reading, headers: tuple[str, ...], now: pa.Scalar) -> None:
        self.reading, self._rows = reading, RowReader(reading, headers, now)
        self._parts: list[np.ndarray] = [np.empty(0, _LINE)]
        self._keys, self._shares = np.zeros(0, dtype=np.uint64), np.zeros((0, 2))

    def add(self, raw: RawChunk) -> None:
        """The next chunk."""
        rows = self._rows.read(raw, "order_id", "ordered_at", "quantity", "unit_price", "total")
        counts = (judge(self.reading, rows, rows.aside.astype(np.uint8), {}) == 0) & ~rows.cells["order_id"].empty
        orders = rows.cells["order_id"]
        part = np.empty(int(counts.sum()), _LINE)
        part["key"] = hashes(orders.texts)[orders.places[counts]]
        part["worth"] = np.nan_to_num(rows.amounts[counts])
        part["off"] = _order_discounts(rows)[counts]
        part["back"] = self._back(rows)[counts]
        self._parts.append(part)

    def _back(self, rows: Rows) -> np.ndarray:
        if "refund" not in rows.roles:
            return np.zeros(rows.count)
        return np.abs(floats(rows.roles["refund"], self.reading.decimal_of(self.reading.refund_header)))

    def settle(self) -> None:
        """After the last chunk."""
        lines = np.concatenate(self._parts)
        self._parts.clear()
        keys, places = np.unique(lines["key"], return_inverse=True)
        worth = np.bincount(places, lines["worth"], len(keys))
        off, back = (_once(places, lines[name], len(keys)) for name in ("off", "back"))
        given = (off + back > 0) & (worth > 0)
        self._keys = keys[given]
        gone = np.column_stack((off, off + back))[given] / worth[given, None]
        self._shares = np.where(1 - gone > NOTHING, 1 - gone, 0.0)

    def left(self, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """(rows,) float twice: the share of a line's worth that its order's discount leaves; and that what was given
        back leaves as well."""
        orders = rows.cells["order_id"]
        if not len(self._keys):
            return np.ones(rows.count), np.ones(rows.count)
        keys = hashes(orders.texts)
        found = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        shares = np.where((self._keys[found] == keys)[:, None], self._shares[found], 1.0)[orders.places]
        return shares[:, 0], shares[:, 1]


def _order_discounts(rows: Rows) -> np.ndarray:
    read, mode = rows.discount or (None, "")
    return read.amounts * ~read.percent if read is not None and mode == discounts.ORDER else np.zeros(rows.count)


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
