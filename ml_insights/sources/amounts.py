"""What the amounts of a file are: of a line, of one unit or of a whole order, before or after a discount.

Everything rests on figures: the quantity times the price beside what other columns say of the same line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from ml_insights.sources import discounts
from ml_insights.sources.cells import BETWEEN
from ml_insights.sources.decimals import ROUNDING
from ml_insights.sources.facts import Reading
from ml_insights.sources.rows import Rows, floats
from ml_insights.sources.standing import RETURN
from ml_insights.sources.states import meaning_of
from ml_insights.sources.synonyms import likeness, spoken

SLIPS = 0.02
"""The share of lines whose total may differ from the quantity times the price without a question."""
MOST = 0.9
"""The share of lines that have to say one thing for it to be so."""
ENOUGH = 3
"""Pairs of lines that prove something."""
_TOTAL = re.compile(r"^(?:sub ?total|total|importe|monto|amount|order line)\b|\b(?:total|amount|importe|monto)$")
_WITH_TAX = re.compile(
    r"\b(?:con|sin|incl\w*|excl\w*|inc|ex|with|without|mas|c|s) (?:el |the )?(?:iva|tax|taxes|impuestos?)\b"
)
_OTHER_AMOUNT = re.compile(
    r"\b(?:impuestos?|iva|tax|taxes|vat|envio|shipping|despacho|flete|refund\w*|reembols\w*|cargos?|comision|fees?|propina"
    r"|tips?|saldo|balance|costos?|costes?|cost|margen|utilidad|profit|exento|afecto|units?|unidades|cantidad|quantity|items"
    r"|articulos|lineas|lines|puntos|points|cupon|coupon|pedido|orden|factura|invoice|boleta|carrito|cart|grand|gift)\b"
    r"|\border (?!line)"
)
"""Amounts that are not of a line, or of something else than what was sold."""
SAME_RATIO = 0.01
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
    found.agree, found.lines = _sum(agree), len(kept)
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


@dataclass
class LineTotals:
    """How many lines say an amount that is the quantity times the price, less or more; the lowest and the highest
    share of it that they say; one that differs: its quantity and price, and what it says. `negative` lines have a minus
    there, and neither in their quantity, nor in their price, nor a state that says the same."""

    equal: int = 0
    less: int = 0
    more: int = 0
    negative: int = 0
    lowest: float = np.inf
    highest: float = 0.0
    example: tuple[str, str] = ("", "")
    evidence: AmountEvidence = field(default_factory=AmountEvidence)

    @property
    def differ(self) -> bool:
        """Whether more lines than a few slips of the hand do, or some are negative there alone."""
        lines = self.equal + self.less + self.more
        return self.negative > 0 or self.less + self.more > SLIPS * lines

    @property
    def same_share(self) -> bool:
        """Whether every line says the same share, as amounts with and without a tax do."""
        return self.highest > 0 and not self.equal and self.highest <= self.lowest * (1 + SAME_RATIO)

    @property
    def of_orders(self) -> bool:
        """Whether it is an order's, blank or the same again on later lines."""
        evidence = self.evidence
        return evidence.later_lines > 0 and evidence.repeated >= 0.8 * evidence.later_lines

    @property
    def of_lines(self) -> bool:
        """Whether it can be the amount of a line: where orders have several lines, it is not the order's; where all
        have one, it is never more, as it would be with shipping."""
        return not self.of_orders and (self.evidence.later_lines > 0 or not self.more or self.same_share)

    @property
    def is_lines_own(self) -> bool:
        """Whether it differs, can be of a line, and is no amount in another currency."""
        return self.differ and self.of_lines and not (self.same_share and not 0.5 < self.highest < 2)

    def add(self, rows: Rows, header: str, reading: Reading, worth: np.ndarray) -> None:
        """Compare the amounts of a chunk under `header` with what its lines are `worth`, signs apart."""
        cells = rows.of(header)
        said, known = floats(cells, reading.decimal_of(header)), ~rows.aside & ~cells.empty & np.isfinite(worth)
        known &= (worth != 0) | (said != 0)
        self.negative += _sum(known & (said < 0) & (worth > 0) & ~_given_back(rows))
        said, worth = np.abs(said), np.abs(worth)
        equal = known & np.isclose(said, worth, rtol=ROUNDING / 10, atol=CENT)
        less, more = known & ~equal & (said < worth), known & ~equal & (said > worth)
        self.equal, self.less, self.more = self.equal + _sum(equal), self.less + _sum(less), self.more + _sum(more)
        self.evidence += weigh_amounts(rows, header, reading)
        places = np.flatnonzero((less | more) & (worth > 0))
        if not len(places):
            return
        shares = said[places] / worth[places]
        self.lowest, self.highest = min(self.lowest, shares.min()), max(self.highest, shares.max())
        if not self.example[0]:
            named = [rows.cells[name] for name in ("quantity", "unit_price") if name in rows.cells]
            self.example = " × ".join(one.at(int(places[0])) for one in named), cells.at(int(places[0]))


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
        self.unread += _sum(read.wrong & ~rows.aside)
        self._count_later(rows, cells.empty, read.amounts)
        if not len(given):
            return
        amounts, quantity = read.amounts[given], np.abs(rows.floats("quantity")[given])
        self.given += len(given)
        self.percent += _sum(read.percent[given])
        self.shares += _sum(amounts < 1)
        self.beyond += _sum(amounts > 100)
        self.several += _sum(quantity != 1)
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
        self.without += _sum(goes_on & ~some)
        self.blank += _sum(goes_on & ~some & empty[1:])
        self.later_lines += _sum(later)
        self.repeated += _sum(later & (empty[1:] | (amounts[1:] == amounts[:-1])))

    def _compare_products(self, rows: Rows, amounts: np.ndarray, worth: np.ndarray) -> None:
        cells, quantity = rows.cells["product_id"], np.abs(rows.floats("quantity"))
        known = np.flatnonzero(~rows.aside & (worth > 0) & (quantity > 0))
        product = cells.codes()[cells.places[known]]
        by = known[np.argsort(product, kind="stable")]
        product, amounts, unit, quantity = np.sort(product), amounts[by], worth[by] / quantity[by], quantity[by]
        pairs = (product[1:] == product[:-1]) & (amounts[1:] != amounts[:-1])
        with np.errstate(divide="ignore", invalid="ignore"):
            before = (unit / (1 - amounts / 100), unit / (1 - amounts), unit + amounts, unit + amounts / quantity)
        self.as_whole += _sum(pairs & _same(unit))
        self.as_rest += max(_sum(pairs & _same(way)) for way in before)

    def _fitting(self, before: np.ndarray, after: np.ndarray, amounts: np.ndarray, quantity: np.ndarray) -> int:
        """On how many lines `after` is `before` less the discount, in the way that fits most."""
        ways = (before * (1 - amounts / 100), before * (1 - amounts), before - amounts, before - amounts * quantity)
        known = (before > 0) & (after > 0)
        return max(_sum(known & np.isclose(way, after, rtol=ROUNDING / 10, atol=CENT)) for way in ways)


