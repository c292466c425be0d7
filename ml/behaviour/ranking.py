"""How well scores rank customers, and whether they rank better than chance."""

from __future__ import annotations

import numpy as np

Z_95 = 1.645
"""Standard deviations below which a normal variable falls in one case of twenty."""


def lift(true: np.ndarray, score: np.ndarray, share: float = 0.1) -> float:
    """Rate among the `share` of rows with the highest score, over everybody's; of ties what luck is expected to pick.

    1 where nobody's answer is 1.
    """
    rate = float(true.mean())
    if rate == 0:
        return 1.0
    size = max(round(len(true) * share), 1)
    return hits(true, score, size) / size / rate


def hits(true: np.ndarray, score: np.ndarray, size: int) -> float:
    """How many of the `size` rows with the highest score have the answer 1; of ties the mean of all their orders."""
    size = min(size, len(score))
    if not size:
        return 0.0
    limit = np.partition(score, len(score) - size)[len(score) - size]
    above, level = score > limit, score == limit
    return float(true[above].sum() + true[level].mean() * (size - above.sum()))


def least_auc(true: np.ndarray, score: np.ndarray) -> float | None:
    """The area under the ROC curve that is exceeded with 95 % certainty (Hanley & McNeil 1982); None with one class."""
    from sklearn.metrics import roc_auc_score

    positive, negative = int(true.sum()), int(len(true) - true.sum())
    if not positive or not negative:
        return None
    area = float(roc_auc_score(true, score))
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (positive - 1) * (one - area**2) + (negative - 1) * (two - area**2)
    return area - Z_95 * float(np.sqrt(max(spread, 0.0) / (positive * negative)))
