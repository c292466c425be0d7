"""Names that say where a segment's members are among all customers, and that stay when the model is fitted anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.segments.types import SegmentName

PLACES: dict[SegmentName, tuple[float, float, float]] = {
    SegmentName.CHAMPIONS: (0.85, 0.85, 0.85),
    SegmentName.LOYAL: (0.65, 0.70, 0.70),
    SegmentName.BIG_SPENDERS: (0.60, 0.40, 0.80),
    SegmentName.REGULAR: (0.60, 0.70, 0.40),
    SegmentName.PROMISING: (0.75, 0.30, 0.30),
    SegmentName.NEW: (0.85, 0.20, 0.25),
    SegmentName.NEED_ATTENTION: (0.45, 0.50, 0.50),
    SegmentName.AT_RISK: (0.25, 0.65, 0.65),
    SegmentName.COOLING_OFF: (0.35, 0.30, 0.30),
    SegmentName.DORMANT: (0.15, 0.20, 0.20),
}
"""Where each is at home: ranks of recency, frequency and monetary value from 0 to 1, 1 being the best."""
MOSTLY_NEW = 0.5
"""Share of members whose first purchase is recent, from which on a segment may be called new."""
SAME = 0.3
"""Overlap (members of both over members of either) from which on a cluster is the one of the run before."""
NEVER = 1e6


def names_of(
    places: np.ndarray, new_shares: Sequence[float], before: np.ndarray | None = None, known: Sequence[SegmentName] = ()
) -> list[SegmentName]:
    """A name for each cluster, all different. places: (clusters, 3) mean ranks of the members.

    before: (clusters, clusters of the run before) overlap from 0 to 1; known: their names, which clusters keep that
    are still the same. Both matchings are optimal ones: Kuhn (1955). Raises ValueError for more clusters than names.
    """
    if len(places) == 1:
        return [SegmentName.EVERYONE]
    kept = _kept(before, known) if before is not None and len(known) else {}
    free = [name for name in PLACES if name not in kept.values()]
    rest = [place for place in range(len(places)) if place not in kept]
    if len(rest) > len(free):
        raise ValueError(f"there are {len(PLACES)} names, not {len(places)}")
    costs = np.array([[_distance(places[place], new_shares[place], name) for name in free] for place in rest])
    found = dict(kept)
    for row, column in _matched(costs):
        found[rest[row]] = free[column]
    return [found[place] for place in range(len(places))]


def overlap(labels: np.ndarray, before: np.ndarray, clusters: int, clusters_before: int) -> np.ndarray:
    """(clusters, clusters before) Jaccard indices of two labellings of the same customers."""
    both = np.zeros((clusters, clusters_before))
    np.add.at(both, (labels, before), 1.0)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def _kept(before: np.ndarray, known: Sequence[SegmentName]) -> dict[int, SegmentName]:
    pairs = [(row, column) for row, column in _matched(-before) if before[row, column] >= SAME]
    return {row: known[column] for row, column in pairs if known[column] in PLACES}


def _distance(place: np.ndarray, new_share: float, name: SegmentName) -> float:
    if name == SegmentName.NEW and new_share < MOSTLY_NEW:
        return NEVER
    bonus = 0.3 if name == SegmentName.NEW else 0.0
    return float(np.linalg.norm(place - np.array(PLACES[name]))) - bonus


def _matched(costs: np.ndarray) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment

    if not costs.size:
        return []
    rows, columns = linear_sum_assignment(costs)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
