import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml.demand.model import forecast_panel
from ml.demand.recipes import predict_from_recipes
from ml.demand.types import DemandSettings
from tests.unit.ml.demand.panels import daily, many

WILD = st.one_of(
    st.floats(-1e6, 1e6), st.just(0.0), st.just(float("nan")), st.just(float("inf")), st.integers(0, 5).map(float)
)


@pytest.mark.usefixtures("light_field")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_series_gets_a_finite_forecast_or_a_reason(data):
    parts = []
    for name in range(data.draw(st.integers(1, 3))):
        values = data.draw(st.lists(WILD, min_size=1, max_size=40))
        days = data.draw(st.lists(st.integers(0, 60), min_size=len(values), max_size=len(values)))
        stamps = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")
        parts.append(pd.DataFrame({"unique_id": f"s{name}", "ds": stamps, "y": values}))

    result = forecast_panel(pd.concat(parts), 5)

    answered = set() if result.forecasts.empty else set(result.forecasts["unique_id"])
    refused = {one.unique_id for one in result.refusals}
    assert answered | refused == {f"s{name}" for name in range(len(parts))}
    assert not answered & refused
    if answered:
        assert np.isfinite(result.forecasts["mean"]).all()
        assert (result.forecasts.groupby("unique_id").size() == 5).all()


@pytest.mark.usefixtures("light_field")
def test_a_clear_weekly_pattern_is_found_with_bands_around_it():
    frame = many(6, 170)
    train, test = (
        frame[frame.groupby("unique_id").cumcount() < 150],
        frame[frame.groupby("unique_id").cumcount() >= 150],
    )

    result = forecast_panel(train, 20)

    joined = test.merge(result.forecasts, on=["unique_id", "ds"])
    assert len(joined) == len(test)
    assert (joined["y"] - joined["mean"]).abs().mean() < 3.0
    assert 0.65 <= ((joined["y"] >= joined["lo_80"]) & (joined["y"] <= joined["hi_80"])).mean() <= 0.95
    assert ((joined["lo_95"] <= joined["lo_80"]) & (joined["hi_80"] <= joined["hi_95"])).all()


@pytest.mark.usefixtures("light_field")
def test_non_negative_series_stay_so_bands_included():
    counts = np.random.default_rng(0).poisson(0.4, (3, 120)).ravel().astype(float)
    frame = many(3, 120).assign(y=counts)

    forecasts = forecast_panel(frame, 14).forecasts

    assert (forecasts[["mean", "lo_80", "lo_95"]] >= 0).all().all()


@pytest.mark.usefixtures("light_field")
@pytest.mark.parametrize(("returns", "floored"), [(2, True), (30, False)])
def test_a_few_days_of_net_returns_do_not_make_negative_sales_likely(returns: int, floored: bool):
    sales = np.random.default_rng(0).poisson(2.0, 200).astype(float)
    sales[np.linspace(5, 190, returns).astype(int)] = -9.0

    forecasts = forecast_panel(daily(200).assign(y=sales), 14).forecasts

    assert bool((forecasts["lo_95"] >= 0).all()) is floored


@pytest.mark.usefixtures("light_field")
def test_a_constant_series_is_forecast_as_its_constant():
    frame = daily(60).assign(y=5.0)

    assert np.allclose(forecast_panel(frame, 7).forecasts["mean"], 5.0)


@pytest.mark.usefixtures("light_field")
def test_too_short_for_a_backtest_gets_a_forecast_with_a_wide_band_that_says_it_is_not_measured():
    frame = daily(5)

    result = forecast_panel(frame, 7)

    assert np.isfinite(result.forecasts["mean"]).all()
    assert set(result.measured_steps.values()) == {0}
    assert (result.forecasts["hi_80"] - result.forecasts["lo_80"]).min() >= frame["y"].mean() / 2
    assert (result.forecasts["hi_95"] > result.forecasts["hi_80"]).all()


@pytest.mark.usefixtures("light_field")
def test_a_horizon_longer_than_what_was_measured_says_so_and_widens():
    result = forecast_panel(daily(100), 90)
    width = result.forecasts["hi_80"] - result.forecasts["lo_80"]

    assert result.measured_steps == {"s": 25}
    assert width.iloc[-1] >= width.iloc[24]


@pytest.mark.usefixtures("light_field")
def test_the_tables_name_one_winner_a_series_and_the_measured_whole():
    result = forecast_panel(many(4), 7)

    assert (result.backtest.groupby("unique_id")["chosen"].sum() == 1).all()
    assert result.panel_backtest["candidate"].iloc[-1] == "tournament"
    assert set(result.gains["unique_id"]) == {"s0", "s1", "s2", "s3"}
    chosen = result.backtest[result.backtest["chosen"]].set_index("unique_id")["candidate"]
    assert (result.forecasts.groupby("unique_id")["method"].first() == chosen).all()


@pytest.mark.usefixtures("light_field")
def test_the_same_input_gives_the_same_answer():
    first, second = forecast_panel(many(3), 7).forecasts, forecast_panel(many(3), 7).forecasts

    pd.testing.assert_frame_equal(first, second)


@pytest.mark.usefixtures("light_field")
def test_progress_names_each_method_and_ends_at_one():
    heard: list[tuple[str, float]] = []

    forecast_panel(daily(), 7, progress=lambda name, share: heard.append((name, share)))

    shares = [share for _, share in heard]
    assert {name for name, _ in heard} == {"seasonal_naive", "damped_trend", "drift_theta", "boosted"}
    assert len(set(shares)) > 4 and shares == sorted(shares) and shares[-1] == 1.0


@pytest.mark.usefixtures("light_field")
def test_a_known_promotion_moves_the_forecast():
    frame = pd.concat([daily(300, name=f"s{n}", seed=n) for n in range(4)], ignore_index=True)
    promotion = np.random.default_rng(0).random(len(frame)) < 0.2
    frame = frame.assign(promotion=promotion.astype(float), y=frame["y"] + 60 * promotion)
    stamps = pd.date_range(frame["ds"].max() + pd.Timedelta(days=1), periods=10)
    future = pd.concat(
        [pd.DataFrame({"unique_id": f"s{n}", "ds": stamps, "promotion": [0.0, 1.0] * 5}) for n in range(4)]
    )

    forecasts = forecast_panel(frame, 10, future=future).forecasts

    on, off = forecasts["step"] % 2 == 0, forecasts["step"] % 2 == 1
    assert forecasts.loc[on, "mean"].mean() - forecasts.loc[off, "mean"].mean() > 40


@pytest.mark.parametrize("horizon", [0, -1, 10_000])
def test_an_impossible_horizon_is_refused(horizon):
    with pytest.raises(ValueError, match="horizon"):
        forecast_panel(daily(), horizon)


@pytest.mark.slow
def test_the_whole_field_runs_and_recipes_repeat_its_forecast():
    frame = many(2, 80)
    fitted = forecast_panel(frame, 7, settings=DemandSettings(n_jobs=2))
    stored = json.loads(json.dumps(fitted.recipes))

    again = predict_from_recipes(frame, 7, stored, fitted.models)

    columns = ["unique_id", "ds", "step", "mean", "lo_80", "hi_80", "lo_95", "hi_95", "method"]
    expected = fitted.forecasts[columns].sort_values(["unique_id", "step"], ignore_index=True)
    actual = again[columns].sort_values(["unique_id", "step"], ignore_index=True)
    pd.testing.assert_frame_equal(actual, expected, rtol=1e-4, atol=1e-4)
    assert {"prophet", "auto_ets", "theta", "mstl", "boosted", "median_best_3"} <= set(fitted.backtest["candidate"])
