"""What the page's handlers put into its states, without a browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.ledger.queries import story
from ml_insights.logistics.page import routes
from ml_insights.logistics.state.board import RoutesState
from ml_insights.logistics.state.estimating import EstimateState
from ml_insights.logistics.state.history import HistoryState
from ml_insights.logistics.state.stops import StopsState
from ml_insights.ui.guard import Viewer, acting_as
from tests.integration.demand.test_demand_page import Tab, downloaded, run
from tests.integration.logistics.sample import DAYS, TRUCK, VAN

ADDRESS = "/ml-insights/routes"


@pytest.fixture
def tab() -> Iterator[Tab]:
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.MANAGER, "en")):
        opened = Tab()
        opened.open(ADDRESS)
        yield opened


async def shown(tab: Tab, kind: Any, address: str = ADDRESS) -> Any:
    tab.open(address)
    state = tab.state(kind)
    await run(state, "load")
    return state


async def test_the_page_says_what_to_do_before_there_is_anything(database: Engine, tab: Tab):
    assert (await shown(tab, RoutesState)).phase == "empty"
    assert routes() is not None


async def test_the_page_says_what_to_do_before_the_first_model(company: Engine, tab: Tab):
    assert (await shown(tab, RoutesState)).phase == "empty"


async def test_a_route_of_the_address_is_estimated_explained_and_compared(trained: Engine, tab: Tab):
    state = await shown(tab, EstimateState, f"{ADDRESS}?distance_km=100&weight_kg=500&vehicle_type={VAN}&zone=north")
    assert state.problem == "" and state.values["distance_km"] == "100"
    assert state.result["lo_80"] < state.result["expected"] < state.result["hi_80"]
    assert state.bars[0]["amount"] + sum(bar["amount"] for bar in state.bars[1:-1]) == pytest.approx(
        state.bars[-1]["amount"]
    )
    assert [(one["name"], one["cheapest"]) for one in state.vehicles] == [(VAN, True), (TRUCK, False)]


async def test_what_cannot_be_is_told_and_the_form_keeps_it(trained: Engine, tab: Tab):
    state = await shown(tab, EstimateState)
    await run(state, "submit", state.values | {"distance_km": "-3"})
    assert "-3" in state.problem and state.values["distance_km"] == "-3"
    await run(state, "submit", state.values | {"distance_km": "far"})
    assert "far" in state.problem


async def test_a_vehicle_that_is_used_is_a_decision(trained: Engine, tab: Tab):
    state = await shown(tab, EstimateState)
    await run(state, "save", {"route_id": "T-7"})
    assert state.saved == "T-7"
    await run(state, "use", TRUCK)
    assert state.saved == "T-7" and state.result["vehicle"] == TRUCK
    history = await shown(tab, HistoryState, f"{ADDRESS}?view=history&state=planned")
    (row,) = history.rows
    assert (row["route_id"], row["vehicle_type"], row["accepted"], row["actual"]) == ("T-7", TRUCK, True, None)


async def test_a_double_press_saves_and_decides_once(trained: Engine, tab: Tab, session: Session):
    state = await shown(tab, EstimateState)
    other = VAN if state.values["vehicle_type"] == TRUCK else TRUCK
    for handler, given in (("save", {"route_id": ""}), ("use", other)):
        for _ in range(2):
            await run(state, handler, given)
            assert state.problem == ""
    told = story(session, Dataset.COMPANY, f"route/{state.saved}")
    assert (told.total_predictions, len(told.decisions)) == (2, 1), "one for each vehicle"
    assert (await shown(tab, HistoryState, f"{ADDRESS}?view=history&state=planned")).total == 1


async def test_the_history_is_filtered_sorted_and_exported(trained: Engine, tab: Tab):
    state = await shown(tab, HistoryState, f"{ADDRESS}?view=history")
    total = state.total
    assert 0.5 * DAYS < total < 2 * DAYS and state.figures["mae"] < state.figures["baseline_mae"]
    await run(state, "choose_vehicle", VAN)
    assert state.total == total // 2 and {row["vehicle_type"] for row in state.rows} == {VAN}
    await run(state, "order_by", "error")
    errors = [abs(row["error"]) for row in state.rows]
    assert errors == sorted(errors, reverse=True)
    await run(state, "choose_state", "outside")
    assert 0 < state.total < total // 2 and not any(row["inside"] for row in state.rows)
    lines = downloaded(await run(state, "export")).splitlines()
    assert lines[0].startswith("route_id,departs_at") and len(lines) == 1 + state.total


async def test_a_better_order_of_stops(trained: Engine, tab: Tab):
    state = await shown(tab, StopsState)
    assert state.route == "Van-119" and state.summary["saved_km"] > 1 and state.summary["saved"] >= 0
    assert [row["place"] for row in state.order] == [0, 1, 2, 3]
    await run(state, "choose", "nothing")
    assert "nothing" in state.problem and state.order == []
