"""Whether an amount is of a line, of one unit or of a whole order: what the lines themselves say of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ml_insights.sources.facts import Reading
from ml_insights.sources.rows import Rows, floats

MOST = 0.9
"""The share of lines that have to say one thing for it to be so."""
CENT = 0.02


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

    def __iadd__(self, other: AmountEvidence) -> AmountEvidence:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self

    @property
    def of_orders(self) -> bool:
        """Whether it is the total of an order rather than of a line, where lines have a price too."""
        return self.once or (self.repeated == self.later_lines and self.agree < 0.8 * self.lines)

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
        return not self.once and both >= 3 and max(self.as_amount, self.as_price) >= MOST * both

    @property
    def rises(self) -> bool:
        """Whether it rises with the quantity, as the amount of a line does and a price does not."""
        return self.as_amount > 0 and self.as_amount >= MOST * (self.as_amount + self.as_price)


def weigh_amounts(rows: Rows, header: str, reading: Reading) -> AmountEvidence:
    """What the lines of a chunk say of the amount under `header`, as far as order, product and quantity are known."""
    found = AmountEvidence()
    kept = np.flatnonzero(~rows.aside)
    cells = rows.of(header)
    quantity, amounts = rows.floats("quantity")[kept], floats(cells, reading.decimal_of(header))[kept]
    product = rows.cells["product_id"].codes()[rows.cells["product_id"].places[kept]]
    agree = np.isclose(np.nan_to_num(rows.amounts[kept]), amounts, rtol=1e-3, atol=CENT)
    if "order_id" in reading.columns:
        orders = rows.cells["order_id"]
        order, same = orders.codes()[orders.places[kept]], cells.codes()[cells.places[kept]]
        later = np.r_[False, (order[1:] == order[:-1]) & ~orders.empty[kept][1:]]
        later &= np.r_[False, (product[1:] != product[:-1]) | (quantity[1:] != quantity[:-1])]
        apart = ~agree | (header in reading.fed.values())
        again = cells.empty[kept] | (np.r_[False, same[1:] == same[:-1]] & apart)
        found.later_lines, found.repeated = int(later.sum()), int((later & again).sum())
    if {"product_id", "quantity"} <= set(reading.columns):
        found.as_amount, found.as_price = _by_product(product, quantity, amounts)
    found.agree, found.lines = count(agree), len(kept)
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


def count(mask: np.ndarray) -> int:
    """How many are true."""
    return int(np.count_nonzero(mask))
