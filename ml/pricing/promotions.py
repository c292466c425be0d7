"""Which prices are promotions where nobody has marked them: dips that come back.

A cut that stays is a new price, and what it sells says how buyers answer to prices; a dip sells what the promotion
around it sells, too.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

DIP = 0.03
"""How far below the prices around it a promotion is, as a share."""
LONGEST = 4
"""Weeks after which a lower price is no promotion any more."""
AROUND = 8
"""How many weeks before and after a price is compared with."""
COMMON = 1 / 3
"""Share of weeks that a price has to hold to be the usual one among them."""
SAME = 0.01
"""Prices nearer to each other than this share are one price."""


def dips(prices: np.ndarray) -> np.ndarray:
    """Whether each of `prices` (one product in one store, week after week, above 0) is a promotion, (weeks,) bool.

    A run of one price is a promotion where it lasts at most `LONGEST` weeks and lies below the usual price both of the
    weeks before and of those after it; where there are none on one side, as at the very end, the other side decides.
    Where prices are set anew every week there is no usual one, and no promotion. A price that goes on after a promotion
    is one run: a lasting cut is none because something was promoted in the midst of it.
    """
    found = np.zeros(len(prices), dtype=bool)
    while True:
        rest = np.flatnonzero(~found)
        deeper = rest[_lowest_dips(prices[rest])]
        if not len(deeper):
            return found
        found[deeper] = True


def _lowest_dips(prices: np.ndarray) -> np.ndarray:
    """Where runs of one price dip below both sides, and below the runs beside them."""
    found = np.zeros(len(prices), dtype=bool)
    bounds = np.flatnonzero(np.r_[True, np.abs(np.diff(np.log(prices))) > SAME, True])
    for first, after in pairwise(bounds.tolist()):
        sides = prices[max(first - AROUND, 0) : first], prices[after : after + AROUND]
        around = [usual(side) for side in sides if len(side)]
        beside = [side for side in (prices[first - 1 : first], prices[after : after + 1]) if len(side)]
        if after - first <= LONGEST and around and all(prices[first] < side[0] for side in beside):
            found[first:after] = prices[first] < min(around) * (1 - DIP)
    return found


def usual(prices: np.ndarray) -> float:
    """The price that most of `prices` (at least one) are, the higher one of two; 0 where they have none in common."""
    near = np.abs(np.log(prices[:, None] / prices)) <= SAME
    counts = near.sum(axis=1)
    most = int(counts.max())
    if most < min(2, len(prices)) or most < COMMON * len(prices):
        return 0.0
    return float(prices[counts == most].max())


def promoted_elasticity(prices: np.ndarray, quantities: np.ndarray, deals: np.ndarray) -> float:
    """Per-cent change of quantity per per-cent of price from the promotions alone; NaN without any.

    Each promoted week is compared with the median of its regular neighbours, up to `AROUND` weeks away. What a
    promotion sells beyond its price (a leaflet, a place at the till) is in this figure, so it is no elasticity to set
    regular prices by: it says how far one would err by taking it for one.
    """
    log_price, log_quantity, regular = np.log(prices), np.log(quantities), ~deals
    lift, cut = [], []
    for place in np.flatnonzero(deals):
        near = slice(max(place - AROUND, 0), place + AROUND + 1)
        beside = regular[near]
        if beside.any():
            lift.append(log_quantity[place] - np.median(log_quantity[near][beside]))
            cut.append(log_price[place] - np.median(log_price[near][beside]))
    squares = float(np.dot(cut, cut))
    return float(np.dot(cut, lift)) / squares if squares > 0 else float("nan")
