"""What the page's handlers put into its states, without a browser."""

import base64
import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlalchemy import Engine
from sqlmodel import select

from ml_insights.core.access import Role
from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import reading
from ml_insights.demand.page import demand
from ml_insights.demand.page.overview_card import demand_card
from ml_insights.demand.service import answers
from ml_insights.demand.state.card import DemandCardState
from ml_insights.demand.state.first import first_sight
from ml_insights.demand.state.leaving import LeavingOutState
from ml_insights.demand.state.listing import SeriesListState
from ml_insights.demand.state.picker import SeriesSearchState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.reorder import ReorderState
from ml_insights.demand.state.series import DemandState
from ml_insights.ledger.tables import LedgerDecision
from ml_insights.ui.arrival import forget
from ml_insights.ui.guard import Viewer, acting_as
from tests.integration.demand.conftest import DAYS, FIRST_DAY, add_lines, compute, line

State = TypeVar("State", bound=rx.State)


class Tab:
    """The states of one browser tab."""

    def __init__(self) -> None:
        self.root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]

    def state(self, kind: type[State]) -> State:
        return self.root.get_substate(kind.get_full_name().split("."))  # pyright: ignore[reportReturnType]

    def open(self, address: str, language: str = "en") -> None:
        """Come from this address, with this browser."""
        data = {
            "pathname": "/ml-insights",
            "asPath": address,
            "headers": {"accept-language": language, "origin": "http://a"},
        }
        self.root.router_data = data
        self.root.router = RouterData.from_router_data(data)


async def run(state: rx.State, handler: str, *arguments: Any) -> Any:
    return await state.event_handlers[handler].fn(state, *arguments)


@pytest.fixture
def tab(shop: Engine) -> Iterator[Tab]:
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.ANALYST, "en")):
        yield Tab()


def downloaded(event: Any) -> str:
    """The file that an export sends."""
    data = next(re.finditer(r"base64,([A-Za-z0-9+/=]+)", str(event.args)))
    return base64.b64decode(data[1]).decode()


async def load(tab: Tab, address: str = "/ml-insights", language: str = "en") -> DemandState:
    tab.open(address, language)
    await forget(tab.root)
    page = tab.state(DemandState)
    await run(page, "load")
    return page


def trace(page: DemandState, name: str) -> dict[str, Any]:
    return next(one for one in page.figure["data"] if one.get("name", {}).get("en") == name)


async def test_the_page_says_what_to_do_before_the_first_forecast(tab: Tab) -> None:
    page = await load(tab)
    assert (page.phase, page.can_recompute) == ("empty", True)


