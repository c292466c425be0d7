"""What a boosted model of the whole panel has learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.demand.candidates.smoothing import Parameters

LARGEST_TARGET = 20.0
MINIMUM_ROWS = 60
SMALLEST_LEAF, LARGEST_LEAF = 5, 60
ROWS_PER_LEAF_ROW = 1_000
PARAMETERS: dict[str, Any] = {
    "objective": "reg:absoluteerror",
    "max_depth": 6,
    "eta": 0.1,
    "subsample": 0.5,
    "colsample_bynode": 0.5,
    "max_bin": 128,
    "tree_method": "hist",
    "nthread": 1,
}


@dataclass(frozen=True)
class Knowledge:
    """The fitted booster, and the parameters of the smoothing whose errors it learnt, if any."""

    booster: Any
    base: Parameters | None = None

    def dump(self) -> str:
        """XGBoost's own JSON."""
        return self.booster.save_raw("json").decode()


def grown(features: np.ndarray, targets: np.ndarray, rounds: int, seed: int) -> Any:
    """A booster of `targets` (rows,) on `features` (rows, features); leaves are larger where rows are many."""
    import xgboost

    matrix = xgboost.QuantileDMatrix(features, targets, nthread=1, max_bin=PARAMETERS["max_bin"])
    leaf = min(max(len(targets) // ROWS_PER_LEAF_ROW, SMALLEST_LEAF), LARGEST_LEAF)
    return xgboost.train(PARAMETERS | {"seed": seed, "min_child_weight": leaf}, matrix, rounds)


def loaded(text: str) -> Any:
    """The booster that `Knowledge.dump` wrote."""
    import xgboost

    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(text, "utf-8"))
    return booster
