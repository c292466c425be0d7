"""Decisions about the week's list, pure: who is on it, what is carried over, how good it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from ml_insights.propensity.facts import ListFact, Proof, ReleaseFact
from ml_insights.propensity.tables import Mark

LISTED = 30
WEEK = timedelta(days=7)
RESPECTED = timedelta(days=30)
"""For how long somebody who was not interested is left out of lists."""
BARS = 12
LONGEST_NOTE = 2_000
ACTIONS: Mapping[Mark, str] = {mark: f"propensity-{mark.value}" for mark in Mark}
"""What the ledger calls each mark."""


def listed(ranked: Sequence[str], left_out: Collection[str], most: int = LISTED) -> list[str]:
    """The first `most` of `ranked` (customers, the highest expected revenue first) who are not left out."""
    return [customer for customer in ranked if customer not in left_out][:most]


def lift(hits: int, size: int, buyers: float, customers: float) -> float | None:
    """How many times as often those of a list bought as customers at large; None where that means nothing."""
    return (hits / size) / (buyers / customers) if size and buyers and customers else None


def proof(release: ReleaseFact, before: ListFact | None) -> Proof | None:
    """How good the last list was whose week is over; before there is one, what the backtest found."""
    if before is not None and before.hits is not None and before.size:
        gained = lift(before.hits, before.size, before.buyers or 0, before.customers)
        return Proof(before.as_of, before.size, before.hits, gained, before.expected, False)
    told = release.backtest
    if not told.get("size"):
        return None
    hits, size = int(told["hits"]), int(told["size"])
    since = date(1970, 1, 1) + timedelta(days=int(told["since"]) - 1)
    return Proof(since, size, hits, lift(hits, size, told["buyers"], told["customers"]), None, True)


def bars(values: np.ndarray, most: int = BARS) -> list[list[float]]:
    """[from, to, customers] of values in bars whose bounds are round and grow as 1, 2, 5; none where there are none."""
    if not len(values):
        return []
    steps = [0.0, *(base * 10.0**power for power in range(-2, 13) for base in (1, 2, 5))]
    top = next(at for at, step in enumerate(steps) if step > values.max() or at == len(steps) - 1)
    bounds = [0.0, *steps[max(1, top - most + 2) : top + 1]]
    counts, _ = np.histogram(np.clip(values, 0, None), bins=[*bounds[:-1], np.inf])
    return [[low, high, int(count)] for low, high, count in zip(bounds, bounds[1:], counts, strict=False)]
