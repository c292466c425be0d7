import numpy as np
import pandas as pd

from ml.demand.explain import explain
from tests.unit.ml.demand.panels import daily


def test_the_parts_sum_to_the_forecast_and_the_season_is_the_weekly_one():
    frame = daily(150, noise=1.0)
    stamps = pd.date_range(frame["ds"].max() + pd.Timedelta(days=1), periods=14)
    forecast = pd.DataFrame({"ds": stamps, "step": np.arange(1, 15), "mean": 55.0})

    parts = explain(frame, forecast)

    assert np.allclose(parts[["level", "trend", "season", "remainder"]].sum(axis=1), 55.0)
    truth = 20 * np.sin(2 * np.pi * (150 + np.arange(14)) / 7)
    assert np.abs(parts["season"] - truth).max() < 2


def test_a_series_that_cannot_be_forecast_has_no_parts():
    assert explain(daily(60).assign(y=0.0), pd.DataFrame({"ds": [], "step": [], "mean": []})).empty
