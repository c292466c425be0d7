"""How good estimates of route costs are: learnt from the earlier four fifths of deliveries, measured on the last."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ml import metrics
from ml.route_cost import baselines
from ml.route_cost.columns import prepared, usable
from ml.route_cost.model import RouteModel, fit
from ml.route_cost.types import LEAST_ROWS, TARGET, TIME, Columns, Left, NoUsableDeliveries

HELD_OUT = 0.2
PERFECT = 0.999
"""R² from which on a score is a leak until somebody has looked."""
BASELINES: dict[str, Callable[[pd.DataFrame, pd.DataFrame, Columns], np.ndarray]] = {
    "ols": baselines.ols,
    "ridge_log": baselines.ridge,
    "forest_log": baselines.forest,
    "xgboost_log": baselines.boosted,
}
RULES = {"distance_km": "per_km", "weight_kg": "per_kg", "": "mean"}


def evaluate_route_cost(frame: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """Scores of the model and its baselines as `evaluate route-cost` writes them.

    frame: the `deliveries` contract; rows without a cost above zero or a departure are dropped and counted. Columns
    that tell the cost themselves are not used, and named. Raises NoUsableDeliveries.
    """
    rows = prepared(frame)
    cut = len(rows) - int(len(rows) * HELD_OUT)
    if cut < LEAST_ROWS:
        raise NoUsableDeliveries(len(rows), int(LEAST_ROWS / (1 - HELD_OUT)) + 1)
    train, test = rows.iloc[:cut].reset_index(drop=True), rows.iloc[cut:].reset_index(drop=True)
    started = time.perf_counter()
    columns = usable(train)
    model = fit(train, columns, seed)
    told = model.predict(test.drop(columns=TARGET))
    seconds = time.perf_counter() - started
    actual = test[TARGET].to_numpy(float)
    results = {
        "model": _scores(actual, told["expected"].to_numpy()) | _covered(actual, told) | {"seconds": round(seconds, 2)}
    }
    results[RULES[model.rule.column]] = _scores(actual, told["baseline"].to_numpy())
    results |= {name: _scores(actual, estimate(train, test, columns)) for name, estimate in BASELINES.items()}
    return {
        "capability": "route-cost",
        "settings": _settings(frame, train, test, columns, results["model"]),
        "results": results,
        "details": _details(model, test, told, actual),
    }


def _scores(actual: np.ndarray, told: np.ndarray) -> dict[str, float]:
    spread = float(((actual - actual.mean()) ** 2).sum())
    squared = float(((actual - told) ** 2).sum())
    found = {
        "mae": float(metrics.mae(actual, told)),
        "wape": float(metrics.wape(actual, told)),
        "rmse": float(metrics.rmse(actual, told)),
    }
    return found | ({"r2": 1 - squared / spread} if spread > 0 else {})


def _covered(actual: np.ndarray, told: pd.DataFrame) -> dict[str, float]:
    bounds = {level: (told[f"lo_{level}"].to_numpy(), told[f"hi_{level}"].to_numpy()) for level in (80, 95)}
    return {f"coverage_{level}": float(metrics.coverage(actual, *pair)) for level, pair in bounds.items()}


def _settings(
    frame: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame, columns: Columns, scores: dict[str, float]
) -> dict[str, Any]:
    leaks = [name for name, reason in columns.left_out.items() if reason == Left.LEAK]
    perfect = scores.get("r2", 0.0) >= PERFECT
    return {
        "rows": len(train) + len(test),
        "rows_dropped": len(frame) - len(train) - len(test),
        "rows_train": len(train),
        "rows_test": len(test),
        "train_until": str(train[TIME].iloc[-1]),
        "test_until": str(test[TIME].iloc[-1]),
        "features": list(columns.names),
        "left_out": {name: reason.value for name, reason in columns.left_out.items()},
        "leakage": bool(leaks or perfect),
        "leaking_features": leaks,
        "too_good_to_be_true": perfect,
        "signal": scores.get("r2", 0.0) > 0.0,
    }


def _details(model: RouteModel, test: pd.DataFrame, told: pd.DataFrame, actual: np.ndarray) -> list[dict[str, Any]]:
    """By vehicle (or as a whole, where there is one kind), the largest group first."""
    key = test["vehicle_type"].fillna("").astype(str) if "vehicle_type" in test else pd.Series("", index=test.index)
    found = []
    for name, places in test.groupby(key).indices.items():
        group = _scores(actual[places], told["expected"].to_numpy()[places])
        group |= _covered(actual[places], told.iloc[places])
        found.append({"vehicle_type": str(name), "routes": len(places), **group})
    return sorted(found, key=lambda row: -row["routes"])
