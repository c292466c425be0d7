"""How much of a period's sales comes from customers who were known when it began, and what that says of the next one.

A window that is shorter than the horizon knows neither the whole of a year's season nor how customers thin out beyond
it: one that was learnt from spring to autumn, asked after Christmas, counts the season twice. The share of sales that
known customers make is free of both season and growth, for it sets them beside the new ones of the same weeks. It
falls with the time since they were known, as a power of it; that is measured within each past cutoff, and carried on.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ml.behaviour.history import History

STEP = 30
"""Days between past cutoffs, and of the bins in which shares are measured."""
WARM_UP = 60
"""Days of history before the first cutoff: with less, nearly everybody is new."""
LATEST = 3
"""Cutoffs that say what share the known have in the days right after: who is new at first was often there before."""
STEEPEST = 1.0


def known_sales(history: History, end: int, days: int) -> float | None:
    """Money that those known at `end` (days since 1970) bring in the `days` from it on, if sales stay as they were.

    The sales of the `days` before, or of what there is of them, times the share that known customers make; returns are
    taken off. None where no past cutoff shows a share.
    """
    shares = _shares(history, end)
    if shares is None:
        return None
    first, fall = shares
    seen = min(days, end - history.first)
    sold = float(_by_bin(history, end - seen, 1, seen).sum())
    bins = np.arange(1, max(days // STEP, 1) + 1, dtype=float)
    return max(sold, 0.0) * days / seen * first * float((bins**-fall).mean())


def _shares(history: History, end: int) -> tuple[float, float] | None:
    """(share of sales in the first bin after a cutoff, how fast it falls: the power of the bins' number)."""
    cutoffs = range(end - STEP, history.first + WARM_UP - 1, -STEP)
    curves = [_curve(history, at, (end - at) // STEP) for at in cutoffs]
    curves = [curve for curve in curves if np.isfinite(curve).all()]
    if not curves:
        return None
    first = float(np.mean([curve[0] for curve in curves[:LATEST]]))
    steps = [
        (np.log(number / (number + 1)), np.log(max(later, 1e-3) / max(now, 1e-3)))
        for curve in curves
        for number, (now, later) in enumerate(pairwise(curve), start=1)
    ]
    if not steps:
        return first, 0.0
    x, y = np.array(steps).T
    return first, float(np.clip((x * y).sum() / (x * x).sum(), 0.0, STEEPEST))


def _curve(history: History, cutoff: int, bins: int) -> np.ndarray:
    """(bins,) share of the sales of each bin after `cutoff` by customers who had bought before it."""
    known = np.unique(history.code[history.day < cutoff])
    old, everybody = (_by_bin(history, cutoff, bins, STEP, codes) for codes in (known, None))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(everybody > 0, np.clip(old / everybody, 0.0, 1.0), np.nan)


def _by_bin(history: History, start: int, bins: int, width: int, codes: np.ndarray | None = None) -> np.ndarray:
    """(bins,) money of so many bins of `width` days from `start` on, returns taken off; of some customers alone."""
    total = np.zeros(bins)
    for code, day, amount in (
        (history.code, history.day, history.revenue),
        (history.return_code, history.return_day, -history.returned),
    ):
        inside = (day >= start) & (day < start + bins * width)
        inside &= np.isin(code, codes) if codes is not None else True
        total += np.bincount((day[inside] - start) // width, weights=amount[inside], minlength=bins)
    return total
