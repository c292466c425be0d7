"""Past days that were unlike what the days around them promised."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.demand.closed import closed_before
from ml.demand.panel import Panel
from ml.demand.regularise import regularise
from ml.demand.seasonal import at_ages, seasonal_profiles
from ml.demand.types import Country

THRESHOLD = 3.5
MAD_TO_DEVIATION = 1.4826
WINDOW_CYCLES = 4


def find_anomalies(frame: pd.DataFrame, country: Country = None, threshold: float = THRESHOLD) -> pd.DataFrame:
    """Days of one series (unique_id optional, ds, y) whose value is far from level plus season around them.

    Returns ds, y, expected, score, most anomalous first. score: deviations from expected, by the median absolute
    deviation of all days (Iglewicz & Hoaglin 1993). Days without a sale that a closed weekday, a holiday of `country`
    or a closing explains are not among them. Empty when the series is too short or regular.
    """
    nothing = pd.DataFrame({"ds": [], "y": [], "expected": [], "score": []})
    named = frame if "unique_id" in frame.columns else frame.assign(unique_id="series")
    panels, _ = regularise(named, 1)
    if not panels or panels[0].y.shape[1] < 3 * max(panels[0].frequency.season, 4):
        return nothing
    panel = panels[0].take(np.array([0]))
    expected, known = _expected(panel), ~closed_before(panel, country)[0]
    error = panel.y[0] - expected
    usual = np.median(error[known]) if known.any() else 0.0
    deviation = MAD_TO_DEVIATION * np.median(np.abs(error[known] - usual)) if known.any() else 0.0
    if deviation <= 0:
        return nothing
    score = np.where(known, (error - usual) / deviation, 0.0)
    stamps = panel.stamps(np.arange(1 - len(error), 1))[0]
    table = pd.DataFrame({"ds": stamps, "y": panel.y[0], "expected": expected, "score": score})
    table = table[np.abs(score) >= threshold]
    return table.sort_values("score", key=np.abs, ascending=False, ignore_index=True)


def _expected(panel: Panel) -> np.ndarray:
    """Centred running median of the seasonally adjusted series, plus season."""
    season = max(panel.frequency.season, 4)
    profile = seasonal_profiles(panel.y, panel.frequency.seasons[:1])
    effect = at_ages(profile, np.arange(panel.y.shape[1] - 1, -1, -1))[0]
    adjusted = pd.Series(panel.y[0] - effect)
    level = adjusted.rolling(WINDOW_CYCLES * season, center=True, min_periods=season).median()
    expected = level.to_numpy() + effect
    return np.maximum(expected, 0.0) if panel.non_negative[0] else expected