async def test_the_chart_and_the_headline_say_the_same_as_the_api(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?span=0")
    assert (page.phase, page.error) == ("ready", "")
    release = answers.newest_release()
    assert release.model_version == page.release["model_version"]
    assert len(trace(page, "History")["y"]) == DAYS
    assert sum(trace(page, "Forecast")["y"][1:]) == pytest.approx(page.totals["expected"], rel=1e-3)
    assert page.totals["low"] < page.totals["expected"] < page.totals["high"]
    assert {row["candidate"] for row in page.backtest} >= {"seasonal_naive", "damped_trend"}
    assert len(page.weekday_figure["data"][0]["y"]) == 7


async def test_the_address_chooses_what_is_shown(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?series=bread&measure=revenue&days=14&span=90")
    assert (page.series, page.label) == ("product/bread", "Brown bread")
    assert (page.measure, page.days, page.span) == ("revenue", 14, 90)
    assert len(trace(page, "History")["y"]) == 90
    assert len(trace(page, "Forecast")["y"]) == 14 + 1
    again = await load(tab)
    assert (again.series, again.measure, again.days) == ("total", "units", 30)


async def test_a_socket_that_reconnects_changes_no_choice(tab: Tab) -> None:
    """Its page load runs with the address of the moment, which a choice in flight has not changed yet."""
    compute()
    page = await load(tab)
    await run(page, "choose_measure", "revenue")
    await run(page, "load")
    assert (page.phase, page.measure) == ("ready", "revenue")


async def test_an_address_of_nonsense_shows_the_default(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?measure=weight&days=lots&span=-3")
    assert (page.phase, page.measure, page.days, page.span) == ("ready", "units", 30, 180)


async def test_an_unknown_series_is_an_error_that_one_can_leave(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?series=braed", "es")
    assert page.phase == "failed" and "Brown bread" in page.error and page.error.startswith("No existe")
    await run(page, "start_over")
    assert (page.phase, page.series, page.label) == ("ready", "total", "Todos los productos")


@pytest.mark.parametrize(
    ("asked", "shown"), [(0.0, 7), (7.0, 7), (45.0, 45), (10_000.0, 180), (None, 30), (float("nan"), 30)]
)
async def test_the_horizon_stays_within_its_bounds(tab: Tab, asked: float | None, shown: int) -> None:
    compute()
    page = await load(tab)
    await run(page, "choose_days", asked)
    assert page.days == shown == page.totals["days"]


@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("series", ["total", "bread"])
async def test_chart_headline_and_file_agree_in_every_grain(tab: Tab, grain: str, series: str) -> None:
    compute()
    page = await load(tab, f"/ml-insights?series={series}&days=90&grain={grain}&span=0")
    assert (page.grain, page.days, page.totals["days"]) == (grain, 90, 90)
    rows = list(csv.DictReader(io.StringIO(downloaded(await run(page, "export")))))
    expected = sum(float(row["expected"] or 0) for row in rows)
    assert expected == pytest.approx(page.totals["expected"], abs=0.01 * len(rows))
    drawn = sum(trace(page, "Forecast")["y"][1:]) + sum(value for value in unfinished(page, ahead=True))
    begun = sum(float(row.get("actual") or 0) for row in rows if float(row.get("days_expected") or 0))
    assert drawn == pytest.approx(page.totals["expected"] + (begun if grain != "day" else 0.0), rel=1e-3)


def unfinished(page: DemandState, ahead: bool) -> list[float]:
    """Values of the chart's unfinished periods before or after the last day of data."""
    last = page.release["data_until"]
    marks = [one for one in page.figure["data"] if one.get("name", {}).get("en") == "Unfinished"]
    return [value for one in marks for day, value in zip(one["x"], one["y"], strict=True) if (day > last) is ahead]


async def test_a_year_ahead_is_shown_by_months(tab: Tab) -> None:
    compute()
    page = await load(tab)
    await run(page, "choose_months")
    assert (page.months, page.grain) == (12, "month")
    assert page.totals["last"] == "2026-06-30", "the data end on 24 July 2025, whose month is the first of twelve"
    assert len(trace(page, "Forecast")["x"]) == 1 + 12
    await run(page, "choose_grain", "week")
    assert (page.months, page.days, page.grain) == (0, 180, "week")
    again = await load(tab, "/ml-insights?months=12&grain=day")
    assert (again.months, again.grain, again.totals["last"]) == (12, "month", "2026-06-30")


@pytest.mark.parametrize("grain", ["day", "week", "month"])
async def test_each_point_of_the_chart_is_a_row_with_its_proof(tab: Tab, grain: str) -> None:
    compute()
    page = await load(tab, f"/ml-insights?series=bread&days=90&grain={grain}&span=0")
    points = tab.state(PointsState)
    await run(points, "load")
    assert any(row["expected"] for row in points.rows), "it opens where the forecast begins"
    assert points.total >= len(trace(page, "History")["x"]) + len(trace(page, "Forecast")["x"]) - 1
    for day, drawn in list(zip(trace(page, "Forecast")["x"], trace(page, "Forecast")["y"], strict=True))[1::3]:
        await run(points, "point_at", day)
        row = next(row for row in points.rows if row["first"] == day == points.chosen)
        assert row["value"] == pytest.approx(drawn, rel=1e-4)
        file = list(csv.DictReader(io.StringIO(downloaded(await run(points, "export", day)))))
        assert len(file) == row["proof"]["rows"] == row["seen"]
        assert sum(float(one["actual"] or 0) + float(one["expected"] or 0) for one in file) == pytest.approx(
            row["value"], abs=0.01 * len(file)
        )
        assert row["proof"]["model"] == page.release["model_version"]
        assert row["proof"]["period_first"] == file[0]["day"] and row["proof"]["period_last"] == file[-1]["day"]
    await run(points, "turn_to", 1)
    first = points.rows[0]
    assert first["proof"]["model"] == "" and first["proof"]["until"] == page.release["data_until"]
    await run(points, "point_at", "1999-01-01")
    assert points.rows[0] == first and await run(points, "export", "nonsense") is None


async def test_the_list_agrees_with_the_pages_of_its_series(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?days=90")
    listed = tab.state(SeriesListState)
    await run(listed, "load")
    assert listed.total == 7 == listed.counts["all"] and listed.rows[0]["label"] == "All products"
    for row in listed.rows:
        await run(page, "choose_series", row["series"])
        shown = {name: page.totals.get(name) for name in ("expected", "low", "high", "change")}
        assert shown == {name: row[name] for name in shown}
        if page.totals:
            facts = {name: page.proofs["next"][name] for name in ("rows", "period_first", "period_last", "model")}
            assert facts == {name: row["proof"][name] for name in facts}
    file = list(csv.DictReader(io.StringIO(downloaded(await run(listed, "export")))))
    sums = {row["label"]: float(row["expected"]) for row in file if row["expected"]}
    assert sums["Brown bread"] == pytest.approx(
        next(r["expected"] for r in listed.rows if r["key"] == "bread"), abs=0.01
    )
    days = downloaded(await run(listed, "export_row", "product/bread")).splitlines()
    assert len(days) == 1 + 90


async def test_states_are_counted_chosen_and_remembered(tab: Tab) -> None:
    stopped = [line("wine", day, 3.0) for day in range(80)]
    young = [line("plum", day, 2.0) for day in range(DAYS - 20, DAYS)]
    rare = [line("lamp", day, 1.0) for day in range(0, DAYS, 11)]
    add_lines([*stopped, *young, *rare])
    compute()
    await load(tab, "/ml-insights?show=new")
    listed = tab.state(SeriesListState)
    await run(listed, "load")
    assert {row["key"] for row in listed.rows} == {"plum", "salt", "others"} and listed.show == "new"
    wanted = {"active": {"bread", "milk"}, "stopped": {"wine"}, "new": {"plum", "salt"}, "mostly_zero": {"lamp"}}
    for state, products in wanted.items():
        event = await run(listed, "choose", state)
        assert state in str(event)
        keys = {row["series"].removeprefix("product/") for row in listed.rows if row["series"].startswith("product/")}
        assert keys == products and listed.counts[state] == listed.total
    await run(listed, "choose", "nonsense")
    assert listed.show == "all"
    ended = next(row for row in listed.rows if row["key"] == "wine")
    assert (ended["expected"], ended["state"]) == (0.0, "stopped")


async def test_a_slip_is_left_out_by_one_press_and_taken_back(tab: Tab) -> None:
    add_lines([line("milk", 120, 9_640.0)])
    slip = (FIRST_DAY + timedelta(days=120)).date().isoformat()
    compute()
    page = await load(tab, "/ml-insights?series=milk&span=0")
    assert page.slips == [{"ds": slip, "value": 9_643.0}] and page.anomalies[0]["ds"] == slip
    beyond = trace(page, "Beyond the axis")
    assert (beyond["x"], beyond["customdata"]) == ([slip], [9_643.0])
    assert max(trace(page, "History")["y"]) < 20
    before = page.totals["expected"]
    leaving = tab.state(LeavingOutState)
    for _ in range(2):  # a second press changes nothing more
        await run(leaving, "leave", slip)
    await run(page, "load")
    assert page.slips == [] and slip not in {row["ds"] for row in page.anomalies}
    assert [(row["ds"], row["by"], row["used"]) for row in page.left_out] == [(slip, "ana", False)]
    assert trace(page, "Left out")["x"] == [slip]
    assert told("left-out") == [("units/product/milk", {"day": slip, "units": "9643"})]
    computed = compute().result
    assert computed is not None and computed["computed"], "what is left out is reason enough to compute anew"
    await run(page, "load")
    assert page.left_out[0]["used"] and page.totals["expected"] == pytest.approx(105, rel=0.1)
    assert compute().result == {"release": computed["release"], "computed": False}
    total = await load(tab, "/ml-insights?series=total&span=0")
    assert [row["of"] for row in total.left_out] == ["milk"]
    await run(leaving, "take_back", "product/milk", slip)
    await run(page, "choose_series", "milk")
    assert page.left_out == [] and page.slips[0]["ds"] == slip and len(told("taken-back")) == 1
    assert compute().result != {"release": computed["release"], "computed": False}
    assert before == pytest.approx(105, rel=0.5), "a slip is trimmed where nobody has left it out"


async def test_a_day_of_nonsense_is_not_left_out(tab: Tab) -> None:
    compute()
    await load(tab, "/ml-insights?series=milk")
    leaving = tab.state(LeavingOutState)
    assert await run(leaving, "leave", "yesterday") is None
    assert "does not hold 1999-01-01" in str(await run(leaving, "leave", "1999-01-01"))
    assert told("left-out") == []


def told(action: str) -> list[tuple[str, dict[str, str]]]:
    """What the acts of people and the ledger both say of such decisions."""
    with reading() as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.action == f"demand.{action}")).all()
        decided = session.exec(select(LedgerDecision).where(LedgerDecision.action == action)).all()
        assert [act.subject for act in acts] == [one.subject for one in decided]
        return [(act.subject, act.detail) for act in acts]


async def test_what_cannot_be_forecast_shows_its_history_and_why(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?series=salt")
    assert (page.phase, page.refusal, page.totals, page.has_history) == ("ready", "too_short", {}, True)


async def test_words_follow_the_reader(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights", "es-CL")
    assert page.summary.startswith("Todos los productos: se esperan")
    assert "Ingenuo estacional" in {row["name"] for row in page.backtest}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_first_sight_is_what_the_page_then_shows(tab: Tab, language: str) -> None:
    compute()
    asked = {"series": "bread", "measure": "revenue", "days": "14", "span": "90"}
    page = await load(tab, "/ml-insights?series=bread&measure=revenue&days=14&span=90", language)
    assert first_sight(asked, language) == {"figure": page.figure, "summary": page.summary}


async def test_there_is_no_first_sight_of_what_has_no_forecast(tab: Tab) -> None:
    assert first_sight({}, "en") == {}
    compute()
    assert first_sight({"series": "salt"}, "en") == first_sight({"series": "braed"}, "en") == {}


async def test_the_export_holds_history_and_forecast(tab: Tab) -> None:
    compute()
    page = await load(tab, "/ml-insights?series=milk&days=7")
    header, *lines = downloaded(await run(page, "export")).splitlines()
    assert header == "day,actual,expected,lo_80,hi_80,lo_95,hi_95"
    assert len(lines) == DAYS + 7
    assert lines[0].startswith("2025-01-06,3,") or lines[0] == "2025-01-06,3"


async def test_the_search_finds_series_of_the_measure_shown(tab: Tab) -> None:
    compute()
    await load(tab)
    search = tab.state(SeriesSearchState)
    await run(search, "search", "milk")
    assert [(option["value"], option["label"]) for option in search.options] == [("product/milk", "=Milk()")]
    await run(search, "search", "")
    assert search.total == 7 and search.options[0]["label"] == "All products"
    assert {option["hint"] for option in search.options if option["value"] == "product/salt"} == {"no forecast"}


async def test_reorder_suggestions_sort_page_and_react(tab: Tab) -> None:
    compute()
    table = tab.state(ReorderState)
    await run(table, "load")
    assert {row["key"] for row in table.rows} == {"bread", "milk"} and table.total == 2
    milk = next(row for row in table.rows if row["key"] == "milk")
    assert milk["lead_demand"] == pytest.approx(3.5 * 7, rel=0.1)
    assert milk["reorder_point"] >= milk["lead_demand"]
    await run(table, "choose_lead_time", 14.0)
    later = next(row for row in table.rows if row["key"] == "milk")
    assert later["lead_demand"] == pytest.approx(2 * milk["lead_demand"], rel=0.1)
    await run(table, "choose_service", "99")
    safer = next(row for row in table.rows if row["key"] == "milk")
    assert safer["safety_stock"] > later["safety_stock"]
    await run(table, "order_by", "label")
    assert [row["key"] for row in table.rows] == ["milk", "bread"]
    await run(table, "find", "brown")
    assert [row["key"] for row in table.rows] == ["bread"]


async def test_the_reorder_export_runs_no_formula(tab: Tab) -> None:
    compute()
    table = tab.state(ReorderState)
    assert "'=Milk()" in downloaded(await run(table, "export"))


@pytest.mark.parametrize("asked", [None, float("nan"), -5.0, 0.0, 1e9])
async def test_a_lead_time_of_nonsense_is_mended(tab: Tab, asked: float | None) -> None:
    compute()
    table = tab.state(ReorderState)
    await run(table, "choose_lead_time", asked)
    assert 1 <= table.lead_time <= 83 and table.total == 2


async def test_the_overview_shows_both_measures(tab: Tab) -> None:
    shown = tab.state(DemandCardState)
    await run(shown, "load")
    assert shown.phase == "empty"
    compute()
    await run(shown, "load")
    assert shown.phase == "ready"
    assert shown.units["low"] < shown.units["expected"] < shown.units["high"]
    assert len(shown.revenue["band"].split()) == 60


def test_the_layouts_can_be_built() -> None:
    assert demand().render() and demand_card().render()
