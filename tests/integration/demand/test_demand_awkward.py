"""The awkward files of the demand, as a reader of the page meets them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import reading
from ml_insights.demand import queries
from ml_insights.demand.facts import DemandView, Grain, Wanted
from ml_insights.demand.periods import Period, periods
from ml_insights.demand.policy import Ahead, period_totals
from ml_insights.demand.service import answers, view
from ml_insights.demand.state import figures, rows
from ml_insights.demand.tables import Measure, State
from tests.integration.demand.conftest import compute
from tests.integration.sources.test_import import run


@pytest.fixture
def shop(database: Engine, quick_engine: None) -> Engine:
    """An empty shop with the quick methods: what the page makes of forecasts, not how good they are."""
    return database


def opened(series: str, measure: Measure = Measure.UNITS) -> DemandView:
    return view.series_view(answers.newest_release(at_once=True), measure, series)


def by_month(found: DemandView, days: int = 90) -> dict[date, Period]:
    return {one.first: one for one in periods(found.detail, days, Grain.MONTH)}


def test_products_of_all_kinds_are_told_apart(shop: Engine, cases: Path) -> None:
    """One sale, two sales, ten days, constant, stopped a year ago, only returns, another level since a while."""
    folder = cases / "14-panel-short-constant-stopped"
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    run(folder / "ventas_panel.csv", skip_bad=True)
    assert compute().error is None
    with reading() as session:
        release = queries.current_release(session, Dataset.COMPANY)
        assert release is not None
        found, _ = queries.series_page(session, release.id, Wanted(Measure.UNITS, 14), 100)
    products = {one.ref.key: one for one in found}
    states = {key: one.ref.state for key, one in products.items()}
    wanted = {
        "A_REGULAR": State.ACTIVE,
        "B_CONSTANTE": State.ACTIVE,
        "H_CAMBIO_NIVEL": State.ACTIVE,
        "E_NUEVO": State.NEW,
        "F_DESCONTINUADO": State.STOPPED,
    }
    assert {key: states[key] for key in wanted} == wanted
    assert {states["C_UNA_VENTA"], states["D_DOS_VENTAS"]} <= {State.SHORT, State.NEW, State.STOPPED}
    for key, one in products.items():
        ahead = [point.ds for point in one.forecast]
        assert not ahead or (ahead[0], ahead[-1]) == (date(2026, 11, 23), date(2026, 12, 6)), key
    stopped = products["F_DESCONTINUADO"]
    assert sum(point.mean for point in stopped.forecast) == 0
    assert opened("F_DESCONTINUADO").detail.inactive_since == date(2025, 10, 31)
    constant = products["B_CONSTANTE"].forecast
    bounds = [(point.lo_80, point.hi_80) for point in constant]
    assert all(low is not None and high is not None and low <= 5 <= high for low, high in bounds)
    for key in ("A_REGULAR", "B_CONSTANTE", "H_CAMBIO_NIVEL"):
        low, high = expected[key]["accept"]
        assert low <= sum(point.mean for point in products[key].forecast) <= high, key
    returned = products["G_SOLO_DEVOLUCIONES"]
    assert returned.ref.refusal or sum(point.mean for point in returned.forecast) == 0


def test_a_month_that_has_begun_is_never_held_against_whole_ones(shop: Engine, cases: Path) -> None:
    folder = cases / "15-month-end-and-partial-month"
    expected = json.loads((folder / "expected.json").read_text())["b"]
    run(folder / "b_mes_a_medias.csv")
    compute()
    found = opened("total")
    months = by_month(found)
    october, november, december = (months[date(2026, month, 1)] for month in (10, 11, 12))
    assert (october.value, october.whole) == (expected["october_units"], True)
    assert (november.sold, november.past, november.ahead) == (expected["november_units_so_far"], 9, 21)
    low, high = expected["accept_full_month"]
    assert low <= november.value <= high and low <= december.value <= high
    assert november.lo_80 is not None and november.lo_80 >= 90, "what is sold is certain"
    figure = figures.main_figure(found, Ahead(90), 0, Grain.MONTH)
    drawn = {trace["name"]["en"]: trace for trace in figure["data"] if "name" in trace}
    assert "2026-11-01" not in drawn["History"]["x"] and drawn["History"]["x"][-1] == "2026-10-01"
    assert min(drawn["History"]["y"]) > 200 and min(drawn["Forecast"]["y"]) > 200
    totals = period_totals(found.detail, Ahead(30))
    assert totals.change is not None and abs(totals.change) < 0.15, "thirty days against thirty days"
    assert totals.first == date(2026, 11, 10)


def test_month_ends_are_one_point_in_each_month_and_months_without_a_sale_count(shop: Engine, cases: Path) -> None:
    folder = cases / "15-month-end-and-partial-month"
    run(folder / "c_meses_vacios.csv")
    compute()
    months = by_month(opened("Estufa"), 0)
    window = [months[date(2026, month, 1)].value for month in range(5, 11) if date(2026, month, 1) in months]
    assert sum(window) / 6 == json.loads((folder / "expected.json").read_text())["c"]["Estufa_monthly_mean"]
    assert 0.0 in window, "a month without a sale is drawn as nothing sold, not left out"


def test_month_ends_fall_into_their_months(shop: Engine, cases: Path) -> None:
    folder = cases / "15-month-end-and-partial-month"
    run(folder / "a_fin_de_mes.csv")
    compute()
    found = opened("total", Measure.REVENUE)
    past = [one for one in by_month(found, 0).values() if one.sold]
    assert [one.first.month for one in past] == [pd.Timestamp("2023-11-01").month, *([12, *range(1, 12)] * 3)[:35]]
    ahead = [one for one in by_month(found, 366).values() if one.ahead]
    names = [(one.first.year, one.first.month) for one in ahead if one.whole]
    assert names[:6] == [(2026, 11), (2026, 12), (2027, 1), (2027, 2), (2027, 3), (2027, 4)]


def test_a_slip_is_pointed_out_and_blows_nothing_up(shop: Engine, cases: Path) -> None:
    folder = cases / "17-one-off-spike"
    expected = json.loads((folder / "expected.json").read_text())
    run(folder / "a_dedazo.csv")
    compute()
    found = opened("total")
    assert rows.slip_rows(found, frozenset()) == [{"ds": "2026-06-10", "value": pytest.approx(100_000, rel=0.01)}]
    totals = period_totals(found.detail, Ahead(30))
    low, high = expected["a"]["accept"]
    assert low <= totals.expected <= high
    assert max(point.hi_95 or 0.0 for point in found.detail.forecast[:30]) < 1_000
    figure = figures.main_figure(found, Ahead(30), 0, Grain.DAY)
    highest = max(value for trace in figure["data"] for value in trace["y"] if value is not None)
    assert highest < 500
    marks = next(trace for trace in figure["data"] if trace.get("name", {}).get("en") == "Beyond the axis")
    assert (marks["x"], marks["customdata"]) == (["2026-06-10"], [pytest.approx(100_000, rel=0.01)])
