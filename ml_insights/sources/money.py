"""What lines cost in the company's currency, after refunds; and what the file itself says that its orders cost."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.decimals import ROUNDING
from ml_insights.sources.facts import Reading
from ml_insights.sources.occurrences import hashes
from ml_insights.sources.parsing import CODES, Parsed, null
from ml_insights.sources.refunds import Refunds, left_of_lines
from ml_insights.sources.rows import Rows, currencies_of, floats
from ml_insights.sources.standing import ASIDE

_ORDER = [("key", np.uint64), ("total", float), ("back", float)]


def derive_price(parsed: dict[str, Parsed], counted: bool) -> None:
    """The unit price from the line's amount and its quantity. Where the file has not `counted` its units, what was
    given back says so by its amount alone, and the quantity takes its sign."""
    total, quantity = parsed["total"], parsed["quantity"]
    if not counted:
        negative = pc.fill_null(pc.less(total.values, 0.0), False)
        quantity.values = pc.if_else(negative, pc.negate(quantity.values), quantity.values)
    zero = np.asarray(pc.fill_null(pc.equal(quantity.values, 0.0), False))
    missing = null(total.values) & (total.wrong == 0)
    wrong = np.where(zero, CODES.index("no-quantity"), np.where(missing, CODES.index("missing"), 0))
    divisor = pc.if_else(pa.array(zero), None, quantity.values)
    parsed["unit_price"] = Parsed(pc.divide(total.values, divisor), np.zeros(len(zero), dtype=np.uint8))
    total.wrong = np.maximum(total.wrong, wrong.astype(np.uint8))


def unsign_returns(parsed: dict[str, Parsed]) -> None:
    """Take the minus off the price where the quantity has one too: programs that write both mean one return, and their
    product would be a sale."""
    price, quantity = parsed["unit_price"], parsed["quantity"]
    twice = pc.and_(pc.less(price.values, 0.0), pc.less(quantity.values, 0.0))
    price.values = pc.if_else(pc.fill_null(twice, False), pc.abs(price.values), price.values)


def take_discounts(rows: Rows, parsed: dict[str, Parsed]) -> None:
    """Take off the price what the line's own discount is; one that is no number, or more than the line, is wrong."""
    if rows.discount is None:
        return
    price, left = parsed["unit_price"], np.nan_to_num(rows.left, nan=1.0)
    wrong = rows.discount[0].wrong | (left < -ROUNDING)
    price.values = pc.multiply(price.values, pa.array(np.clip(left, 0.0, 1.0)))
    texts = rows.roles["discount"].texts
    parsed["discount"] = Parsed(texts, np.where(wrong, CODES.index("not-a-discount"), 0).astype(np.uint8))


class Money:
    """Converts the prices of one file's chunks in turn, and adds up what the file says of its own totals."""

    def __init__(self, reading: Reading, refunds: Refunds | None) -> None:
        self.reading, self._refunds = reading, refunds
        self.refunded = 0.0
        """Taken off accepted lines, in the company's currency."""
        self.read = 0.0
        """What all lines are worth that are accepted or left out by choice, in the file's currencies."""
        self._orders: list[np.ndarray] = []
        self._taken = self._rates = np.zeros(0)

    def convert(self, rows: Rows, aside: np.ndarray, parsed: dict[str, Parsed]) -> np.ndarray:
        """Change the prices of a chunk; `aside` with the rows whose currency has no rate, or whose order gave
        everything back."""
        aside, price = aside.copy(), parsed["unit_price"]
        self._rates = np.ones(rows.count)
        if "currency" in rows.roles:
            self._rates = self._rate(rows, parsed)
            aside[(aside == 0) & np.isnan(self._rates)] = ASIDE.index("currency")
            price.values = pc.multiply(price.values, pa.array(self._rates, from_pandas=True))
        self._taken = np.zeros(rows.count)
        if "refund" in rows.roles or self._refunds:
            kept, left = self._left(rows)
            worth = pc.multiply(price.values, parsed["quantity"].values).to_numpy(zero_copy_only=False)
            self._taken = np.nan_to_num(worth) * (kept - left)
            price.values = pc.multiply(price.values, pa.array(left))
            aside[(aside == 0) & (left == 0) & (kept > 0)] = ASIDE.index("refunded")
        return aside

    def _left(self, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """(rows,) float twice: the share of a line's worth before and after what was given back."""
        if self._refunds:
            return self._refunds.left(rows)
        return np.ones(rows.count), left_of_lines(rows, self._decimal("refund"))

    def count(self, rows: Rows, aside: np.ndarray, good: np.ndarray) -> None:
        """The rows of a chunk of which `good` (bool) are accepted."""
        self.refunded += float(self._taken[good].sum()) if len(self._taken) else 0.0
        if self.reading.totals_out and "order_id" in rows.cells:
            counted = good | (aside > ASIDE.index("totals"))
            self.read += float(np.nan_to_num(rows.amounts[counted]).sum())
        if "order_total" in rows.roles:
            self._orders.append(self._once(rows, good))

    def order_totals(self) -> float | None:
        """What the orders of the accepted lines cost by the file's own totals, less refunds; None where it has none."""
        if "order_total" not in self.reading.roles:
            return None
        lines = np.concatenate(self._orders) if self._orders else np.empty(0, _ORDER)
        _, first = np.unique(lines["key"], return_index=True)
        return float(lines["total"][first].sum() - lines["back"][first].sum())

    def _once(self, rows: Rows, good: np.ndarray) -> np.ndarray:
        """Key, total and refund of the lines that say a total."""
        totals = rows.roles["order_total"]
        said = good & ~totals.empty
        part = np.empty(int(said.sum()), dtype=_ORDER)
        orders = rows.cells["order_id"]
        part["key"] = hashes(orders.texts)[orders.places[said]]
        rates = self._rates[said]
        part["total"] = floats(totals, self._decimal("order_total"))[said] * rates
        refund = rows.roles.get("refund")
        part["back"] = 0.0 if refund is None else np.abs(floats(refund, self._decimal("refund")))[said] * rates
        return part

    def _decimal(self, role: str) -> str:
        return self.reading.decimal_of(self.reading.roles[role])

    def _rate(self, rows: Rows, parsed: dict[str, Parsed]) -> np.ndarray:
        """(rows,) float64: what one unit of each row's currency is worth; NaN where it is left out."""
        cells = rows.roles["currency"]
        named = currencies_of(self.reading, cells.texts.to_pylist())
        distinct = np.array([self.reading.rates.get(name, np.nan) for name in named], dtype=float)
        rates = distinct[cells.places]
        if "rate" in rows.roles and self.reading.file_rates:
            own = np.array([name in self.reading.file_rates for name in named], dtype=bool)[cells.places]
            told = floats(rows.roles["rate"], self._decimal("rate"))
            parsed["rate"] = Parsed(cells.texts, np.where(own & (told <= 0), CODES.index("not-a-rate"), 0).astype("u1"))
            rates = np.where(own, np.where(told > 0, told, 1.0), rates)
        return rates
