"""What segmentation says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

WINDOW_DAYS = 365
"""Frequency and monetary value count this long before the day that is looked at."""
CHANCE_DAYS = 30
"""How far ahead a segment's chance of a purchase reaches."""


class SegmentName(StrEnum):
    """What a segment is, from its members' place in recency, frequency and monetary value among all customers."""

    CHAMPIONS = "champions"
    LOYAL = "loyal"
    BIG_SPENDERS = "big-spenders"
    REGULAR = "regular"
    PROMISING = "promising"
    NEW = "new"
    NEED_ATTENTION = "need-attention"
    AT_RISK = "at-risk"
    COOLING_OFF = "cooling-off"
    DORMANT = "dormant"
    EVERYONE = "everyone"
    """All customers, where they are too few or too alike to be told apart."""


@dataclass(frozen=True)
class Rfm:
    """Customers as of a day, arrays (customers,): only those who had bought by then.

    code: places in `Purchases.customers`. recency: days since the last purchase, at least 0. orders: purchases, and
    revenue: sales less returns, both within the window. first_day, last_day: of all time, whole days since 1970.
    """

    day: int
    code: np.ndarray
    recency: np.ndarray
    orders: np.ndarray
    revenue: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray

    def __len__(self) -> int:
        return len(self.code)

    @property
    def matrix(self) -> np.ndarray:
        """(customers, 3): minus recency, orders, revenue; more is better in each."""
        return np.column_stack([-self.recency, self.orders, self.revenue]).astype(float)


@dataclass(frozen=True)
class Evidence:
    """What speaks for a number of clusters: mean silhouette, and stability, the mean adjusted Rand index (ARI) of pairs
    of clusterings, each learnt from one half of the customers."""

    k: int
    silhouette: float
    stability: float

    @property
    def score(self) -> float:
        """Silhouette times stability, each at least 0."""
        return max(self.silhouette, 0.0) * max(self.stability, 0.0)


@dataclass(frozen=True)
class Space:
    """Where clusters are looked for. knots: (101, 3) percentiles of `Rfm.matrix`, from which ranks and scores come.

    kind: "percentile" (ranks from 0 to 1), "log" (standardised logarithms), "raw" (standardised as they are) or
    "scores" (sum of the quintile scores). centre, scale: (3,) of the standardised ones.
    """

    kind: str
    knots: np.ndarray
    centre: np.ndarray
    scale: np.ndarray


@dataclass(frozen=True)
class SegmentModel:
    """Segments, the best first. centres: (segments, dimensions of the space). names: one each, all different.

    chances: of a purchase within CHANCE_DAYS, by segment, and `base` over all. until: last day learnt from (ISO).
    evidence: of every number of clusters that was tried.
    """

    space: Space
    centres: np.ndarray
    names: tuple[SegmentName, ...]
    chances: tuple[float, ...]
    base: float
    until: str
    customers: int
    silhouette: float
    stability: float
    evidence: tuple[Evidence, ...] = field(default=())
