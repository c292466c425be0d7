"""How much the next order will be: a ridge on logs, its mean by smearing, its interval from errors on other customers.

Smearing is Duan's (1983): the mean of the exponentials of the errors takes a mean of logs to a mean of money.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.behaviour.history import History
from ml.propensity.blend import Linear, standard
from ml.propensity.cutoffs import Cases
from ml.propensity.features import logs

PENALTY = 10.0
TAILS = (0.1, 0.9)
LEAST = 30
"""Orders below which nothing is learnt: everybody gets the median order."""


@dataclass(frozen=True)
class Basket:
    """centre of the logs, and what takes it to the mean and to the 80 % bounds of money."""

    linear: Linear
    smearing: float
    low: float
    high: float

    def __call__(self, table: pd.DataFrame) -> pd.DataFrame:
        """basket, basket_low and basket_high of every row of features."""
        middle = np.exp(np.clip(self.linear(table), -20.0, 20.0))
        return pd.DataFrame(
            {"basket": middle * self.smearing, "basket_low": middle * self.low, "basket_high": middle * self.high},
            index=table.index,
        )

    def packed(self) -> dict[str, Any]:
        """As JSON-able values."""
        return asdict(self) | {"linear": self.linear.packed()}

    @classmethod
    def unpacked(cls, told: dict[str, Any]) -> Basket:
        """What `packed` told."""
        numbers = {name: float(told[name]) for name in ("smearing", "low", "high")}
        return cls(linear=Linear.unpacked(told["linear"]), **numbers)


def next_order(history: History, cases: Cases, cutoff: np.ndarray) -> np.ndarray:
    """Revenue of the first order at or after each case's cutoff (days since 1970); NaN without one."""
    span = history.last + 2
    keys = history.code * span + history.day
    at = np.searchsorted(keys, cases.customer * span + cutoff)
    known = np.minimum(at, len(keys) - 1)
    own = (at < len(keys)) & (history.code[known] == cases.customer)
    return np.where(own, history.revenue[known], np.nan)


def fit(cases: Cases, amounts: np.ndarray) -> Basket:
    """From the orders that did come (`amounts`, NaN and what is not above 0 aside)."""
    known = np.isfinite(amounts) & (amounts > 0)
    chosen, target = cases.only(known), np.log(amounts[known])
    if known.sum() < LEAST:
        return _plain(cases, target)
    error = np.empty(len(target))
    for half in (0, 1):
        judged = chosen.customer % 2 == half
        if judged.any() and (~judged).any():
            model = ridge(chosen.table[~judged], target[~judged], chosen.weight[~judged])
            error[judged] = target[judged] - model(chosen.table[judged])
        else:
            error[judged] = target[judged] - np.median(target)
    low, high = np.quantile(error, TAILS)
    smearing = float(np.average(np.exp(np.clip(error, -5, 5)), weights=chosen.weight))
    return Basket(ridge(chosen.table, target, chosen.weight), smearing, float(np.exp(low)), float(np.exp(high)))


def ridge(table: pd.DataFrame, target: np.ndarray, weight: np.ndarray) -> Linear:
    """Least squares on standardised logs of features, drawn towards no effect."""
    x = logs(table)
    centre, scale = standard(x)
    z = (x - centre) / scale
    start = float(np.average(target, weights=weight))
    gram = (z * weight[:, None]).T @ z + PENALTY * np.eye(z.shape[1])
    moved = (z * weight[:, None]).T @ (target - start)
    return Linear(centre, scale, np.linalg.solve(gram, moved), start)


def _plain(cases: Cases, target: np.ndarray) -> Basket:
    x = logs(cases.table)
    middle = float(np.median(target)) if len(target) else 0.0
    low, high = np.quantile(target - middle, TAILS) if len(target) else (0.0, 0.0)
    return Basket(Linear(*standard(x), np.zeros(x.shape[1]), middle), 1.0, float(np.exp(low)), float(np.exp(high)))
