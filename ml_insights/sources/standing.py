"""Whether a row is a sale, given what its state says and what the reader has said that states mean."""

from __future__ import annotations

import numpy as np

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.facts import Reading
from ml_insights.sources.parsing import CODES, Parsed
from ml_insights.sources.rows import Rows

ASIDE = ("", "totals", "state", "refunded", "currency")
"""Why a row is left out; its place here is how arrays say so. What "totals" are in detail is counted where found."""
NO_SALES = ("state", "refunded")
"""Those of them that say of a line of an order that it is no sale, or is none any more."""
SALE, RETURN, OUT = "sale", "return", "out"
MEANINGS = (SALE, RETURN, OUT)


def judge(reading: Reading, rows: Rows, aside: np.ndarray, parsed: dict[str, Parsed]) -> np.ndarray:
    """`aside` with the rows that their state leaves out; returns get a negative quantity. A state whose meaning
    nobody has said is wrong.

    A row whose state is that it was given back carries the sale and its return in one: it counts as neither, unless
    its amount is negative already, or the reading says that such rows are documents of their own.
    """
    aside = aside.copy()
    if "cancelled" in rows.roles:
        aside[(aside == 0) & ~rows.roles["cancelled"].empty] = ASIDE.index("state")
    if "state" not in rows.roles:
        return aside
    cells, meanings = rows.roles["state"], _meanings(reading, rows)
    parsed["state"] = Parsed(cells.texts, np.where(meanings == "", CODES.index("unknown-state"), 0).astype(np.uint8))
    aside[(aside == 0) & (meanings == OUT)] = ASIDE.index("state")
    sold = (meanings == RETURN) & (np.nan_to_num(rows.amounts, nan=1.0) > 0)
    if not reading.negative_returns:
        aside[(aside == 0) & sold] = ASIDE.index("refunded")
    elif "quantity" in parsed:
        quantity = parsed["quantity"]
        quantity.values = pc.if_else(sold, pc.negate(quantity.values), quantity.values)
    return aside


def documents(reading: Reading, rows: Rows) -> np.ndarray:
    """(rows,) bool: which rows are return documents of their own rather than lines of their order."""
    if not reading.negative_returns or "state" not in rows.roles:
        return np.zeros(rows.count, dtype=bool)
    return _meanings(reading, rows) == RETURN


def _meanings(reading: Reading, rows: Rows) -> np.ndarray:
    cells = rows.roles["state"]
    return np.array([reading.states.get(text, "") for text in cells.texts.to_pylist()], dtype=object)[cells.places]
