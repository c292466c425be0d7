"""What the amounts of a file are: of a line, of one unit or of a whole order, before or after a discount.

Everything rests on figures: the quantity times the price beside what other columns say of the same line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml_insights.sources import discounts
from ml_insights.sources.discounted import Discount
from ml_insights.sources.facts import Reading
from ml_insights.sources.line_totals import LineTotals, likeness_of_total
from ml_insights.sources.rows import Rows
from ml_insights.sources.synonyms import likeness
from ml_insights.sources.weighing import AmountEvidence, weigh_amounts


class Amounts:
    """Compares the amounts of one file's lines, chunk by chunk."""

    def __init__(self, reading: Reading, headers: Sequence[str], *, line_totals: bool) -> None:
        self.reading = reading
        free = [header for header in headers if header not in reading.headers]
        named = sorted(filter(likeness_of_total, free), key=likeness_of_total, reverse=True)
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
