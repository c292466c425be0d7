"""What a model of route costs has to beat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ml.route_cost.features import Encoding, learn
from ml.route_cost.members import BOOSTED, FOREST, ROUNDS, fit_line
from ml.route_cost.types import SIZES, TARGET, Columns

Baseline = Callable[[pd.DataFrame, pd.DataFrame, Columns], np.ndarray]
"""(training rows, rows to estimate, columns) → costs."""


def rule_column(frame: pd.DataFrame) -> str:
    """What the rule of thumb goes by: kilometres where most deliveries have them, else kilograms; "" without either."""
    known = {name: frame[name].gt(0).mean() for name in SIZES if name in frame}
    return next((name for name in SIZES if known.get(name, 0.0) >= 0.5), "")


def rule_rate(frame: pd.DataFrame, column: str) -> float:
    """Cost per kilometre or kilogram, all deliveries together; the mean cost where `column` is empty."""
    if not column:
        return float(frame[TARGET].mean())
    known = frame[column] > 0
    return float(frame.loc[known, TARGET].sum() / frame.loc[known, column].sum())


def by_rule(frame: pd.DataFrame, column: str, rate: float, otherwise: float) -> np.ndarray:
    """(rows,) cost by the rule; `otherwise` where the size is not known."""
    if not column:
        return np.full(len(frame), rate)
    size = frame[column].to_numpy(float) if column in frame else np.full(len(frame), np.nan)
    return np.where(np.isfinite(size), rate * size, otherwise)


def rule(train: pd.DataFrame, test: pd.DataFrame, columns: Columns) -> np.ndarray:
    """Cost per kilometre, or per kilogram where distances are not known."""
    column = rule_column(train)
    return by_rule(test, column, rule_rate(train, column), float(train[TARGET].median()))


def ols(train: pd.DataFrame, test: pd.DataFrame, columns: Columns) -> np.ndarray:
    """Least squares of cost on the sizes as they are."""
    names = [name for name in SIZES if name in columns.numbers]
    usual = {name: float(train[name].median()) for name in names}
    x = [np.column_stack([np.ones(len(one)), one[names].fillna(usual)]) for one in (train, test)]
    weights, *_ = np.linalg.lstsq(x[0], train[TARGET].to_numpy(float), rcond=None)
    return x[1] @ weights


def ridge(train: pd.DataFrame, test: pd.DataFrame, columns: Columns) -> np.ndarray:
    """Ridge of log cost on the logarithms of numbers, texts and the calendar."""
    encoding, logs = learn(train, columns), np.log(train[TARGET].to_numpy(float))
    line = fit_line(encoding.filled(encoding.additive(train)), logs)
    return np.exp(line.predict(encoding.filled(encoding.additive(test))))


def forest(train: pd.DataFrame, test: pd.DataFrame, columns: Columns) -> np.ndarray:
    """A random forest of log cost."""
    return _trees(train, test, learn(train, columns), FOREST, 1)


def boosted(train: pd.DataFrame, test: pd.DataFrame, columns: Columns) -> np.ndarray:
    """XGBoost on log cost."""
    return _trees(train, test, learn(train, columns), BOOSTED, ROUNDS)


def _trees(
    train: pd.DataFrame, test: pd.DataFrame, encoding: Encoding, parameters: dict[str, Any], rounds: int
) -> np.ndarray:
    import xgboost

    logs = np.log(train[TARGET].to_numpy(float))
    settings = parameters | {"seed": 0, "base_score": float(logs.mean())}
    fitted = xgboost.train(settings, xgboost.DMatrix(encoding.additive(train), logs), rounds)
    return np.exp(fitted.predict(xgboost.DMatrix(encoding.additive(test))).astype(float))
