"""A company's own closing days stand beside the public holidays of its country."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from ml.demand.calendar import holidays_between
from ml.demand.effects import holiday_effects
from ml.demand.model import forecast_panel
from ml.demand.types import Calendar, DemandSettings

FIRST = date(2024, 1, 1)
CLOSED = tuple(FIRST + timedelta(days=day) for day in range(9, 400, 29))
"""Every 29 days, so that no weekday and no day of the month gives it away."""
LAST = 365


def stamps(*days: date) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]")


def test_both_kinds_of_days_in_order() -> None:
    found = holidays_between(Calendar("CL", (date(2025, 2, 3), date(2030, 1, 5))), stamps(date(2025, 6, 1)))
    assert date(2025, 2, 3) in found.tolist() and date(2025, 9, 18) in found.tolist()
    assert date(2030, 1, 5) not in found.tolist() and (np.diff(found.astype(int)) > 0).all()


def test_a_country_without_known_holidays_still_closes() -> None:
    found = holidays_between(Calendar("XX", CLOSED), stamps(FIRST, date(2025, 1, 1)))
    assert found.tolist() == list(CLOSED)


def sales(days: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    ds = pd.date_range(FIRST, periods=days)
    y = rng.poisson(100, days).astype(float)
    return pd.DataFrame({"unique_id": "shop", "ds": ds, "y": np.where(ds.isin(pd.DatetimeIndex(CLOSED)), 0.0, y)})


def test_closing_days_have_an_effect_of_their_own() -> None:
    effects = holiday_effects(sales(LAST), Calendar(None, CLOSED)).set_index("day")
    assert effects.loc["holiday", "effect"] < -90


def test_a_forecast_expects_less_on_a_closing_day_that_it_is_told() -> None:
    known = sales(LAST)
    coming = next(day for day in CLOSED if day > known["ds"].max().date())
    steps = (coming - known["ds"].max().date()).days + 5
    quick = {"freq": "D", "candidates": ("boosted",)}
    told, untold = (
        forecast_panel(known, steps, settings=DemandSettings(country=None, closings=closings, **quick)).forecasts
        for closings in (CLOSED, ())
    )
    expected, unaware = (part.loc[part["ds"] == pd.Timestamp(coming), "mean"].iloc[0] for part in (told, untold))
    assert unaware > 60 and expected < 0.5 * unaware
