"""Cells of a workbook as text, so that no value changes on its way. Pure."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

Cell = str | int | float | bool | date | datetime | time | timedelta
_SPLIT = re.compile(r"(-?)(\d+)e-(\d+)")
WHOLE = 1e16
"""Below this a float is exactly the whole number that it shows."""


def cell_text(cell: Cell, numeric: bool) -> str:
    """A cell in words: dates as ISO 8601, times and durations as hours, minutes and seconds.

    In a column that holds `numeric` cells alone a fraction has a point. In others it is written without a decimal
    sign, as a whole number and a power of ten (12.995 → 12995e-3), since texts beside it may use either sign.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell, numeric)
    if isinstance(cell, timedelta):
        return _duration(cell)
    return _moment(cell)


def _number(value: float, numeric: bool) -> str:
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < WHOLE:
        return str(int(value))
    shown = format(value, ".15g")
    if numeric:
        return shown
    sign, digits, exponent = Decimal(shown).as_tuple()
    return f"{'-' * sign}{''.join(map(str, digits))}e{exponent}"


def _duration(value: timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _moment(value: date | time) -> str:
    """Rounded to the millisecond: a workbook counts days in floats."""
    if isinstance(value, datetime):
        rounded = value + timedelta(microseconds=500)
        rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
        return rounded.isoformat(sep=" ", timespec="milliseconds" if rounded.microsecond else "seconds")
    return value.isoformat()[:8] if isinstance(value, time) else value.isoformat()


def shown_cell(text: str, decimal: str = ".") -> str:
    """A cell as people read it: a fraction that `cell_text` wrote without a decimal sign has one again."""
    split = _SPLIT.fullmatch(text)
    if not split:
        return text
    sign, digits, places = split.group(1), split.group(2), int(split.group(3))
    padded = digits.zfill(places + 1)
    return f"{sign}{padded[:-places]}{decimal}{padded[-places:]}"
