"""What the page's handlers put into its states, without a browser."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlalchemy import Engine

from ml_insights.churn.page import churn
from ml_insights.churn.queries.alerts import today
from ml_insights.churn.service import changing
from ml_insights.churn.state.alerts import AlertsState
from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.bulk import BulkState
from ml_insights.churn.state.card import ChurnCardState
from ml_insights.churn.state.customers import ScoresState
from ml_insights.churn.state.rules import ChurnRulesState
from ml_insights.churn.state.sheet import AlertState
from ml_insights.churn.tables import AlertStatus
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.ui.guard import Viewer, acting_as
from tests.integration.churn.conftest import AS_OF, HORIZON, MODEL, alert_all, release, scored

State = TypeVar("State", bound=rx.State)


class Tab:
    """The states of one browser tab."""

    def __init__(self) -> None:
        churn()
        self.root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]

    def state(self, kind: type[State]) -> State:
        return self.root.get_substate(kind.get_full_name().split("."))  # pyright: ignore[reportReturnType]

    async def open(self, address: str = "/ml-insights/churn") -> None:
        """Come from this address."""
        data = {"pathname": "/ml-insights/churn", "asPath": address, "headers": {"origin": "http://a"}}
        self.root.router_data = data
        self.root.router = RouterData.from_router_data(data)
        await self.run(ChurnState, "load")
        kind = ScoresState if self.state(ChurnState).view == "customers" else AlertsState
        await self.run(kind, "load")

    async def run(self, kind: type[State], handler: str, *arguments: Any) -> Any:
        state = self.state(kind)
        made = state.event_handlers[handler].fn(state, *arguments)
        if hasattr(made, "__aiter__"):
            return [event async for event in made]
        return await made if hasattr(made, "__await__") else made


@pytest.fixture
def tab(team: dict[str, int]) -> Iterator[Tab]:
    release(scored([500 + place for place in range(30)]))
    alert_all(capacity=27)
    with acting_as(Viewer(team["ana@x.cl"], "Ana", "ana@x.cl", Role.SALES, "en")):
        yield Tab()


def said(events: Any) -> str:
    return " ".join(str(event) for event in (events if isinstance(events, list) else [events]))


async def test_the_page_opens_with_figures_and_the_best_alerts(tab: Tab) -> None:
    await tab.open()
    board, alerts = tab.state(ChurnState), tab.state(AlertsState)
    assert (board.phase, board.figures["customers"], board.figures["todo"]) == ("ready", 30, 27)
    assert (board.can_work, board.can_rule) == (True, False)
    assert (len(alerts.rows), alerts.total, alerts.rows[0]["at_risk"]) == (25, 27, 529.0)
    assert alerts.rows[0]["reasons"].startswith("63 days since the last order; usually 21 · Spent in ")
    await tab.run(AlertsState, "turn_to", 2)
    assert len(alerts.rows) == 2


async def test_the_figures_at_risk_prove_themselves(tab: Tab) -> None:
    assert await tab.run(ChurnState, "export_at_risk") is None
    await tab.open()
    board = tab.state(ChurnState)
    first, last = AS_OF + timedelta(days=1), AS_OF + timedelta(days=HORIZON)
    assert (board.proof["period_first"], board.proof["period_last"]) == (first.isoformat(), last.isoformat())
    assert (board.proof["rows"], board.proof["model"]) == (board.figures["customers"], MODEL)
    file = said(await tab.run(ChurnState, "export_at_risk"))
    assert f"/api/ml/churn/customers.csv?least={board.figures['least']}&format=csv" in file


async def test_the_address_says_what_is_shown(tab: Tab) -> None:
    await tab.open("/ml-insights/churn?owner=me&sort=due_on&q=c1&alert=3&show=nonsense")
    alerts = tab.state(AlertsState)
    assert (alerts.owner, alerts.sort, alerts.descending, alerts.search, alerts.shown) == (
        "me", "due_on", False, "c1", "todo",
    )  # fmt: skip
    assert alerts.rows and {row["owner"] for row in alerts.rows} == {"Ana"}
    await tab.run(AlertsState, "order_by", "probability")
    await tab.open("/ml-insights/churn?owner=none")
    assert (alerts.owner, alerts.sort) == ("me", "probability"), "a reload of the data undoes no choice"


async def test_an_alert_is_worked_to_retained(tab: Tab) -> None:
    await tab.open()
    await tab.run(AlertState, "open", 1)
    sheet = tab.state(AlertState)
    assert sheet.alert["next_step"].startswith("Call now") and len(sheet.reasons) == 3
    await tab.run(AlertState, "write_note", "Spoke to Rosa")
    await tab.run(AlertState, "move", "contacted")
    assert (sheet.alert["status"], sheet.note, sheet.history[0]["note"]) == ("contacted", "", "Spoke to Rosa")
    await tab.run(AlertState, "move", "retained")
    assert sheet.alert["status"] == "retained" and not sheet.alert["active"]
    await tab.run(ChurnState, "count_again")
    assert tab.state(ChurnState).figures["saved"] == 1
    assert "cannot become" in said(await tab.run(AlertState, "move", "lost"))
    await tab.run(AlertState, "reopen")
    assert sheet.alert["status"] == "contacted"


async def test_the_second_person_is_told_and_sees_it(tab: Tab) -> None:
    await tab.open()
    await tab.run(AlertState, "open", 1)
    with transaction() as session:
        changing.move(session, Dataset.COMPANY, 1, AlertStatus.CONTACTED, "beto@x.cl")
    await tab.run(AlertState, "ask_reason", True)
    assert "beto@x.cl has changed" in said(await tab.run(AlertState, "dismiss"))
    assert tab.state(AlertState).alert["status"] == "contacted"


async def test_planning(tab: Tab, team: dict[str, int]) -> None:
    await tab.open()
    await tab.run(AlertState, "open", 2)
    sheet = tab.state(AlertState)
    await tab.run(AlertState, "give_to", str(team["beto@x.cl"]))
    assert sheet.alert["owner"] == "Beto"
    await tab.run(AlertState, "give_to", "")
    assert sheet.alert["owner"] == "" and sheet.history[0]["what"] == "Owner removed"
    day = (today() + timedelta(days=9)).isoformat()
    await tab.run(AlertState, "set_due", day)
    await tab.run(AlertState, "set_due", "no day")
    assert sheet.alert["due_on"] == day
    assert "cannot be used" in said(await tab.run(AlertState, "set_due", "1999-01-01"))
    await tab.run(AlertState, "snooze", 14)
    assert sheet.alert["snoozed_until"] == (today() + timedelta(days=14)).isoformat()
    await tab.run(AlertState, "snooze", 0)
    assert sheet.alert["snoozed_until"] == ""
    assert "There is no alert" in said(await tab.run(AlertState, "open", 999))


async def test_many_at_once(tab: Tab, team: dict[str, int]) -> None:
    await tab.open()
    alerts = tab.state(AlertsState)
    await tab.run(AlertsState, "choose", "1", True)
    await tab.run(AlertsState, "choose", "999", True)
    assert alerts.chosen == {"1": 1}
    await tab.run(AlertsState, "choose_all", True)
    assert len(alerts.chosen) == 25 and alerts.all_chosen
    with transaction() as session:
        changing.move(session, Dataset.COMPANY, alerts.rows[0]["id"], AlertStatus.CONTACTED, "beto@x.cl")
    done = said(await tab.run(BulkState, "give_to", str(team["beto@x.cl"])))
    assert "24 alerts changed; 1 left" in done and alerts.chosen == {}
    await tab.run(AlertsState, "choose_owner", str(team["beto@x.cl"]))
    assert alerts.total >= 24
    await tab.run(AlertsState, "choose_all", True)
    await tab.run(BulkState, "dismiss", "not-worth")
    await tab.run(AlertsState, "start_over")
    assert alerts.total <= 3


async def test_every_customer(tab: Tab) -> None:
    await tab.open("/ml-insights/churn?view=customers")
    scores = tab.state(ScoresState)
    assert (scores.total, scores.rows[0]["customer_id"], scores.rows[0]["alert"] > 0) == (30, "C30", True)
    await tab.run(ScoresState, "find", "aromos")
    assert [row["name"] for row in scores.rows] == ["Almacén Los Aromos"]
    assert "search=aromos" in said(await tab.run(ScoresState, "export"))


async def test_rules_change_who_is_at_risk(tab: Tab, team: dict[str, int]) -> None:
    with acting_as(Viewer(team["manager@x.cl"], "Mia", "manager@x.cl", Role.MANAGER, "en")):
        await tab.open()
        form = {"capacity": "5", "contact_cost": "25.99", "save_rate": "20", "margin_share": "25", "due_days": ""}
        await tab.run(ChurnRulesState, "save", form | {"save_rate": "a lot"})
        assert "a lot" in tab.state(ChurnRulesState).error
        await tab.run(ChurnRulesState, "save", form | {"margin_share": "250"})
        assert "must be from" in tab.state(ChurnRulesState).error
        await tab.run(ChurnRulesState, "save", form)
        await tab.run(ChurnState, "refresh")
    figures = tab.state(ChurnState).figures
    assert (figures["capacity"], figures["due_days"], figures["customers"]) == (5, 7, 10)
    assert tab.state(ChurnState).best["best"] == 10


async def test_the_list_as_a_file(tab: Tab) -> None:
    await tab.open()
    assert "churn-alerts.csv" in said(await tab.run(AlertsState, "export"))


async def test_the_overview_shows_what_presses(tab: Tab) -> None:
    await tab.run(ChurnCardState, "load")
    card = tab.state(ChurnCardState)
    assert (card.phase, card.figures["todo"], len(card.rows)) == ("ready", 27, 3)


async def test_before_the_first_scores(database: Engine) -> None:
    with acting_as(Viewer(1, "Ana", "ana@x.cl", Role.SALES, "en")):
        tab = Tab()
        await tab.run(ChurnCardState, "load")
        assert tab.state(ChurnCardState).phase == "empty"
        data = {"pathname": "/ml-insights/churn", "asPath": "/ml-insights/churn", "headers": {"origin": "http://a"}}
        tab.root.router_data, tab.root.router = data, RouterData.from_router_data(data)
        await tab.run(ChurnState, "load")
        assert tab.state(ChurnState).phase == "empty"
