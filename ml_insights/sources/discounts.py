"""Discounts that stand in a column of their own: which columns say them, and what they leave of a line's worth."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.cells import Cells
from ml_insights.sources.numbers import parse_degrees, parse_numbers
from ml_insights.sources.synonyms import words_of

PERCENT, SHARE, LINE, UNIT, ORDER, NONE = "percent", "share", "line", "unit", "order", "none"
"""What a discount is taken off: in hundredths or as a share of one; an amount, off the line, each unit or the whole
order; or nothing, since the price has it already."""
_DISCOUNT = re.compile(
    r"\b(?:discounts?|disc|descuentos?|dctos?|dsctos?|dscto|dto|dtos|desc|descto|rebajas?|bonificacion(?:es)?|rabatt"
    r"|descontos?|markdown|reductions?|reduccion(?:es)?)\b|(?:^|\s)(?:linediscount|discountamount|discountamt|discountpct|discountpercent)\b"
)
_OTHERWISE = re.compile(
    r"\b(?:code|codes|codigos?|cod|cupon|coupon|nombre|name|tipo|type|motivo|reason|ship\w*|envio|despacho|con|sin|after"
    r"|before|with|without|precio|price|neto de|id|title|titulo|campaign|campana|tax|taxes|iva|impuestos?)\b"
)


def is_discount(header: str) -> bool:
    """Whether a header is called like an amount or a share that was taken off."""
    words = words_of(header)
    return bool(_DISCOUNT.search(words)) and not _OTHERWISE.search(words)


def is_share(header: str) -> bool:
    """Whether a header says that its numbers are hundredths."""
    return "%" in header or bool(
        re.search(r"\b(?:pct|percent\w*|porc|porcentaje|prozent|por ciento)\b", words_of(header))
    )


def is_amount(header: str) -> bool:
    """Whether a header says that its numbers are money."""
    return bool(re.search(r"\b(?:amount|amt|monto|importe|valor|total|value|clp|usd|eur)\b|\$", words_of(header)))


@dataclass(frozen=True)
class Read:
    """Discounts as numbers, never negative: (rows,) `amounts`, 0 where there is none; whether the cell has a `percent`
    sign; whether it is `wrong`, neither empty nor a number."""

    amounts: np.ndarray
    percent: np.ndarray
    wrong: np.ndarray

    @classmethod
    def of(cls, cells: Cells, decimal: str) -> Read:
        """The cells of a column, amounts with the sign `decimal`; nobody groups the thousands of a percentage."""
        percent = pc.match_substring(cells.texts, "%")
        bare = pc.utf8_trim_whitespace(pc.replace_substring(cells.texts, "%", ""))
        numbers = pc.if_else(percent, parse_degrees(bare), parse_numbers(cells.texts, decimal))
        empty = pc.is_in(bare, pa.array(["", "-"]))
        wrong = np.asarray(pc.and_not(pc.is_null(numbers), empty))
        amounts = np.nan_to_num(np.abs(numbers.to_numpy(zero_copy_only=False)))
        return cls(amounts[cells.places], np.asarray(percent)[cells.places], wrong[cells.places])


def left_of(read: Read, mode: str, worth: np.ndarray, price: np.ndarray) -> np.ndarray:
    """(rows,) float: the share of each line's `worth` that a discount leaves; negative where it is more than there is.

    `price` is that of one unit. A cell with a percent sign is one whatever the others are. What stands once an order is
    taken off elsewhere.
    """
    base = {PERCENT: np.full(len(worth), 100.0), SHARE: np.ones(len(worth)), LINE: np.abs(worth), UNIT: np.abs(price),
            ORDER: np.zeros(len(worth))}  # fmt: skip
    whole = np.where(read.percent, 100.0, base[mode])
    known = np.nan_to_num(whole) > 0
    return 1 - np.where(known, read.amounts / np.where(known, whole, 1.0), 0.0)
