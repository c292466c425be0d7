"""Amounts of lines beside what the lines are worth by their quantity and price."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from ml_insights.sources import discounts
from ml_insights.sources.cells import BETWEEN
from ml_insights.sources.decimals import ROUNDING
from ml_insights.sources.facts import Reading
from ml_insights.sources.rows import Rows, floats
from ml_insights.sources.standing import RETURN
from ml_insights.sources.states import meaning_of
from ml_insights.sources.synonyms import likeness, words_of
from ml_insights.sources.weighing import CENT, AmountEvidence, count, weigh_amounts

SLIPS = 0.02
"""The share of lines whose total may differ from the quantity times the price without a question."""
SAME_RATIO = 0.01
_TOTAL = re.compile(r"^(?:sub ?total|total|importe|monto|amount|order line)\b|\b(?:total|amount|importe|monto)$")
_OTHER_AMOUNT = re.compile(
    r"\b(?:impuestos?|iva|tax|taxes|vat|envio|shipping|despacho|flete|refund\w*|reembols\w*|cargos?|comision|fees?|propina"
    r"|tips?|saldo|balance|costos?|costes?|cost|margen|utilidad|profit|exento|afecto|units?|unidades|cantidad|quantity|items"
    r"|articulos|lineas|lines|puntos|points|cupon|coupon|pedido|orden|factura|invoice|boleta|carrito|cart|grand|gift)\b"
    r"|\border (?!line)"
)
"""Amounts that are not of a line, or of something else than what was sold."""


def likeness_of_total(header: str) -> int:
    """How well `header` fits the amount of an order's line, whatever its currency; names with more words too."""
    if found := likeness("orders", "total", header):
        return 1 + found
    words = words_of(header)
    return int(bool(_TOTAL.search(words)) and not _OTHER_AMOUNT.search(words) and not discounts.is_discount(header))


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
        self.negative += count(known & (said < 0) & (worth > 0) & ~_given_back(rows))
        said, worth = np.abs(said), np.abs(worth)
        equal = known & np.isclose(said, worth, rtol=ROUNDING / 10, atol=CENT)
        less, more = known & ~equal & (said < worth), known & ~equal & (said > worth)
        self.equal, self.less, self.more = self.equal + count(equal), self.less + count(less), self.more + count(more)
        self.evidence += weigh_amounts(rows, header, reading)
        places = np.flatnonzero((less | more) & (worth > 0))
        if not len(places):
            return
        shares = said[places] / worth[places]
        self.lowest, self.highest = min(self.lowest, shares.min()), max(self.highest, shares.max())
        if not self.example[0]:
            named = [rows.cells[name] for name in ("quantity", "unit_price") if name in rows.cells]
            self.example = " × ".join(one.at(int(places[0])) for one in named), cells.at(int(places[0]))


def _given_back(rows: Rows) -> np.ndarray:
    """(rows,) bool: which have a state that means a return."""
    if "state" not in rows.roles:
        return np.zeros(rows.count, dtype=bool)
    cells = rows.roles["state"]
    returned = [any(meaning_of(one) == RETURN for one in text.split(BETWEEN)) for text in cells.texts.to_pylist()]
    return np.array(returned, dtype=bool)[cells.places]
