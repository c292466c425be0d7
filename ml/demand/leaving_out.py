"""Daily series as they would be without days that somebody called a slip, in their parts and sums alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from ml.demand.reconcile import Sums

WEEKS = 4
"""How many weeks on each side say what is usual on a weekday."""


def without_days(series: pd.DataFrame, trees: Sequence[Sums], left_out: Collection[tuple[str, date]]) -> pd.DataFrame:
    """`series` (unique_id, ds, y daily) with what is usual on that weekday in the place of each (unique_id, day).

    A sum that is left out is so in all of its parts, and every sum that holds a part moves as the part does, so that
    what added up still does. trees: what adds up. Days and series that there are not change nothing.
    """
    chosen = set(_leaves(left_out, trees))
    if not chosen:
        return series
    days, values = series["ds"].to_numpy(dtype="datetime64[D]"), series["y"].to_numpy(dtype=float).copy()
    rows = {str(key): places for key, places in series.groupby("unique_id", sort=False).indices.items()}
    for key, day in sorted(chosen):
        places = rows.get(key, np.zeros(0, dtype=int))
        at = np.flatnonzero(days[places] == np.datetime64(day))
        if len(at):
            skipped = np.isin(days[places], np.array([other for name, other in chosen if name == key], "datetime64[D]"))
            moved = _usual(values[places], skipped, int(at[0])) - values[places[at[0]]]
            for name in (key, *_sums_of(key, trees)):
                values[rows[name][days[rows[name]] == np.datetime64(day)]] += moved
    return series.assign(y=values)


def _leaves(left_out: Collection[tuple[str, date]], trees: Sequence[Sums]) -> Iterator[tuple[str, date]]:
    """What is left out, sums by their parts."""
    parts: Mapping[str, Sequence[str]] = {key: some for sums in trees for key, some in sums.items()}
    for key, day in left_out:
        yield from ((part, day) for part in parts.get(key, (key,)))


def _sums_of(part: str, trees: Sequence[Sums]) -> list[str]:
    return [key for sums in trees for key, parts in sums.items() if part in parts]


def _usual(y: np.ndarray, skipped: np.ndarray, at: int) -> float:
    """The median of the same weekday in the weeks around; of all days where there is none."""
    near = at + 7 * np.array([week for week in range(-WEEKS, WEEKS + 1) if week])
    near = near[(near >= 0) & (near < len(y))]
    near = near[~skipped[near]]
    if len(near):
        return float(np.median(y[near]))
    rest = y[~skipped]
    return float(np.median(rest)) if len(rest) else 0.0
