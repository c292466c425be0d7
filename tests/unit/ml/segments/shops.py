"""Shops whose segments are known."""

import numpy as np
import pandas as pd

from ml.segments.purchases import Purchases, in_order

LAST = 20_000
"""The last day of every shop."""


def shop(rows: list[tuple[str, int, float]]) -> Purchases:
    """Purchases from (customer, days before LAST, value); a value of 0 or below is a return alone."""
    frame = pd.DataFrame(rows, columns=["customer", "ago", "value"])
    code, names = pd.factorize(frame["customer"], sort=True)
    value = frame["value"].to_numpy(float)
    return in_order(np.asarray(names, dtype=object), code, LAST - frame["ago"].to_numpy(), value > 0, value)


def four_kinds(each: int = 60, seed: int = 0) -> Purchases:
    """Customers who buy weekly and much; who did and stopped; who bought once lately; who bought once long ago."""
    random, rows = np.random.default_rng(seed), []
    for number in range(each):
        rows += [
            (f"best-{number}", int(ago), 200 + random.integers(50)) for ago in range(int(random.integers(7)), 300, 7)
        ]
        rows += [
            (f"lost-{number}", int(ago), 180 + random.integers(50))
            for ago in range(100 + int(random.integers(20)), 330, 9)
        ]
        rows.append((f"fresh-{number}", int(random.integers(1, 25)), 20 + random.integers(10)))
        rows.append((f"old-{number}", int(random.integers(250, 360)), 15 + random.integers(10)))
    return shop(rows)
