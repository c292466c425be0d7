"""When a figure and what the rows make of it are the same."""

from __future__ import annotations

from decimal import Decimal
from math import isclose
from typing import Any

from ml_insights.audit.facts import Value

SHARE, CENT = 1e-6, 0.005
"""What floating-point sums in another order differ by, and what rounding to a hundredth does."""


def plain(value: Any) -> Value:
    """A value as every database hands it over: no Decimal, days as ISO text, whole numbers as such."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def same(shown: Value, recomputed: Value, rounded: int = 0) -> bool:
    """Whether both say the same; nothing and 0 do, as a sum of no rows may be either."""
    if isinstance(shown, str) or isinstance(recomputed, str):
        return shown == recomputed
    one, other = float(shown or 0), float(recomputed or 0)
    return isclose(one, other, rel_tol=SHARE, abs_tol=CENT * max(rounded, 1))
