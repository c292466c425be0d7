"""Boosted trees beside the ridge: they know less of why, and correct it where price and promotion bend its lines.

How much of a forecast is theirs the data decide, see `members`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ml.pricing.design import Reference
from ml.pricing.panel import Panel

if TYPE_CHECKING:
    import xgboost

ROUNDS = 300
PARAMETERS = {
    "max_depth": 5,
    "eta": 0.05,
    "subsample": 0.8,
    "objective": "reg:squarederror",
    "tree_method": "hist",
    "nthread": 1,
}
KINDS = ["float", "float", "float", "float", "float", "float", "c", "c"]


def levels(rows: pd.DataFrame, panel: Panel, end: int) -> np.ndarray:
    """(units,) mean log quantity before period `end`; NaN for units not sold by then."""
    means = np.full(len(panel.unit_product), np.nan)
    found = rows.loc[rows["t"] < end].groupby("unit")["lq"].mean()
    means[found.index.to_numpy()] = found.to_numpy()
    return means


def fit_companion(rows: pd.DataFrame, panel: Panel, known: Reference, seed: int) -> bytes:
    """Trees for the log quantity over its unit's mean, as XGBoost's JSON. rows: of `explained`, before the end."""
    import xgboost

    target = rows["lq"].to_numpy() - levels(rows, panel, known.end)[rows["unit"]]
    data = xgboost.DMatrix(_features(rows, panel), target, feature_types=KINDS, enable_categorical=True)
    trained = xgboost.train({**PARAMETERS, "seed": seed}, data, ROUNDS)
    return bytes(trained.save_raw("json"))


def load_companion(data: bytes) -> xgboost.Booster:
    """The trees that `fit_companion` wrote. Raises ValueError for anything else."""
    import xgboost

    trees = xgboost.Booster({"nthread": 1})
    try:
        trees.load_model(bytearray(data))
    except xgboost.core.XGBoostError as error:
        raise ValueError("not the companion of a price model") from error
    return trees


def ask_companion(trees: xgboost.Booster, rows: pd.DataFrame, panel: Panel) -> np.ndarray:
    """Log quantity of each row over the mean of its unit."""
    import xgboost

    return trees.predict(xgboost.DMatrix(_features(rows, panel), feature_types=KINDS, enable_categorical=True))


def _features(rows: pd.DataFrame, panel: Panel) -> np.ndarray:
    columns = [rows["lp"], rows["x"], rows["deal"], rows["feat"], rows["t"] % panel.year, rows["t"]]
    return np.column_stack([*columns, rows["product"], rows["store"]]).astype(float)
