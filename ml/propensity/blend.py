"""A classifier in two halves that err differently: a logistic regression on logs, and boosted trees.

Their log odds are averaged, so that the contributions of both, exact in the one and by TreeSHAP in the other
(Lundberg et al. 2020), add up to the answer's own log odds. Where cutoffs are few or the customers change between
them, the regression is the steadier half; where rhythms interact, the trees are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.propensity.features import FEATURES, logs

TREES: dict[str, Any] = {
    "objective": "binary:logistic", "eta": 0.08, "max_depth": 4, "min_child_weight": 30, "subsample": 0.7,
    "colsample_bytree": 0.5, "lambda": 5.0, "nthread": 1, "seed": 0, "tree_method": "hist", "verbosity": 0,
}  # fmt: skip
ROUNDS = 120
FARTHEST = 4.0
"""Standard deviations beyond which a case counts as being there: no straight line holds for ever."""
RIDGE = 10.0
"""Strength of the regression's penalty on standardised logs."""


@dataclass(frozen=True)
class Linear:
    """A linear form of standardised logs; centre, scale and weight: (features,)."""

    centre: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    start: float

    def parts(self, table: pd.DataFrame) -> np.ndarray:
        """(rows, features) what each feature adds."""
        return np.clip((logs(table) - self.centre) / self.scale, -FARTHEST, FARTHEST) * self.weight

    def __call__(self, table: pd.DataFrame) -> np.ndarray:
        return self.parts(table).sum(axis=1) + self.start

    def packed(self) -> dict[str, Any]:
        """As JSON-able values."""
        return {name: getattr(self, name).tolist() for name in ("centre", "scale", "weight")} | {"start": self.start}

    @classmethod
    def unpacked(cls, told: dict[str, Any]) -> Linear:
        """What `packed` told."""
        centre, scale, weight = (np.array(told[name], dtype=float) for name in ("centre", "scale", "weight"))
        if any(array.shape != (len(FEATURES),) for array in (centre, scale, weight)):
            raise ValueError(f"a linear part needs {len(FEATURES)} weights")
        return cls(centre, scale, weight, float(told["start"]))


@dataclass(frozen=True)
class Blend:
    """The two halves; trees is an xgboost.Booster, or None where the regression stands alone."""

    linear: Linear
    trees: Any

    def log_odds(self, table: pd.DataFrame) -> np.ndarray:
        """(rows,) of `table` (features)."""
        if self.trees is None:
            return self.linear(table)
        return (self.linear(table) + margins(self.trees, table)) / 2

    def contributions(self, table: pd.DataFrame) -> np.ndarray:
        """(rows, features) what each feature adds to the log odds, against the mean case."""
        import xgboost

        if self.trees is None:
            return self.linear.parts(table)
        shap = self.trees.predict(xgboost.DMatrix(table[list(FEATURES)].to_numpy(dtype=float)), pred_contribs=True)
        return (self.linear.parts(table) + shap[:, :-1]) / 2


def fit(table: pd.DataFrame, bought: np.ndarray, weight: np.ndarray, trees: bool = True) -> Blend:
    """Learn `bought` (bool by row) from features. Where all rows agree, everybody gets (nearly) that answer."""
    grown = boosted(table, bought.astype(float), weight, TREES) if trees else None
    return Blend(_logistic(table, bought, weight), grown)


def boosted(table: pd.DataFrame, target: np.ndarray, weight: np.ndarray, parameters: dict[str, Any]) -> Any:
    """An xgboost.Booster."""
    import xgboost

    base = {}
    if parameters["objective"] == "binary:logistic":
        base = {"base_score": float(np.clip(np.average(target, weights=weight), 1e-4, 1 - 1e-4))}
    matrix = xgboost.DMatrix(table[list(FEATURES)].to_numpy(dtype=float), target, weight=weight)
    return xgboost.train({**parameters, **base}, matrix, ROUNDS)


def margins(trees: Any, table: pd.DataFrame) -> np.ndarray:
    """What trees add up to before the link."""
    import xgboost

    matrix = xgboost.DMatrix(table[list(FEATURES)].to_numpy(dtype=float))
    return trees.predict(matrix, output_margin=True).astype(float)


def _logistic(table: pd.DataFrame, bought: np.ndarray, weight: np.ndarray) -> Linear:
    from sklearn.linear_model import LogisticRegression

    x = logs(table)
    centre, scale = standard(x)
    share = float(np.clip(np.average(bought, weights=weight), 1e-4, 1 - 1e-4))
    if bought.all() or not bought.any():
        return Linear(centre, scale, np.zeros(x.shape[1]), float(np.log(share / (1 - share))))
    model = LogisticRegression(C=1 / RIDGE, solver="newton-cholesky")
    model.fit((x - centre) / scale, bought, sample_weight=weight)
    weights, start = np.asarray(model.coef_), np.asarray(model.intercept_)
    return Linear(centre, scale, weights[0], float(start[0]))


def standard(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column; 1 where it is constant."""
    deviation = x.std(axis=0)
    return x.mean(axis=0), np.where(deviation > 1e-9, deviation, 1.0)


def packed(blend: Blend, name: str) -> dict[str, bytes]:
    """The files of a classifier called `name`: JSON and XGBoost's own."""
    files = {f"{name}.json": json.dumps(blend.linear.packed()).encode()}
    return files if blend.trees is None else files | {f"{name}-trees.ubj": bytes(blend.trees.save_raw("ubj"))}


def unpacked(files: dict[str, bytes], name: str) -> Blend:
    """What `packed` wrote. Raises KeyError or ValueError where it is something else."""
    grown = files.get(f"{name}-trees.ubj")
    return Blend(Linear.unpacked(json.loads(files[f"{name}.json"])), loaded(grown) if grown else None)


def loaded(data: bytes) -> Any:
    """A Booster from its bytes. Raises ValueError."""
    import xgboost

    try:
        return xgboost.Booster(model_file=bytearray(data))
    except xgboost.core.XGBoostError as error:
        raise ValueError(f"trees cannot be read: {error}") from error
