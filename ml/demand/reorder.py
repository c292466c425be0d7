"""When and how much to order, from what the forecast says about the lead time."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from ml.demand.types import ReorderSuggestion


def reorder_suggestion(
    forecast: pd.DataFrame,
    *,
    lead_time: int,
    service_level: float = 0.95,
    stock: float = 0.0,
    review_period: int = 7,
    level: int = 80,
) -> ReorderSuggestion:
    """Reorder point, safety stock and quantity under periodic review (Silver, Pyke & Thomas 2017, ch. 6).

    forecast: step, mean, hi_<level> of one series in units, at least lead_time + review_period steps. stock: on hand
    plus on order. The error of one step is read from the band's upper half, so a skewed band counts as it is; errors
    of different steps are taken as half correlated, between the independent and the fully dependent extremes.
    Raises ValueError when the forecast is too short, has no band, or an argument is out of range.
    """
    if lead_time < 1 or review_period < 1 or not 0.5 <= service_level < 1:
        raise ValueError("Lead time and review period must be at least 1 step, the service level 0.5 to below 1.")
    steps = forecast.sort_values("step")
    if len(steps) < lead_time + review_period:
        needed = lead_time + review_period
        raise ValueError(f"The forecast covers {len(steps)} steps; lead time and review need {needed}.")
    mean = steps["mean"].to_numpy(dtype=float)
    upper = steps[f"hi_{level}"].to_numpy(dtype=float)
    if not np.isfinite(upper[: lead_time + review_period]).all():
        raise ValueError("The forecast has no band, so a safety stock cannot be derived: more history is needed.")
    deviation = np.maximum(upper - mean, 0.0) / NormalDist().inv_cdf(0.5 + level / 200)
    z = NormalDist().inv_cdf(service_level)
    safety = z * _total_deviation(deviation[:lead_time])
    lead_demand = float(mean[:lead_time].sum())
    covered = slice(0, lead_time + review_period)
    target = float(mean[covered].sum()) + z * _total_deviation(deviation[covered])
    point = lead_demand + safety
    quantity = max(target - stock, 0.0) if stock <= point else 0.0
    return ReorderSuggestion(point, safety, float(np.ceil(quantity)), lead_demand, service_level, lead_time)


def _total_deviation(deviation: np.ndarray, correlation: float = 0.5) -> float:
    """Standard deviation of a sum of equally correlated errors."""
    independent, dependent = float((deviation**2).sum()), float(deviation.sum() ** 2)
    return float(np.sqrt((1 - correlation) * independent + correlation * dependent))
