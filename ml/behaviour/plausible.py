"""Which reasons may be told to people: those whose value itself speaks for what is told.

A share in the log odds can have any sign: of two features that go together one may well correct the other. Whoever
reads "last purchase 3 days ago" as a reason for leaving stops believing. So a reason is told where it is pushed
towards the outcome, and where its value plainly lies on that side of what it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

REGULAR_DAYS = 3
"""Days with a purchase from which on a customer has shown a usual gap: two of them."""
PLAINLY = 1.1
"""How many times the one is at least the other."""
GAPS = ("gap_mean", "gap_std", "gap_max", "gap_last", "overdue", "overdue_most")


def usual(table: pd.DataFrame, names: Iterable[str]) -> dict[str, float]:
    """The median of each of the features; of gaps, among those who have shown a usual one. 0 where there is nobody."""
    regular = table[table["days"] >= REGULAR_DAYS]
    groups = {name: regular if name in GAPS and len(regular) else table for name in names}
    return {name: float(np.median(group[name])) if len(group) else 0.0 for name, group in groups.items()}


def above(value: float, compared: float, digits: int = 0) -> bool:
    """Whether it is plainly more, also as it is read with so many digits."""
    return value >= compared * PLAINLY and round(value, digits) > round(compared, digits)


def below(value: float, compared: float, digits: int = 0) -> bool:
    """Whether it is plainly less, also as it is read with so many digits."""
    return above(compared, value, digits)
