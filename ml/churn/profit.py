"""From which probability of leaving on it pays to contact a customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ProfitThreshold:
    """The choice that earns most. probability: contact from it on; infinite where contacting nobody is best.

    contacts: how many that are; profit: what contacting them is expected to earn, in money.
    """

    probability: float
    contacts: int
    profit: float


def threshold(
    probability: np.ndarray,
    value: np.ndarray,
    *,
    cost: float,
    save_rate: float,
    margin: float = 1.0,
    capacity: int | None = None,
) -> ProfitThreshold:
    """The probability from which on contacting customers earns most (Verbeke et al. 2012, expected maximum profit).

    A contact costs `cost`; of those who would leave it saves `save_rate`, who then spend `value` (rows,) with `margin`
    (a share). capacity: the most that can be contacted, those with the highest probability first. Raises ValueError
    where cost is below 0, or a rate not between 0 and 1.
    """
    if cost < 0 or not 0 <= save_rate <= 1 or not 0 <= margin <= 1:
        raise ValueError("cost must be at least 0, save rate and margin between 0 and 1")
    order = np.argsort(-probability, kind="stable")
    gain = probability[order] * save_rate * margin * value[order] - cost
    total = np.cumsum(gain)[: len(gain) if capacity is None else max(capacity, 0)]
    ends = _last_of_equal(probability[order])[: len(total)]
    total = np.where(ends, total, -np.inf)
    if not len(total) or total.max() <= 0:
        return ProfitThreshold(float("inf"), 0, 0.0)
    best = int(np.argmax(total))
    return ProfitThreshold(float(probability[order][best]), best + 1, float(total[best]))


def _last_of_equal(falling: np.ndarray) -> np.ndarray:
    """Whether the next one is another: a threshold takes all of equal probability or none."""
    return np.append(falling[1:] != falling[:-1], True)[: len(falling)]
