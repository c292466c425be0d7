"""The awkward inputs that concern the methods: two-week rhythms, odd products in a panel, rare and one-off sales."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.demand.evaluate import evaluate_demand
from ml.demand.features import series_from_orders
from ml.demand.model import forecast_panel
from ml.demand.types import DemandForecast, DemandSettings

CHEAP = (
    "seasonal_naive",
    "damped_trend",
    "drift_theta",
    "naive_cycle",
    "damped_trend_cycle",
    "day_of_month",
    "croston_sba",
    "tsb",
)
QUICK = DemandSettings(candidates=CHEAP)
BOOSTED = DemandSettings(candidates=(*CHEAP, "boosted_recursive"))
ODD = ("C_UNA_VENTA", "D_DOS_VENTAS", "E_NUEVO", "F_DESCONTINUADO", "G_SOLO_DEVOLUCIONES")


def products(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path)
    orders = pd.DataFrame(
        {
            "ordered_at": pd.to_datetime(rows["order_date"], utc=True) + pd.Timedelta(hours=12),
            "product_id": rows["product"],
            "quantity": rows["quantity"],
            "unit_price": rows["unit_price"],
        }
    )
    series = series_from_orders(orders, zone="America/Santiago")
    series = series[series["unique_id"].str.startswith("units/product/")]
    return series.assign(unique_id=series["unique_id"].str.removeprefix("units/product/"))


def test_shops_with_a_rhythm_of_two_weeks(cases: Path) -> None:
    frame = pd.read_csv(cases / "30-two-week-rhythm" / "series.csv").assign(ds=lambda rows: pd.to_datetime(rows["ds"]))

    model = evaluate_demand(frame, 42, settings=BOOSTED)["results"]["model"]

    assert model["mase"] <= 0.342
    assert 0.77 <= model["coverage_80"] <= 0.86
    assert 0.93 <= model["coverage_95"] <= 0.99


def test_their_sundays_sell_nothing(cases: Path) -> None:
    frame = pd.read_csv(cases / "30-two-week-rhythm" / "series.csv").assign(ds=lambda rows: pd.to_datetime(rows["ds"]))

    said = forecast_panel(frame, 42, settings=QUICK).forecasts

    sundays = said[said["ds"].dt.weekday == 6]
    assert len(sundays) == 24 * 6
    assert (sundays[["mean", "lo_80", "hi_80", "lo_95", "hi_95"]].to_numpy() == 0).all()


@pytest.fixture(scope="module")
def eight(cases: Path) -> pd.DataFrame:
    return products(cases / "14-panel-short-constant-stopped" / "ventas_panel.csv")


@pytest.fixture(scope="module")
def forecast_of_eight(eight: pd.DataFrame) -> DemandForecast:
    return forecast_panel(eight, 14, settings=BOOSTED)


def test_odd_products_change_nothing_for_the_others(eight: pd.DataFrame, forecast_of_eight: DemandForecast) -> None:
    alone = forecast_panel(eight[~eight["unique_id"].isin(ODD)], 14, settings=BOOSTED).forecasts

    both = alone.merge(forecast_of_eight.forecasts, on=["unique_id", "ds"], suffixes=("", "_among_all"))

    assert len(both) == 3 * 14
    for column in ("mean", "lo_80", "hi_80", "lo_95", "hi_95"):
        np.testing.assert_allclose(both[column], both[f"{column}_among_all"], rtol=1e-6)


def test_products_with_too_few_sales_have_a_wide_band_that_says_it_is_not_measured(
    forecast_of_eight: DemandForecast,
) -> None:
    steps = forecast_of_eight.measured_steps
    once, twice, new = (
        forecast_of_eight.forecasts.query("unique_id == @name") for name in ("C_UNA_VENTA", "D_DOS_VENTAS", "E_NUEVO")
    )

    assert [steps[name] for name in ("C_UNA_VENTA", "D_DOS_VENTAS", "E_NUEVO")] == [0, 0, 0]
    assert once["hi_80"].min() >= 4 and twice["hi_80"].min() >= 2
    assert 100 <= new["mean"].sum() <= 240
    assert (new["hi_80"] - new["lo_80"]).min() >= 0.8 * new["mean"].min()


def test_a_stove_sold_by_the_hundred_every_other_month_is_fifty_a_month(cases: Path) -> None:
    stoves = products(cases / "15-month-end-and-partial-month" / "c_meses_vacios.csv")

    answer = forecast_panel(stoves, 30, settings=QUICK)

    assert 30 <= answer.forecasts.query("unique_id == 'Estufa'")["mean"].sum() <= 110
    assert answer.measured_steps["Estufa"] == 0


def test_a_panic_of_last_year_does_not_come_back(cases: Path) -> None:
    paper = products(cases / "17-one-off-spike" / "b_compra_por_panico.csv")

    said = forecast_panel(paper, 30, settings=BOOSTED)

    fortnight = said.forecasts[said.forecasts["ds"].between("2026-12-01", "2026-12-14")]
    assert 80 <= fortnight["mean"].mean() <= 160
