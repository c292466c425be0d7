"""What the page's handlers put into its states, without a browser."""

from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.ledger import queries as ledger
from ml_insights.propensity.page import propensity
from ml_insights.propensity.service import listing
from ml_insights.propensity.service.predictions import subject_of
from ml_insights.propensity.state.board import PropensityState
from ml_insights.propensity.state.card import PropensityCardState
from ml_insights.propensity.state.customers import BuyersState
from ml_insights.propensity.state.sheet import BuyerState
from ml_insights.propensity.tables import Mark
from ml_insights.ui.guard import Viewer, acting_as
from tests.integration.propensity.conftest import release

State = TypeVar("State", bound=rx.State)


class Tab:
    """The states of one browser tab."""

    def __init__(self) -> None:
        propensity()
        self.root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]

    def state(self, kind: type[State]) -> State:
        return self.root.get_substate(kind.get_full_name().split("."))  # pyright: ignore[reportReturnType]

    async def open(self, query: str = "") -> None:
        """Come from this address."""
        path = "/ml-insights/propensity"
        data = {"pathname": path, "asPath": path + query, "headers": {"origin": "http://a"}}
        self.root.router_data = data
        self.root.router = RouterData.from_router_data(data)
        await self.run(PropensityState, "load")
        await self.run(BuyersState, "load")

    async def run(self, kind: type[State], handler: str, *arguments: Any) -> Any:
        state = self.state(kind)
        made = state.event_handlers[handler].fn(state, *arguments)
        return await made if hasattr(made, "__await__") else made


@pytest.fixture
def tab(team: dict[str, int]) -> Iterator[Tab]:
    with acting_as(Viewer(team["ana@x.cl"], "Ana", "ana@x.cl", Role.SALES, "en")):
        yield Tab()


async def test_before_the_first_scores_the_page_says_so(tab: Tab) -> None:
    await tab.open()
    assert tab.state(PropensityState).phase == "empty" and tab.state(BuyersState).total == 0
    await tab.run(PropensityCardState, "load")
    assert tab.state(PropensityCardState).phase == "empty"


async def test_the_page_opens_with_figures_and_the_list(tab: Tab) -> None:
    release([0.01 * place for place in range(60, 0, -1)])
    await tab.open()
    board = tab.state(PropensityState)
    assert (board.phase, board.view, len(board.picks)) == ("ready", "week", 30)
    assert board.picks[0]["label"] == "Almacén Los Aromos" and board.picks[0]["call"] == "tel:+5691234"
    assert board.picks[0]["why"].startswith("Their usual day has come: 21 days since the last purchase; usually 20 · ")
    assert board.picks[0]["usual"] == "usually Tuesdays" and board.picks[0]["products"] == "Bread · q"
    told = board.figures
    assert (told["customers"], told["open"], told["backtest"], told["hits"]) == (60, 30, True, 12)
    assert (told["first"], told["last"]) == ("2025-06-02", "2025-06-08")
    buyers = tab.state(BuyersState)
    assert (len(buyers.rows), buyers.total) == (25, 60)
    await tab.run(PropensityCardState, "load")
    assert [row["rank"] for row in tab.state(PropensityCardState).picks] == [1, 2, 3, 4]


async def test_a_mark_changes_the_list(tab: Tab) -> None:
    release([0.5, 0.4])
    await tab.open()
    await tab.run(BuyerState, "open", "C2")
    buyer = tab.state(BuyerState)
    assert (buyer.customer_id, buyer.rank, buyer.mark) == ("C2", 2, "open") and len(buyer.reasons) == 2
    tab.state(BuyerState).event_handlers["write_note"].fn(buyer, " Orders on Thursday ")
    await tab.run(BuyerState, "set_mark", "called")
    await tab.run(PropensityState, "refresh")
    row = tab.state(PropensityState).picks[1]
    assert (row["mark"], row["note"], row["who"]) == ("called", "Orders on Thursday", "Ana")
    await tab.run(PropensityState, "show_only", "called")
    assert [row["customer_id"] for row in tab.state(PropensityState).picks] == ["C2"]
    await tab.run(PropensityState, "show_only", "ordered")
    assert tab.state(PropensityState).picks == []
    await tab.run(BuyerState, "open", "NOBODY")
    assert buyer.customer_id == ""


async def test_who_comes_second_is_told_and_keeps_the_note(tab: Tab, session: Session) -> None:
    release([0.5, 0.4])
    await tab.open()
    await tab.run(BuyerState, "open", "C2")
    buyer = tab.state(BuyerState)
    buyer.event_handlers["write_note"].fn(buyer, "Orders on Thursday")
    with transaction() as acting:
        listing.mark(acting, Dataset.COMPANY, "C2", Mark.NOT_INTERESTED, "Has left", "mia@x.cl")
    shown = await tab.run(BuyerState, "set_mark", "called")
    assert "mia@x.cl" in str(shown[0]) and "Has left" in str(shown[0])
    assert (buyer.mark, buyer.note) == ("not-interested", "Orders on Thursday")
    for _ in range(2):
        await tab.run(BuyerState, "set_mark", "called")
    assert (buyer.mark, buyer.note) == ("called", "Orders on Thursday")
    decided = ledger.story(session, Dataset.COMPANY, subject_of(7, "C2")).decisions
    assert [one.action for one in decided] == ["propensity-called", "propensity-not-interested"]


async def test_the_address_says_what_is_shown(tab: Tab) -> None:
    release([0.5, 0.4, 0.3])
    await tab.open("?view=value&sort=value&q=c2")
    board, buyers = tab.state(PropensityState), tab.state(BuyersState)
    assert (board.view, buyers.sort, buyers.descending, buyers.search) == ("value", "value", False, "c2")
    assert [row["customer_id"] for row in buyers.rows] == ["C2"]
    assert buyers.rows[0]["width_share"] == 100 and buyers.rows[0]["at_share"] == 50
    await tab.run(PropensityState, "show", "customers")
    assert (board.view, buyers.sort, buyers.search) == ("customers", "revenue_7", "")


async def test_what_makes_no_sense_in_an_address_is_the_default(tab: Tab) -> None:
    release([0.5])
    await tab.open("?view=x&sort=password&customer=&q=")
    assert tab.state(PropensityState).view == "week" and tab.state(BuyersState).sort == "revenue_7"
    await tab.run(BuyersState, "order_by", "password")
    await tab.run(BuyersState, "turn_to", 99)
    assert len(tab.state(BuyersState).rows) == 1 and tab.state(BuyersState).sort == "revenue_7"
