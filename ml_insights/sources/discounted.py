"""A column of discounts, beside what lines are worth and what other columns say that they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ml_insights.sources import discounts
from ml_insights.sources.decimals import ROUNDING
from ml_insights.sources.facts import Reading
from ml_insights.sources.rows import Rows, floats
from ml_insights.sources.weighing import CENT, MOST, count

ENOUGH = 3
"""Pairs of lines that prove something."""


@dataclass
class Discount:
    """A column that says discounts. `given` lines have one; `percent` of them are written with a sign, `shares` lie
    between 0 and 1, `beyond` above 100; `unread` cells are no numbers; `several` lines have more than one unit.

    `before` counts by header the lines whose amount there is what they are worth less the discount; `after` those
    where what they are worth is an amount there less the discount. `as_whole` are pairs of lines of one product with
    other discounts that cost the same; `as_rest` those that cost the same before their discount. Of `later_lines` of
    orders with a discount, it comes again or is blank on those `repeated`; of those `without` one, on those `blank`.
    `of_orders` says that the program is known to write it once an order.
    """

    header: str
    given: int = 0
    percent: int = 0
    shares: int = 0
    beyond: int = 0
    unread: int = 0
    several: int = 0
    as_whole: int = 0
    as_rest: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    later_lines: int = 0
    repeated: int = 0
    without: int = 0
    blank: int = 0
    of_orders: bool = False
    example: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether it says discounts at all."""
        return self.given > 0 and self.unread < self.given

    @property
    def once(self) -> bool:
        """Whether it stands once an order, or comes again on every line of it."""
        if self.of_orders or not self.later_lines:
            return self.of_orders or (self.without > 0 and self.blank >= 0.8 * self.without)
        return self.repeated >= 0.8 * self.later_lines

    @property
    def modes(self) -> tuple[str, ...]:
        """What its numbers can be, as far as they tell."""
        if self.percent == self.given or discounts.is_share(self.header):
            return (discounts.SHARE if self.shares == self.given else discounts.PERCENT,)
        if self.once:
            return (discounts.ORDER,)
        fixed = (discounts.LINE, discounts.UNIT) if self.several else (discounts.LINE,)
        if discounts.is_amount(self.header):
            return fixed
        if self.shares == self.given:
            return (discounts.SHARE, *fixed)
        return fixed if self.beyond else (discounts.PERCENT, *fixed)

    @property
    def in_prices(self) -> bool:
        """Whether the lines of products cost the same before their discounts, so that prices have them taken off."""
        both = self.as_whole + self.as_rest
        return both >= ENOUGH and self.as_rest >= MOST * both

    def explained(self, by: Counter[str]) -> str:
        """The header whose amounts the discounts explain; "" where none is."""
        header, lines = by.most_common(1)[0] if by else ("", 0)
        return header if lines >= MOST * self.given else ""

    def add(self, rows: Rows, others: Sequence[str], reading: Reading, worth: np.ndarray) -> None:
        """The discounts of a chunk, beside what its lines are `worth` and the amounts under `others`."""
        cells = rows.of(self.header)
        read = discounts.Read.of(cells, reading.decimal_of(self.header))
        given = np.flatnonzero(~rows.aside & (np.nan_to_num(read.amounts) != 0))
        self.unread += count(read.wrong & ~rows.aside)
        self._count_later(rows, cells.empty, read.amounts)
        if not len(given):
            return
        amounts, quantity = read.amounts[given], np.abs(rows.floats("quantity")[given])
        self.given += len(given)
        self.percent += count(read.percent[given])
        self.shares += count(amounts < 1)
        self.beyond += count(amounts > 100)
        self.several += count(quantity != 1)
        self.example = self.example or (cells.at(int(given[0])),)
        self._compare_products(rows, read.amounts, np.abs(worth))
        worth = np.abs(worth[given])
        for header in others:
            said = np.abs(floats(rows.of(header), reading.decimal_of(header)))[given]
            self.before[header] += self._fitting(worth, said, amounts, quantity)
            unit = max(
                self._fitting(said, worth, amounts, quantity), self._fitting(said * quantity, worth, amounts, quantity)
            )
            self.after[header] += unit

    def _count_later(self, rows: Rows, empty: np.ndarray, amounts: np.ndarray) -> None:
        """Later lines of orders with a discount, and on how many of them it is blank or comes again."""
        if "order_id" not in rows.cells:
            return
        kept, orders = np.flatnonzero(~rows.aside), rows.cells["order_id"]
        order, amounts, empty = orders.codes()[orders.places[kept]], amounts[kept], empty[kept]
        some = (amounts[1:] > 0) | (amounts[:-1] > 0)
        goes_on = (order[1:] == order[:-1]) & ~orders.empty[kept][1:]
        later = goes_on & some
        self.without += count(goes_on & ~some)
        self.blank += count(goes_on & ~some & empty[1:])
        self.later_lines += count(later)
        self.repeated += count(later & (empty[1:] | (amounts[1:] == amounts[:-1])))

    def _compare_products(self, rows: Rows, amounts: np.ndarray, worth: np.ndarray) -> None:
        cells, quantity = rows.cells["product_id"], np.abs(rows.floats("quantity"))
        known = np.flatnonzero(~rows.aside & (worth > 0) & (quantity > 0))
        product = cells.codes()[cells.places[known]]
        by = known[np.argsort(product, kind="stable")]
        product, amounts, unit, quantity = np.sort(product), amounts[by], worth[by] / quantity[by], quantity[by]
        pairs = (product[1:] == product[:-1]) & (amounts[1:] != amounts[:-1])
        with np.errstate(divide="ignore", invalid="ignore"):
            before = (unit / (1 - amounts / 100), unit / (1 - amounts), unit + amounts, unit + amounts / quantity)
        self.as_whole += count(pairs & _same(unit))
        self.as_rest += max(count(pairs & _same(way)) for way in before)

    def _fitting(self, before: np.ndarray, after: np.ndarray, amounts: np.ndarray, quantity: np.ndarray) -> int:
        """On how many lines `after` is `before` less the discount, in the way that fits most."""
        ways = (before * (1 - amounts / 100), before * (1 - amounts), before - amounts, before - amounts * quantity)
        known = (before > 0) & (after > 0)
        return max(count(known & np.isclose(way, after, rtol=ROUNDING / 10, atol=CENT)) for way in ways)


def _same(unit: np.ndarray) -> np.ndarray:
    """Which of neighbours are alike."""
    return np.isclose(unit[1:], unit[:-1], rtol=5e-3) & (unit[1:] > 0)
