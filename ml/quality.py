"""What is odd about order lines, counted, so that a report can say what a model learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

EXTREME = 20.0
"""Interquartile ranges above the third quartile of a product's own quantities from which on a line is extreme."""
LEAST_LINES = 20
"""Of a product, before its quantities say what is usual."""


class Oddity(StrEnum):
    """What can be odd about a line."""

    FUTURE = "future"
    UNFINISHED_DAY = "unfinished-day"
    RETURNS = "returns"
    ZERO_PRICE = "zero-price"
    NEGATIVE_PRICE = "negative-price"
    ZERO_QUANTITY = "zero-quantity"
    REPEATED = "repeated"
    UNKNOWN_PRODUCT = "unknown-product"
    ANONYMOUS = "anonymous"
    EXTREME_QUANTITY = "extreme-quantity"


LEFT_OUT = frozenset({Oddity.FUTURE, Oddity.UNFINISHED_DAY})
"""Lines that no model learns from; the others are real trade, and are only told."""


@dataclass(frozen=True)
class OrderQuality:
    """lines: how many there are. days: of the span of those that are learnt from. silent_days: those without a line."""

    lines: int
    days: int
    silent_days: int
    oddities: dict[Oddity, int]

    @property
    def learnt(self) -> int:
        """Lines that remain once what is left out is gone."""
        return self.lines - sum(count for oddity, count in self.oddities.items() if oddity in LEFT_OUT)


def assess_orders(
    lines: pd.DataFrame, known_products: set[str], now: pd.Timestamp, start_of_day: pd.Timestamp
) -> OrderQuality:
    """Count the oddities of order lines (order_id, ordered_at aware, product_id, quantity, unit_price, customer_id).

    known_products: those with a row of their own. start_of_day: of the business day that is still going on at `now`.
    """
    at, quantity, price = lines["ordered_at"], lines["quantity"].to_numpy(), lines["unit_price"].to_numpy()
    future, unfinished = (at > now).to_numpy(), (at >= start_of_day).to_numpy()
    keys = ["order_id", "product_id", "ordered_at", "quantity", "unit_price"]
    unknown = ~lines["product_id"].astype(object).isin(known_products).to_numpy()
    found = {
        Oddity.FUTURE: future,
        Oddity.UNFINISHED_DAY: unfinished & ~future,
        Oddity.RETURNS: quantity < 0,
        Oddity.ZERO_PRICE: price == 0,
        Oddity.NEGATIVE_PRICE: price < 0,
        Oddity.ZERO_QUANTITY: quantity == 0,
        Oddity.REPEATED: _repeated(lines[keys]),
        Oddity.UNKNOWN_PRODUCT: unknown,
        Oddity.ANONYMOUS: lines["customer_id"].isna().to_numpy(),
        Oddity.EXTREME_QUANTITY: _extreme(lines["product_id"], quantity),
    }
    local = at[~unfinished].dt.tz_convert(start_of_day.tz).dt.tz_localize(None)
    days = np.unique(local.to_numpy().astype("datetime64[D]"))
    span = int((days[-1] - days[0]).astype(int)) + 1 if len(days) else 0
    return OrderQuality(len(lines), span, span - len(days), {name: int(rows.sum()) for name, rows in found.items()})


def _repeated(lines: pd.DataFrame) -> np.ndarray:
    """Lines that say exactly what an earlier one says."""
    coded = {str(name): pd.factorize(lines[name])[0] if name.endswith("_id") else lines[name] for name in lines.columns}
    return pd.DataFrame(coded).duplicated().to_numpy()


def _extreme(product: pd.Series, quantity: np.ndarray) -> np.ndarray:
    """Quantities far above what is usual for the product."""
    codes = pd.factorize(product)[0]
    grouped = pd.Series(quantity).groupby(codes)
    low, high, count = grouped.quantile(0.25), grouped.quantile(0.75), grouped.size()
    limit = high + EXTREME * np.maximum(high - low, 1.0)
    limit = limit.where(count >= LEAST_LINES, np.inf)
    return quantity > limit.to_numpy()[codes] if len(codes) else np.zeros(0, dtype=bool)
