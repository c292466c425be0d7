"""How many clusters there are: separated (silhouette), and found again in other customers (stability)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.segments.types import Evidence

FEWEST, USUAL, MOST = 3, 4, 8
"""Two groups only say "better" and "worse", and always look well separated; more than eight nobody works with."""
LEAD = 0.10
"""Evidence that is less by no more than this share is about as good."""
MEMBERS = 5
"""Customers a cluster should have at the least, on average."""
SEARCH_ROWS = 4_000
FIT_ROWS = 100_000
PAIRS = 4
STARTS = 4
BANDS = np.array([[13.5], [10.5], [7.5], [4.5]])
"""Centres of the sums of quintile scores, from 15 to 3."""


def numbers_to_try(points: np.ndarray) -> range:
    """Numbers of clusters that (customers, dimensions) points can be asked for; (1,) where they are all alike."""
    distinct = len(np.unique(points[:FIT_ROWS], axis=0))
    most = min(MOST, len(points) // MEMBERS, distinct)
    return range(FEWEST, most + 1) if most >= FEWEST else range(max(most, 1), max(most, 1) + 1)


def search(points: np.ndarray, seed: int = 0) -> tuple[Evidence, ...]:
    """Evidence of every number to try, from at most SEARCH_ROWS of the (customers, dimensions) points.

    Silhouette: Rousseeuw (1987). Stability by pairs of halves: Ben-Hur, Elisseeff, Guyon (2002), with the adjusted
    Rand index of Hubert and Arabie (1985).
    """
    chosen = sample(points, SEARCH_ROWS, seed)
    return tuple(_evidence(chosen, k, seed) for k in numbers_to_try(chosen))


def best(evidence: Sequence[Evidence]) -> Evidence:
    """Of the numbers of clusters whose evidence is about the best, the nearest to the usual; the larger of two."""
    least = max(one.score for one in evidence) * (1 - LEAD)
    return min((one for one in evidence if one.score >= least), key=lambda one: (abs(one.k - USUAL), -one.k))


def cluster(points: np.ndarray, k: int, seed: int = 0, starts: int = STARTS) -> np.ndarray:
    """(k, dimensions) centres, by k-means from the best of several starts (Arthur and Vassilvitskii 2007)."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    chosen = sample(points, FIT_ROWS, seed)
    with threadpool_limits(1):  # so few points are clustered before other threads have woken up
        found = KMeans(k, n_init=starts, random_state=seed)  # pyright: ignore[reportArgumentType]
        return found.fit(chosen).cluster_centers_


def centres_of(points: np.ndarray, k: int, kind: str, seed: int = 0) -> np.ndarray:
    """The centres in a space of this kind: those of k-means, or of the bands of scores, which are given."""
    return BANDS if kind == "scores" else cluster(points, min(k, len(points)), seed)


def nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """(rows,) which centre each of the (rows, dimensions) points is nearest to."""
    distances = [((points - centre) ** 2).sum(axis=1) for centre in centres]
    return np.argmin(np.column_stack(distances), axis=1)


def silhouette(points: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """Mean silhouette of at most SEARCH_ROWS points; 0 where there is one cluster, or as many as points."""
    from sklearn.metrics import silhouette_score

    rows = sample(np.arange(len(points)), SEARCH_ROWS, seed)
    points, labels = points[rows], labels[rows]
    found = len(np.unique(labels))
    return float(silhouette_score(points, labels)) if 1 < found < len(points) else 0.0


def halves(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two random halves of 0 … size - 1."""
    order = np.random.default_rng(seed).permutation(size)
    return order[: size // 2], order[size // 2 :]


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """ARI of two labellings of the same customers: 1 where they agree, about 0 where by chance."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def sample(points: np.ndarray, most: int, seed: int) -> np.ndarray:
    """At most `most` rows, always the same ones for the same size."""
    if len(points) <= most:
        return points
    return points[np.sort(np.random.default_rng(seed).choice(len(points), most, replace=False))]


def _evidence(points: np.ndarray, k: int, seed: int) -> Evidence:
    if k == 1:
        return Evidence(1, 0.0, 1.0)
    labels = nearest(points, cluster(points, k, seed))
    return Evidence(k, silhouette(points, labels, seed), _stability(points, k, seed))


def _stability(points: np.ndarray, k: int, seed: int) -> float:
    found = []
    for pair in range(PAIRS):
        parts = (points[part] for part in halves(len(points), seed + pair + 1))
        labels = [nearest(points, cluster(part, min(k, len(part)), seed, starts=2)) for part in parts]
        found.append(agreement(*labels))
    return float(np.mean(found))
