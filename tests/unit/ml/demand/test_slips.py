"""A keying slip neither moves the level nor blows up the bands, and what sells no more is not forecast."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.demand.closed import stopped
from ml.demand.evaluate import evaluate_demand
from ml.demand.features import series_from_orders
from ml.demand.model import forecast_panel
from ml.demand.regularise import regularise
from ml.demand.slips import without_slips
from ml.demand.types import DemandSettings

QUICK = DemandSettings(freq="D", candidates=("seasonal_naive", "damped_trend", "drift_theta"))


def tamed(y: list[float]) -> np.ndarray:
    frame = pd.DataFrame({"unique_id": "s", "ds": pd.date_range("2025-01-01", periods=len(y)), "y": y})
    (panel,), _ = regularise(frame, 1, None, "D")
    return without_slips(panel).y[0]


def test_one_value_a_thousand_times_too_large_is_cut() -> None:
    y = [100.0 + day % 7 for day in range(200)]
    y[50] = 100_000.0
    assert tamed(y)[50] == 212.0 and (np.delete(tamed(y), 50) == np.delete(y, 50)).all()


def test_bulk_orders_that_come_again_stay() -> None:
    y = [500.0 if day % 30 == 0 else 5.0 for day in range(200)]
    assert (tamed(y) == y).all()


def test_a_busy_day_and_a_slow_product_stay() -> None:
    assert tamed([10.0] * 99 + [60.0])[99] == 60.0
    sparse = [0.0] * 60 + [3.0] + [0.0] * 60
    assert (tamed(sparse) == sparse).all()


def test_scores_are_scaled_by_the_history_as_it_was_given() -> None:
    y = np.random.default_rng(0).poisson(100, 200).astype(float)
    y[50] = 100_000.0
    frame = pd.DataFrame({"unique_id": "s", "ds": pd.date_range("2025-01-01", periods=200), "y": y})
    (one,) = evaluate_demand(frame, 14, settings=QUICK)["details"]
    scale = np.abs(y[7:186] - y[:179]).mean()
    assert one["mase"] == pytest.approx(one["mae"] / scale)


def of_orders(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path)
    noon = (pd.to_datetime(rows["order_date"]) + pd.Timedelta(hours=12)).dt.tz_localize("America/Santiago")
    orders = pd.DataFrame(
        {
            "ordered_at": noon,
            "product_id": rows["product"],
            "quantity": rows["quantity"],
            "unit_price": rows["unit_price"],
        }
    )
    series = series_from_orders(orders, zone="America/Santiago")
    return series[series["unique_id"].str.startswith("units/product/")]


def test_a_keying_slip_of_a_hundred_thousand(cases: Path) -> None:
    said = forecast_panel(of_orders(cases / "17-one-off-spike" / "a_dedazo.csv"), 30, settings=QUICK).forecasts
    assert 2542 <= said["mean"].sum() <= 3438
    assert said["hi_95"].max() < 1000


@pytest.fixture(scope="module")
def panel_of_eight(cases: Path) -> pd.DataFrame:
    return of_orders(cases / "14-panel-short-constant-stopped" / "ventas_panel.csv")


def test_regular_constant_and_shifted_products_are_right_among_odd_ones(panel_of_eight: pd.DataFrame) -> None:
    said = forecast_panel(panel_of_eight, 14, settings=QUICK).forecasts
    total = said.groupby("unique_id")["mean"].sum()
    assert 238 <= total["units/product/A_REGULAR"] <= 322
    assert 66 <= total["units/product/B_CONSTANTE"] <= 74
    assert 340 <= total["units/product/H_CAMBIO_NIVEL"] <= 500
    assert set(said["ds"]) == set(pd.date_range("2026-11-23", "2026-12-06"))


def test_a_product_that_stopped_a_year_ago_sells_nothing(panel_of_eight: pd.DataFrame) -> None:
    said = forecast_panel(panel_of_eight, 14, settings=QUICK).forecasts
    gone = said[said["unique_id"] == "units/product/F_DESCONTINUADO"]
    assert len(gone) == 14 and (gone[["mean", "lo_95", "hi_95"]].to_numpy() == 0).all()


def test_a_product_in_the_rest_of_its_season_has_not_stopped() -> None:
    ds = pd.date_range("2023-10-01", periods=720)
    y = np.where(ds.month >= 10, 20.0, 0.0) + np.where(ds.month >= 10, ds.day % 5, 0)
    (panel,), _ = regularise(pd.DataFrame({"unique_id": "s", "ds": ds, "y": y}), 30, None, "D")
    assert not stopped(panel).any()
