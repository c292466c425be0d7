"""After how many days without a purchase a customer of this shop has left: a step that the shop's own rhythm gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.behaviour.history import History

STEPS = (14, 30, 60, 90, 180, 365)
DEFAULT = 90
SHARE = 0.95
"""Of the returns that have to lie within the horizon: who stays away for longer has most likely left."""
FEWEST = 50
"""Customers who have come back that make evidence."""
SPAN = 3
"""Horizons that a history has to hold: one to judge on, and before it room in which so long a gap can be seen."""


@dataclass(frozen=True)
class Rhythm:
    """The horizon in days. within: the days in which `SHARE` of the returns came; None where too few came back."""

    horizon: int
    within: int | None


def rhythm(history: History, end: int) -> Rhythm:
    """The shortest step that holds `SHARE` of the returns, each customer counting once; see `returns_within`.

    end: the first day (since 1970) that is not known as a whole. A step is tried on what came before the days that
    would judge a model of it, so that a hold-out never chooses its own question. Gaps that a history is too short to
    show are no evidence: without a step that holds enough, the longest one stands that the history can show, or
    `DEFAULT` where that is longer.
    """
    shown = [step for step in STEPS if SPAN * step <= end - history.first]
    for step in shown:
        within = returns_within(history, end - step)
        if within is not None and within <= step:
            return Rhythm(step, within)
    longest = max([DEFAULT, *shown])
    return Rhythm(longest, returns_within(history, end - longest))


def returns_within(history: History, end: int, share: float = SHARE) -> int | None:
    """Days within which `share` of the returns before `end` came; None where fewer than `FEWEST` customers came back.

    A return is a purchase on a later day than the customer's one before. Each customer has one vote, however often
    they buy: else a few who come daily would speak for all.
    """
    bought = history.day < end
    code, day = np.unique(np.stack([history.code[bought], history.day[bought]]), axis=1)
    again = code[1:] == code[:-1]
    code, gaps = code[1:][again], np.diff(day)[again]
    if len(np.unique(code)) < FEWEST:
        return None
    votes, order = 1 / np.bincount(code)[code], np.argsort(gaps, kind="stable")
    reached = np.cumsum(votes[order])
    return int(gaps[order][np.searchsorted(reached, share * reached[-1])])
