"""Numbers that ask for a part of a list, within bounds: they come from addresses, events and callers of the API."""

import math
from typing import Annotated, Any

from fastapi import Path, Query

LARGEST = 2**31 - 1
"""The largest number that both databases keep as an integer."""
Offset = Annotated[int, Query(ge=0, le=LARGEST, description="How many rows to skip.")]
RowNumber = Annotated[int, Path(ge=1, le=LARGEST, description="The number of a row, as a list gives it.")]


def nearest(asked: Any, lowest: int, highest: int, otherwise: int) -> int:
    """The whole number of a range that is nearest to `asked`; `otherwise` for NaN and for what is no number."""
    try:
        number = asked if isinstance(asked, int) else float(asked)
    except (TypeError, ValueError):
        return otherwise
    unknown = isinstance(number, float) and math.isnan(number)
    return otherwise if unknown else int(min(max(number, lowest), highest))


def nearest_page(asked: Any, total: int, size: int) -> int:
    """The page of `size` rows, from 1, that is nearest to `asked` in a list of `total` rows; 1 for no number."""
    return nearest(asked, 1, max(-(-total // size), 1), 1)


def identifier(asked: Any) -> int:
    """The number of a row that an address names; 0, which no row has, for what is no number."""
    return nearest(asked, 0, LARGEST, 0)
