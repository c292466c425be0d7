"""What is sold on one day of the month is expected on that day, and as much of it."""

import numpy as np
import pandas as pd
import pytest

from ml.demand.model import forecast_panel
from ml.demand.types import DemandSettings

QUICK = DemandSettings(
    candidates=("seasonal_naive", "damped_trend", "drift_theta", "naive_cycle", "day_of_month", "croston_sba", "tsb")
)


def sold(days: pd.DatetimeIndex, on: np.ndarray, units: float = 50.0) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": "s", "ds": days, "y": np.where(on, units, 0.0)})


@pytest.mark.parametrize("last", ["2026-11-20", "2026-02-10", "2026-11-30"])
def test_fifty_at_each_months_end_are_fifty_at_the_next(last: str) -> None:
    days = pd.date_range("2024-06-01", last)

    said = forecast_panel(sold(days, days.is_month_end), 30, settings=QUICK).forecasts

    ahead = pd.DatetimeIndex(said["ds"])
    np.testing.assert_allclose(said["mean"], np.where(ahead.is_month_end, 50.0, 0.0), atol=1)


def test_a_rent_on_the_fifth_is_on_the_fifth() -> None:
    days = pd.date_range("2024-06-01", "2026-11-20")

    said = forecast_panel(sold(days, days.day == 5), 30, settings=QUICK).forecasts

    np.testing.assert_allclose(said["mean"], np.where(pd.DatetimeIndex(said["ds"]).day == 5, 50.0, 0.0), atol=1)
