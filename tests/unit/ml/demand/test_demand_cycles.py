"""Rhythms of a series' own are found, and forecast in phase."""

import numpy as np
import pandas as pd
import pytest

from ml.demand.cycles import found_cycles
from ml.demand.model import forecast_panel
from ml.demand.panel import Panel
from ml.demand.regularise import regularise
from ml.demand.types import DemandSettings

DAYS = 400
QUICK = ("seasonal_naive", "damped_trend", "drift_theta", "naive_cycle", "damped_trend_cycle")


def rhythm(steps: int, days: int = DAYS, noise: float = 6.0) -> pd.DataFrame:
    """A weekly season, and more on three days in every `steps`."""
    ds, day = pd.date_range("2025-01-06", periods=days), np.arange(days)
    y = 100 + 10.0 * (ds.weekday < 3) + 40.0 * (day % steps < 3)
    return pd.DataFrame({"unique_id": "s", "ds": ds, "y": y + np.random.default_rng(0).normal(0, noise, days)})


def panel_of(frame: pd.DataFrame) -> Panel:
    (panel,), _ = regularise(frame, 7)
    return panel


@pytest.mark.parametrize("steps", [10, 14, 28])
def test_a_rhythm_of_its_own_is_found_beside_the_week(steps: int) -> None:
    assert found_cycles(panel_of(rhythm(steps))) == steps


def test_noise_trend_and_week_have_no_rhythm_of_their_own() -> None:
    frame = rhythm(10_000, noise=20.0)
    assert found_cycles(panel_of(frame.assign(y=frame["y"] + 0.2 * np.arange(DAYS)))) == 0


def test_a_rhythm_keeps_its_phase_over_six_weeks() -> None:
    frame = rhythm(10, DAYS + 42)
    truth = rhythm(10, DAYS + 42, noise=0.0)["y"].to_numpy()[-42:]

    said = forecast_panel(frame.iloc[:-42], 42, settings=DemandSettings(candidates=QUICK)).forecasts

    assert np.abs(said["mean"].to_numpy() - truth).mean() < 4
