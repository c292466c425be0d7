"""The four models whose mean in log cost is the estimate: a forest and three boosted ones that see it differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.route_cost.features import Encoding
from ml.route_cost.types import TARGET

PENALTY = 5.0
"""Of the straight-line model, on standardised columns."""
MONEY = 1.0
"""Power of the cost that the line expects that a delivery weighs, where it does: an error in log cost then counts as
much as it does in money."""
ROUNDS = 300
COMMON: dict[str, Any] = {"objective": "reg:squarederror", "tree_method": "hist", "nthread": 1, "max_bin": 256}
FOREST = COMMON | {
    "eta": 1.0,
    "num_parallel_tree": 200,
    "max_depth": 14,
    "min_child_weight": 2,
    "reg_lambda": 0.0,
    "subsample": 0.63,
    "colsample_bynode": 0.4,
}
BOOSTED = COMMON | {"eta": 0.05, "max_depth": 6, "min_child_weight": 3, "subsample": 0.8, "colsample_bynode": 0.4}
NAMES = ("forest", "boosted", "residual", "money")
WHOLE = ("forest", "boosted")
"""Those that are told what each text has cost so far; the others find out by themselves."""
LINED = ("forest", "residual")
"""Those that start from the line and learn what it leaves, so that sizes beyond all those seen are followed."""


@dataclass(frozen=True)
class Line:
    """Ridge regression of log cost on the additive view: intercept at the means, one weight per column."""

    means: np.ndarray
    weights: np.ndarray
    intercept: float

    def parts(self, matrix: np.ndarray) -> np.ndarray:
        """(rows, columns) what each column adds to the intercept."""
        return (matrix - self.means) * self.weights

    def predict(self, matrix: np.ndarray) -> np.ndarray:
        """(rows,) log cost."""
        return self.intercept + self.parts(matrix).sum(axis=1)


@dataclass(frozen=True)
class Members:
    """The fitted models by name, and the line that some of them start from."""

    line: Line
    boosters: dict[str, Any]


def fit_line(matrix: np.ndarray, logs: np.ndarray) -> Line:
    """Ridge on standardised columns; `matrix` has no gaps."""
    means, spread = matrix.mean(axis=0), matrix.std(axis=0)
    scaled = (matrix - means) / np.where(spread > 0, spread, 1.0)
    flags = ((matrix == 0) | (matrix == 1)).all(axis=0)
    scaled[:, flags] = matrix[:, flags] - means[flags]
    gram = scaled.T @ scaled + PENALTY * np.eye(scaled.shape[1])
    weights = np.linalg.solve(gram, scaled.T @ (logs - logs.mean()))
    return Line(means, weights / np.where(flags | (spread == 0), 1.0, spread), float(logs.mean()))


def fit(frame: pd.DataFrame, encoding: Encoding, seed: int) -> Members:
    """All of them, on `prepared` rows that the encoding was learnt from."""
    import xgboost

    logs = np.log(frame[TARGET].to_numpy(float))
    whole = encoding.whole(frame, encoding.out_of_fold(frame, seed))
    additive = encoding.additive(frame)
    line = fit_line(encoding.filled(additive), logs)
    expected = line.predict(encoding.filled(additive))
    weight = np.exp(MONEY * (expected - expected.max()))
    from_line = {"weight": weight / weight.mean(), "base_margin": expected}
    centred, at_line = {"seed": seed, "base_score": float(logs.mean())}, {"seed": seed, "base_score": 0.0}
    data = {
        "forest": xgboost.DMatrix(whole, logs, **from_line),
        "boosted": xgboost.DMatrix(whole, logs),
        "residual": xgboost.DMatrix(additive, logs, **from_line),
        "money": xgboost.DMatrix(additive, logs, weight=from_line["weight"]),
    }
    boosters = {
        "forest": xgboost.train(FOREST | at_line, data["forest"], 1),
        "boosted": xgboost.train(BOOSTED | centred, data["boosted"], ROUNDS),
        "residual": xgboost.train(BOOSTED | at_line, data["residual"], ROUNDS),
        "money": xgboost.train(BOOSTED | centred, data["money"], ROUNDS),
    }
    return Members(line, boosters)


def predict(members: Members, encoding: Encoding, frame: pd.DataFrame) -> np.ndarray:
    """(rows, members) log cost by each."""
    inputs = _inputs(members, encoding, frame)
    return np.column_stack([members.boosters[name].predict(inputs[name]) for name in NAMES]).astype(float)


def contributions(members: Members, encoding: Encoding, frame: pd.DataFrame) -> pd.DataFrame:
    """(rows, features + "") exact shares of each feature in the mean log cost; "" is that of a typical route.

    TreeSHAP (Lundberg et al. 2020) of each member, averaged; those of a line are its terms. They add up to the
    estimate's logarithm.
    """
    inputs = _inputs(members, encoding, frame)
    total = pd.DataFrame(0.0, index=range(len(frame)), columns=pd.Index([""]))
    for name in NAMES:
        names = encoding.whole_names if name in WHOLE else encoding.additive_names
        given = members.boosters[name].predict(inputs[name], pred_contribs=True).astype(float)
        if name in LINED:
            line = members.line.parts(encoding.filled(encoding.additive(frame)))
            given[:, : line.shape[1]] += line
            given[:, -1] -= line.sum(axis=1)  # XGBoost counts where it started from as the typical cost
        shares = pd.DataFrame(given, columns=pd.Index([*names, ""]))
        summed = shares.T.groupby(level=0, sort=False).sum().T
        total = total.add(summed / len(NAMES), fill_value=0.0)
    return total


def _inputs(members: Members, encoding: Encoding, frame: pd.DataFrame) -> dict[str, Any]:
    import xgboost

    additive = encoding.additive(frame)
    start = members.line.predict(encoding.filled(additive))
    whole = encoding.whole(frame)
    return {
        name: xgboost.DMatrix(whole if name in WHOLE else additive, **({"base_margin": start} if name in LINED else {}))
        for name in NAMES
    }