class Amounts:
    """Compares the amounts of one file's lines, chunk by chunk."""

    def __init__(self, reading: Reading, headers: Sequence[str], *, line_totals: bool) -> None:
        self.reading = reading
        free = [header for header in headers if header not in reading.headers]
        named = sorted(filter(_likeness_of_total, free), key=_likeness_of_total, reverse=True)
        mapped = reading.columns.get("total", "") if "unit_price" in reading.columns else ""
        order = reading.order_total_header
        priced = "unit_price" in reading.columns
        self.totals = (
            {h: LineTotals() for h in (mapped, *named, order) if h} if priced and headers and line_totals else {}
        )
        self.discounts = [
            Discount(header, of_orders=not line_totals) for header in free if discounts.is_discount(header)
        ]
        prices = [header for header in free if likeness("orders", "unit_price", header)]
        self._others = list(dict.fromkeys((*self.totals, *named, *prices))) if self.discounts else []
        self.price = AmountEvidence()

    @property
    def asks(self) -> bool:
        """Whether other rows than the first could change what is asked."""
        return bool(self.totals or self.discounts)

    def add(self, rows: Rows) -> None:
        """The next chunk."""
        reading, worth = self.reading, rows.amounts
        for header, totals in self.totals.items():
            totals.add(rows, header, reading, worth)
        for one in self.discounts:
            one.add(rows, self._others, reading, np.nan_to_num(worth))
        if price := reading.columns.get("unit_price"):
            self.price += weigh_amounts(rows, price, reading)

    @property
    def discount(self) -> Discount | None:
        """The discounts that nothing explains as taken off already; the first of several columns."""
        told = [one for one in self.discounts if one.told]
        if any(one.in_prices or self._gross(one) for one in told):
            return None
        return told[0] if told else None

    def _gross(self, discount: Discount) -> str:
        """The header of amounts of lines that are what lines are worth and the discount."""
        header = discount.explained(discount.after)
        known = self.totals.get(header)
        return "" if known and known.of_orders else header

    @property
    def without_discount(self) -> str:
        """The header of lines' amounts that are the quantity times the price, whatever the discount; "" for none."""
        equal = (header for header, found in self.totals.items() if found.equal and not found.differ)
        return next(equal, "")

    def line_total(self) -> str:
        """The header of lines' amounts that are not the quantity times the price; the price's own where it rises with
        the quantity; "" where no line is in doubt."""
        before = set(map(self._gross, self.discounts))
        own = {header: found for header, found in self.totals.items() if found.is_lines_own and header not in before}
        for one in self.discounts:
            if one.told and (header := one.explained(one.before)) in self.totals and self.totals[header].differ:
                return header
        if self.without_discount:
            return next((header for header, found in own.items() if found.equal and not found.more), "")
        if own:
            return next(iter(own))
        return self.reading.columns.get("unit_price", "") if self.price.rises else ""


def _likeness_of_total(header: str) -> int:
    """How well `header` fits the amount of an order's line, whatever its currency; names with more words too."""
    if found := likeness("orders", "total", header):
        return 1 + found
    words = _WITH_TAX.sub(" ", spoken(header))
    return int(bool(_TOTAL.search(words)) and not _OTHER_AMOUNT.search(words) and not discounts.is_discount(header))


def _given_back(rows: Rows) -> np.ndarray:
    """(rows,) bool: which have a state that means a return."""
    if "state" not in rows.roles:
        return np.zeros(rows.count, dtype=bool)
    cells = rows.roles["state"]
    returned = [any(meaning_of(one) == RETURN for one in text.split(BETWEEN)) for text in cells.texts.to_pylist()]
    return np.array(returned, dtype=bool)[cells.places]


def _same(unit: np.ndarray) -> np.ndarray:
    """Which of neighbours are alike."""
    return np.isclose(unit[1:], unit[:-1], rtol=5e-3) & (unit[1:] > 0)


def _sum(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))
