"""What comes back: mostly from orders that went wrong, a few days later, at the price that was paid."""

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.calendar import Calendar

USUAL, TROUBLED = 0.009, 0.24
"""Chance that a line is returned, from an order that went well and from one that went wrong."""
WHOLE = 0.6
"""Share of the returns that bring back everything; the others bring back a part."""
AFTER = (2, 13)
"""Days between the sale and the return; a return waits for the next day on which the warehouse works."""


def make_returns(rng: np.random.Generator, calendar: Calendar, sold: pd.DataFrame) -> pd.DataFrame:
    """Returned lines. `sold` has day (position), troubled and quantity; the result keeps its columns, with `quantity`
    negative, `day` the day of the return and `sale` the sold line's position."""
    chance = np.where(sold["troubled"], TROUBLED, USUAL)
    back = pd.DataFrame(sold.loc[rng.random(len(sold)) < chance])
    back["sale"] = back.index
    part = np.ceil(back["quantity"].to_numpy() * rng.uniform(0.1, 0.9, len(back)))
    whole = rng.random(len(back)) < WHOLE
    back["quantity"] = -np.where(whole, back["quantity"], part).astype(int)
    day = back["day"].to_numpy() + rng.integers(*AFTER, len(back))
    following = np.searchsorted(calendar.open, day)
    inside = following < len(calendar.open)
    back = pd.DataFrame(back.loc[inside])
    back["day"] = calendar.open[following[inside]]
    return back.reset_index(drop=True)
