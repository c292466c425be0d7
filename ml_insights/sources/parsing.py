"""Distinct texts as values of a contract's column, and what is wrong with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ml.frames import Column, Kind
from ml_insights.core.arrow import compute as pc
from ml_insights.sources import dates, numbers, units
from ml_insights.sources.facts import Reading

CODES = (
    "",
    "missing",
    "not-a-number",
    "not-whole",
    "not-a-date",
    "future",
    "nul",
    "no-quantity",
    "out-of-range",
    "unknown-state",
    "not-a-rate",
    "zero-place",
    "exchanged-place",
    "minus-place",
    "not-a-discount",
    "with-unit",
)
"""What can be wrong with a value; its place here is how arrays say so."""


@dataclass
class Parsed:
    """A column's values, one per row, and the place in CODES of what is wrong with each (0: nothing)."""

    values: pa.Array
    wrong: np.ndarray


def parse(texts: pa.Array, column: Column, reading: Reading, now: pa.Scalar) -> tuple[pa.Array, np.ndarray]:
    """The values of trimmed `texts` and the place in CODES of what is wrong with each (0: nothing)."""
    empty = np.asarray(pc.equal(texts, ""))
    values, wrong = _values(texts, empty, column, reading, now)
    if column.required:
        wrong = np.where(empty, CODES.index("missing"), wrong)
    return values, wrong


def _values(
    texts: pa.Array, empty: np.ndarray, column: Column, reading: Reading, now: pa.Scalar
) -> tuple[pa.Array, np.ndarray]:
    nothing = np.zeros(len(texts), dtype=np.uint8)
    if column.kind is Kind.TEXT:
        nul = np.asarray(pc.match_substring(texts, "\0"))
        return pc.if_else(pa.array(empty), None, texts), np.where(nul, CODES.index("nul"), nothing)
    if column.kind is Kind.DATETIME:
        values = dates.parse_dates(texts, reading.date_format, reading.zone)
        wrong = null(values) & ~empty
        late = np.asarray(pc.fill_null(pc.greater(values, now), False)) & column.past
        return values, np.where(wrong, CODES.index("not-a-date"), np.where(late, CODES.index("future"), nothing))
    header = reading.fed.get(column.name)
    decimal = "." if header is None else reading.decimal_of(header)
    if column.flag:
        texts = numbers.with_flags(texts)
    if column.name == "quantity":
        texts = numbers.without_pieces(texts)
    values = numbers.parse_degrees(texts) if column.degrees else numbers.parse_numbers(texts, decimal)
    if header and (factor := units.factor_of(column.name, header)[1]) != 1.0:
        values = pc.multiply(values, factor)
    if column.named:
        values = pc.if_else(pa.array(empty), 0.0, pc.if_else(pa.array(null(values)), 1.0, values))
    wrong = np.where(null(values) & ~empty, CODES.index("not-a-number"), nothing)
    if column.name == "quantity" and wrong.any():
        wrong = np.where((wrong > 0) & np.asarray(numbers.with_unit(texts)), CODES.index("with-unit"), wrong)
    wrong = np.where(_outside(values, column), CODES.index("out-of-range"), wrong)
    return (values, wrong) if column.kind is not Kind.WHOLE else _whole(values, wrong)


def _whole(values: pa.Array, wrong: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    floats = np.nan_to_num(values.to_numpy(zero_copy_only=False))
    fraction = (floats != np.floor(floats)) | (floats < 0)
    whole = pc.cast(pc.if_else(pa.array(fraction), None, values), pa.int64())
    return whole, np.where(fraction, CODES.index("not-whole"), wrong)


def _outside(values: pa.Array, column: Column) -> Any:
    """Which numbers lie below the lowest or above the highest that there can be."""
    found = values.to_numpy(zero_copy_only=False)
    low, high = (
        np.inf * sign if bound is None else bound for bound, sign in ((column.lowest, -1), (column.highest, 1))
    )
    return (found < low) | (found > high)


def null(values: pa.Array) -> np.ndarray:
    """(n,) bool: which are null."""
    return np.asarray(pc.is_null(values))
