"""Decisions about the company's data: pure, days in, decisions out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

PATIENCE_DAYS = 14
"""However often something usually happens, so many days without it may be a holiday."""
USUAL_GAPS = 4
"""So many times the usual gap between two days on which it happens is no chance."""


def expected_within(days: Sequence[date]) -> int:
    """How many days may go by after the last of `days` (on which something happened, in order) until it is missing."""
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return max(PATIENCE_DAYS, round(USUAL_GAPS * median(gaps))) if gaps else PATIENCE_DAYS


def too_old(last: date, today: date, days: Sequence[date]) -> bool:
    """Whether data that reach to `last` are older than the rhythm of `days` lets one expect."""
    return (today - last).days > expected_within(days)
