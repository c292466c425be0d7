"""From recency, frequency and monetary value to the space that clusters are looked for in."""

from __future__ import annotations

import numpy as np

from ml.segments.types import Rfm, Space

PERCENTS = np.linspace(0.0, 1.0, 101)
QUINTILES = 5
FAR = 4.0
"""Standard deviations beyond which a customer counts as being that far: one whale is no segment."""


def learn(rfm: Rfm, kind: str) -> Space:
    """The space of these customers; at least one. Raises ValueError for an unknown kind."""
    matrix = rfm.matrix
    stretched = _stretched(matrix, kind)
    scale = stretched.std(axis=0)
    return Space(kind, np.quantile(matrix, PERCENTS, axis=0), stretched.mean(axis=0), np.where(scale > 0, scale, 1.0))


def place(space: Space, rfm: Rfm) -> np.ndarray:
    """(customers, dimensions): where each customer is."""
    if space.kind == "percentile":
        return ranks(space, rfm)
    if space.kind == "scores":
        return scores(space, rfm).sum(axis=1, keepdims=True).astype(float)
    return np.clip((_stretched(rfm.matrix, space.kind) - space.centre) / space.scale, -FAR, FAR)


def ranks(space: Space, rfm: Rfm) -> np.ndarray:
    """(customers, 3) share of the learnt customers below, from 0 to 1; equal values share the middle of theirs."""
    columns = [_rank(values, knots) for values, knots in zip(rfm.matrix.T, space.knots.T, strict=True)]
    return np.column_stack(columns)


def scores(space: Space, rfm: Rfm) -> np.ndarray:
    """(customers, 3) quintile scores of recency, frequency and monetary value: 5 is the best fifth, 1 the last."""
    return np.clip(np.floor(ranks(space, rfm) * QUINTILES) + 1, 1, QUINTILES).astype(np.int8)


def _rank(values: np.ndarray, knots: np.ndarray) -> np.ndarray:
    below = np.interp(values, knots, PERCENTS)
    above = -np.interp(-values, -knots[::-1], -PERCENTS[::-1])
    return (below + above) / 2


def _stretched(matrix: np.ndarray, kind: str) -> np.ndarray:
    if kind == "log":
        recency, orders, revenue = matrix.T
        positive = np.clip(revenue, 0.0, None)
        return np.column_stack([-np.log1p(-recency), np.log1p(orders), np.log1p(positive)])
    if kind in ("percentile", "raw", "scores"):
        return matrix
    raise ValueError(f"no space is called {kind!r}")
