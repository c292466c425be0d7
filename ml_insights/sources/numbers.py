"""Numbers as people write them. Arrays in, arrays out; what is not a number becomes null."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyarrow as pa

from ml_insights.core.arrow import compute as pc

LARGEST = 1e15
"""Beyond this a float no longer counts units exactly."""

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_DECIMAL_COMMA = re.compile(r"^\D{0,4}\d{1,3}(\.\d{3})*,(\d{1,2}|\d{4,})\D{0,4}$|^\D{0,4}(0|\d{4,}),\d+\D{0,4}$")
_DECIMAL_POINT = re.compile(r"^\D{0,4}\d{1,3}(,\d{3})*\.(\d{1,2}|\d{4,})\D{0,4}$|^\D{0,4}(0|\d{4,})\.\d+\D{0,4}$")
_GROUPED_COMMA = re.compile(r"^\D{0,4}\d{1,3}(,\d{3})+\D{0,4}$")


def parse_numbers(texts: pa.Array, decimal: str = ".") -> pa.Array:
    """float64 of trimmed `texts`; null where empty, not a number, not finite or beyond 1e15.

    Thousands may be grouped by the sign that is not the decimal one, and $, € and £ may stand around.
    """
    try:
        numbers = pc.cast(texts, pa.float64()) if decimal == "." else _parse_written(texts, decimal)
    except pa.ArrowInvalid:
        numbers = _parse_written(texts, decimal)
    usable = pc.less(pc.abs(numbers), LARGEST)
    return pc.if_else(pc.fill_null(usable, False), numbers, None)


def _parse_written(texts: pa.Array, decimal: str) -> pa.Array:
    group = "," if decimal == "." else "."
    plain = pc.replace_substring_regex(texts, r"[$€£\s\x{00A0}\x{202F}]", "")
    grouped = pc.match_substring_regex(plain, rf"^[+-]?\d{{1,3}}([{group}]\d{{3}})+([{decimal}]\d*)?$")
    ungrouped = pc.if_else(grouped, pc.replace_substring(plain, group, ""), plain)
    if decimal == ",":
        pointed = pc.match_substring(ungrouped, ".")
        ungrouped = pc.if_else(pointed, "", pc.replace_substring(ungrouped, ",", "."))
    return pc.cast(pc.if_else(pc.match_substring_regex(ungrouped, _NUMBER), ungrouped, None), pa.float64())


def guess_decimal(texts: Iterable[str], separator: str) -> str:
    """The decimal sign of `texts`. Where only values like 1,234 are seen, the comma groups thousands, unless the
    file is separated by semicolons, which is what programs do where the comma is the decimal sign."""
    values = [text.strip() for text in texts if text.strip()]
    if any(_DECIMAL_POINT.match(value) for value in values):
        return "."
    if any(_DECIMAL_COMMA.match(value) for value in values):
        return ","
    return "," if separator == ";" and any(_GROUPED_COMMA.match(value) for value in values) else "."
