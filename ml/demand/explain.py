"""What a forecast is made of, in the units of the series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.demand.candidates.smoothing import THETA, Smoothing
from ml.demand.panel import future_stamps
from ml.demand.regularise import regularise
from ml.demand.seasonal import at_ages, seasonal_profiles


def explain(frame: pd.DataFrame, forecast: pd.DataFrame) -> pd.DataFrame:
    """Split the forecast of one series (ds, step, mean) into level, trend, season and what only the winner saw.

    frame: unique_id, ds, y of that series alone. Returns ds, step, level (its newest smoothed value), trend (change
    since then), season (additive profile) and remainder, which sum to mean. Empty when the series is not forecastable.
    """
    horizon = int(forecast["step"].max()) if len(forecast) else 1
    panels, _ = regularise(frame, horizon)
    if len(panels) != 1 or len(panels[0].ids) != 1 or forecast.empty:
        return pd.DataFrame(columns=["ds", "step", "level", "trend", "season", "remainder"])
    panel, steps = panels[0], np.arange(1, horizon + 1)
    smoothing = Smoothing("drift_theta", THETA)
    path = smoothing.forecast(panel, horizon, smoothing.learn(panel, horizon))[0]
    season = at_ages(seasonal_profiles(panel.y, panel.frequency.seasons), -steps)[0]
    level = path[0] - season[0]
    parts = pd.DataFrame({"ds": future_stamps(panel, horizon)[0], "level": level, "season": season})
    parts["trend"] = path - season - level
    parts = forecast[["ds", "step", "mean"]].merge(parts, on="ds")
    parts["remainder"] = parts["mean"] - parts["level"] - parts["trend"] - parts["season"]
    return parts[["ds", "step", "level", "trend", "season", "remainder"]]
