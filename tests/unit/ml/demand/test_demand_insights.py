import numpy as np
import pandas as pd
import pytest

from ml.demand.anomalies import find_anomalies
from ml.demand.effects import holiday_effects, weekday_effects
from ml.demand.reorder import reorder_suggestion
from tests.unit.ml.demand.panels import daily


def _forecast(mean: float = 10.0, upper: float = 15.0, steps: int = 30) -> pd.DataFrame:
    return pd.DataFrame({"step": np.arange(1, steps + 1), "mean": mean, "hi_80": upper})


def test_a_spike_is_found_with_what_was_expected_instead():
    frame = daily(120)
    frame.loc[60, "y"] += 100

    found = find_anomalies(frame)

    assert found["ds"].iloc[0] == frame.loc[60, "ds"]
    assert found["expected"].iloc[0] == pytest.approx(frame.loc[60, "y"] - 100, abs=10)
    assert found["score"].iloc[0] > 10


def test_the_weekday_pattern_itself_is_no_anomaly():
    assert find_anomalies(daily(200, noise=1.0)).empty


@pytest.mark.parametrize("frame", [daily(8), daily(60).assign(y=3.0), daily(60).assign(y=0.0)])
def test_short_and_constant_series_have_no_anomalies(frame):
    assert find_anomalies(frame).empty


def test_weekday_effects_are_percent_of_an_average_day():
    frame = daily(140, noise=0.0, weekly=0.0, level=100.0)
    frame.loc[frame["ds"].dt.dayofweek == 5, "y"] = 170.0

    effects = weekday_effects(frame).set_index("weekday")["effect"]

    assert effects[5] == pytest.approx(100 * (170 / 110 - 1), abs=1)
    assert effects[0] == pytest.approx(100 * (100 / 110 - 1), abs=1)


def test_holiday_effects_compare_with_the_weekday_and_hold_their_interval():
    frame = daily(730, noise=1.0, weekly=0.0, level=100.0)
    new_year = pd.to_datetime(["2024-05-01", "2024-09-18", "2024-12-25", "2025-01-01", "2025-05-01"])
    closed = frame.assign(y=np.where(frame["ds"].isin(new_year), 0.0, frame["y"]))

    usual, effect = (holiday_effects(part, "CL").set_index("day").loc["holiday"] for part in (frame, closed))

    assert usual["lo"] <= 0 <= usual["hi"] or abs(usual["effect"]) < 2
    assert effect["effect"] < -10
    assert effect["lo"] <= effect["effect"] <= effect["hi"]


def test_an_unknown_country_has_no_holiday_effects():
    assert holiday_effects(daily(100), "XX").empty
    assert weekday_effects(daily(10)).empty


def test_the_reorder_point_is_the_demand_of_the_lead_time_and_its_safety():
    suggestion = reorder_suggestion(_forecast(), lead_time=5, stock=20)

    assert suggestion.lead_demand == 50
    assert suggestion.reorder_point == pytest.approx(50 + suggestion.safety_stock)
    assert suggestion.quantity >= 12 * 10 - 20


def test_a_higher_service_level_and_a_wider_band_hold_more():
    base = reorder_suggestion(_forecast(), lead_time=5)

    assert reorder_suggestion(_forecast(), lead_time=5, service_level=0.99).safety_stock > base.safety_stock
    assert reorder_suggestion(_forecast(upper=30), lead_time=5).safety_stock > base.safety_stock
    assert reorder_suggestion(_forecast(upper=10), lead_time=5).safety_stock == 0


def test_enough_stock_orders_nothing():
    assert reorder_suggestion(_forecast(), lead_time=5, stock=1_000).quantity == 0


@pytest.mark.parametrize(
    ("forecast", "arguments", "reason"),
    [
        (_forecast(steps=8), {"lead_time": 5}, "covers 8"),
        (_forecast(upper=np.nan), {"lead_time": 5}, "no band"),
        (_forecast(), {"lead_time": 0}, "Lead time"),
        (_forecast(), {"lead_time": 5, "service_level": 1.0}, "service level"),
    ],
)
def test_what_cannot_be_suggested_says_why(forecast, arguments, reason):
    with pytest.raises(ValueError, match=reason):
        reorder_suggestion(forecast, **arguments)
