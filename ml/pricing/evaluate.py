"""How good the price model is on somebody's data: the last fifth of the periods is forecast from the rest alone.

Prices and promotions of the held-out periods count as known, as they are to whoever sets them; quantities do not.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pandas as pd

from ml.pricing.baselines import BASELINES
from ml.pricing.model import answer, learn
from ml.pricing.panel import make_panel
from ml.pricing.types import Elasticity, PricingSettings

HELD_OUT = 0.2
FEWEST_PERIODS = 10


def evaluate_pricing(frame: pd.DataFrame, settings: PricingSettings = PricingSettings()) -> dict[str, Any]:
    """Score the model and its baselines on the last fifth of the periods, and tell every product's elasticity.

    frame: the contract `ml.frames.PRICES` in lower case. Returns capability, settings, results (name → metric →
    number) and details (one per product, refusals included), JSON-able. Elasticities are those of the training part.
    Raises ValueError where columns are missing, nothing is usable or there are fewer than ten periods.
    """
    started = time.perf_counter()
    panel = make_panel(frame)
    if panel.length < FEWEST_PERIODS:
        raise ValueError(f"There are {panel.length} periods; at least {FEWEST_PERIODS} are needed to hold some out.")
    horizon = max(round(panel.length * HELD_OUT), 1)
    end = panel.length - horizon
    found = answer(learn(panel, end, horizon, settings), panel, end)
    seconds = time.perf_counter() - started
    rows = found.forecasts
    results = {"model": _scores(rows, rows["mean"].to_numpy()) | _coverage(rows) | {"seconds": round(seconds, 3)}}
    for name, method in BASELINES.items():
        started = time.perf_counter()
        told = method(panel, end, rows) if len(rows) else np.array([])
        results[name] = _scores(rows, told) | {"seconds": round(time.perf_counter() - started, 3)}
    return {
        "capability": "pricing",
        "settings": {
            "periods": panel.length,
            "held_out_periods": horizon,
            "products": len(panel.products),
            "stores": len(panel.stores),
            "rows": len(panel.rows),
            "rows_left_out": panel.dropped,
            "rows_scored": len(rows),
            "interval": 0.95,
            "clustered_by": "period",
        },
        "results": results,
        "details": [_told(one) for one in found.elasticities],
    }


def _scores(rows: pd.DataFrame, forecast: np.ndarray) -> dict[str, float | None]:
    error = np.abs(rows["quantity"].to_numpy() - forecast)
    total = float(rows["quantity"].sum())
    return {
        "wape": float(error.sum()) / total if total > 0 else None,
        "mae": float(error.mean()) if len(error) else None,
        "rmse": float(np.sqrt((error**2).mean())) if len(error) else None,
    }


def _coverage(rows: pd.DataFrame) -> dict[str, float | None]:
    quantity = rows["quantity"]
    inside = {level: quantity.between(rows[f"lo_{level}"], rows[f"hi_{level}"]) for level in (80, 95)}
    return {f"coverage_{level}": float(one.mean()) if len(one) else None for level, one in inside.items()}


def _told(one: Elasticity) -> dict[str, Any]:
    numbers = {"elasticity": one.value, "low_95": one.low, "high_95": one.high, "standard_error": one.error}
    return {
        "product_id": one.product_id,
        **{name: value if math.isfinite(value) else None for name, value in numbers.items()},
        "refusal": str(one.refusal) if one.refusal else None,
        "periods": one.variation.periods,
        "periods_with_another_price": one.variation.moved,
        "price_spread": round(one.variation.spread, 6),
    }
