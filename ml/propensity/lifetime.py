"""What a customer will bring: revenue over a horizon, learnt on the longest window that the history allows.

Boosted trees on the revenue itself (Tweedie, for amounts that are often zero) see who leaves and who grows; the
customer's own pace, what was spent lately carried on at everybody's mean rate of change, sees how big the big ones
are, of whom trees know few. The mean of both is better than either. The 80 % interval is split-conformal within
groups of like expectations (Mondrian; Vovk et al. 2003), from errors on customers that the model had not seen, so
that it is honest about the many who will bring nothing. Beyond the window expectations are carried by what
`ml.behaviour.bg_nbd` expects of each customer's survival, at the level that `ml.propensity.carrying` measures.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ml.behaviour.features import WINDOWS as WINDOWED
from ml.behaviour.history import History
from ml.propensity import blend
from ml.propensity.blend import boosted, margins
from ml.propensity.cutoffs import LEAST_PAST, Cases, cases, step_of
from ml.propensity.types import NotEnoughHistory

WINDOWS = (365, 270, 180, 120, 90, 60, 30, 14, 7)
TREES = blend.TREES | {
    "objective": "reg:tweedie",
    "tweedie_variance_power": 1.5,
    "min_child_weight": 20,
    "base_score": 1.0,
}
FOLDS = 3
MOST_CUTOFFS = 13
GROUP, MOST_GROUPS = 100, 20
CLIP = 0.999
"""Revenue above this quantile counts as the quantile in the fit: one wholesale order is nobody's rule."""


@dataclass(frozen=True)
class Lifetime:
    """Revenue within `days`. mean: what the trees' answers are in. growth: of the own pace.

    levels: (groups,) expectations; low and high: (groups,) 80 % bounds as shares of them.
    """

    days: int
    trees: Any
    mean: float
    growth: float
    scale: float
    levels: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def expected(self, table: pd.DataFrame) -> np.ndarray:
        """(rows,) of features, in money."""
        trees = np.exp(np.clip(margins(self.trees, table), -20.0, 20.0)) * self.mean
        return (trees + pace(table, self.days) * self.growth) / 2 * self.scale

    def bounds(self, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """80 % bounds of what customers with these expectations bring; an expectation is never outside of its own.

        Where most bring nothing and a few very much, the mean is above what four of five bring.
        """
        at = np.log(np.maximum(expected, 1e-9))
        known = np.log(np.maximum(self.levels, 1e-9))
        low, high = np.interp(at, known, self.low), np.interp(at, known, self.high)
        return expected * np.minimum(low, 1.0), expected * np.maximum(high, 1.0)


def window(history: History, end: int, horizon: int) -> int:
    """The longest window up to `horizon` days of which at least two cutoffs have their answer, and a past.

    Raises NotEnoughHistory.
    """
    whole = end - history.first
    for days in (horizon, *(one for one in WINDOWS if one < horizon)):
        if whole >= days + step_of(days) + max(LEAST_PAST, days // 3):
            return days
    raise NotEnoughHistory(f"{whole} days of history are too few")


def fit(history: History, end: int, horizon: int) -> Lifetime:
    """Learn revenue within `window(history, end, horizon)` days. Raises NotEnoughHistory."""
    days = window(history, end, horizon)
    known = cases(history, end, days, MOST_CUTOFFS)
    revenue = np.clip(known.answers["revenue"].to_numpy(float), 0.0, None)
    revenue = np.minimum(revenue, np.quantile(revenue, CLIP))
    whole = _learn(known, revenue, days)
    return _banded(whole, *_unseen(known, revenue, days))


def _learn(known: Cases, revenue: np.ndarray, days: int) -> Lifetime:
    mean, one = max(float(revenue.mean()), 1e-9), np.ones(1)
    trees = boosted(known.table, revenue / mean, known.weight, TREES)
    own, total = pace(known.table, days), float((known.weight * revenue).sum())
    growth = total / max(float((known.weight * own).sum()), 1e-9)
    plain = Lifetime(days, trees, mean, float(np.clip(growth, 0.1, 10.0)), 1.0, one, one * 0, one)
    expected = float((known.weight * plain.expected(known.table)).sum())
    return replace(plain, scale=float(np.clip(total / expected, 1 / 3, 3.0)) if expected > 0 else 1.0)


def pace(table: pd.DataFrame, days: int) -> np.ndarray:
    """(rows,) what customers would spend in `days` if they went on as in the last window like it, and half-year.

    Money that was given back for returns is no pace.
    """
    window = min(WINDOWED, key=lambda one: abs(np.log(one / days)))
    lately = table[f"revenue_{window}"].to_numpy(float) * days / window
    seen = np.clip(table["age"].to_numpy(float), min(days, 180), 180.0)
    half_year = table["revenue_180"].to_numpy(float) * days / seen
    return np.clip((lately + half_year) / 2, 0.0, None) * (1 - table["returned_share"].to_numpy(float))


def _unseen(known: Cases, revenue: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Expectations and revenue of the newest cutoffs, each from a model that had not seen its customer."""
    recent = known.ago <= known.ago.min() + 3 * step_of(days)
    expected = np.full(len(revenue), np.nan)
    fold = (known.customer * 2_654_435_761 % 2**32) % FOLDS
    for one in range(FOLDS):
        judged, rest = recent & (fold == one), fold != one
        if judged.any() and rest.any():
            expected[judged] = _learn(known.only(rest), revenue[rest], days).expected(known.table[judged])
    chosen = np.isfinite(expected)
    return expected[chosen], revenue[chosen]


def _banded(model: Lifetime, expected: np.ndarray, revenue: np.ndarray) -> Lifetime:
    groups = int(np.clip(len(expected) // GROUP, 1, MOST_GROUPS))
    order = np.argsort(expected, kind="stable")
    levels, low, high = [], [], []
    for part in np.array_split(order, groups):
        level = max(float(np.mean(expected[part])), 1e-9)
        below, above = narrowest(revenue[part])
        levels.append(level)
        low.append(below / level)
        high.append(above / level)
    return replace(model, levels=np.array(levels), low=np.array(low), high=np.array(high))


def narrowest(values: np.ndarray) -> tuple[float, float]:
    """Bounds that hold 80 % of `values`: from 0 where a tenth or more of them are 0, else with a tenth on each side."""
    if not len(values):
        return 0.0, 0.0
    if np.mean(values <= 0) >= 0.1:
        return 0.0, float(np.quantile(values, 0.8, method="higher"))
    return float(np.quantile(values, 0.1, method="lower")), float(np.quantile(values, 0.9, method="higher"))


def packed(model: Lifetime) -> dict[str, bytes]:
    """JSON and XGBoost's own."""
    told = {
        "days": model.days, "mean": model.mean, "growth": model.growth, "scale": model.scale,
        **{name: getattr(model, name).tolist() for name in ("levels", "low", "high")},
    }  # fmt: skip
    return {
        "value.json": json.dumps(told).encode(),
        "value-trees.ubj": bytes(model.trees.save_raw("ubj")),
    }


def unpacked(files: dict[str, bytes]) -> Lifetime:
    """What `packed` wrote. Raises KeyError or ValueError where it is something else."""
    told = json.loads(files["value.json"])
    arrays = {name: np.array(told[name], dtype=float) for name in ("levels", "low", "high")}
    return Lifetime(
        days=int(told["days"]),
        trees=blend.loaded(files["value-trees.ubj"]),
        mean=float(told["mean"]),
        growth=float(told["growth"]),
        scale=float(told["scale"]),
        **arrays,
    )
