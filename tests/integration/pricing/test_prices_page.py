"""What the page's handlers put into its states, without a browser."""

from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.pricing.facts import LimitsFact
from ml_insights.pricing.page import prices
from ml_insights.pricing.service import deciding
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.state.product import PriceState
from ml_insights.pricing.tables import PriceDecision
from ml_insights.ui.guard import Viewer, acting_as

State = TypeVar("State", bound=rx.State)
PATH = "/ml-insights/prices"


class Tab:
    """The states of one browser tab."""

    def __init__(self) -> None:
        prices()
        self.root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]

    def state(self, kind: type[State]) -> State:
        return self.root.get_substate(kind.get_full_name().split("."))  # pyright: ignore[reportReturnType]

    async def open(self, address: str = PATH) -> None:
        """Come from this address."""
        data = {"pathname": PATH, "asPath": address, "headers": {"origin": "http://a"}}
        self.root.router_data = data
        self.root.router = RouterData.from_router_data(data)
        await self.run(PricesState, "load")
        await self.run(PriceState, "arrive")

    async def run(self, kind: type[State], handler: str, *arguments: Any) -> Any:
        state = self.state(kind)
        made = state.event_handlers[handler].fn(state, *arguments)
        return await made if hasattr(made, "__await__") else made


@pytest.fixture
def tab() -> Iterator[Tab]:
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.ANALYST, "es")):
        yield Tab()


async def test_before_anything_was_computed_the_page_says_so(database: Engine, tab: Tab) -> None:
    await tab.open()
    assert tab.state(PricesState).phase == "empty"


async def test_the_address_chooses_filter_and_product(priced: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?show=unknown&product=product-1")
    board, product = tab.state(PricesState), tab.state(PriceState)
    assert [row["product_id"] for row in board.rows] == ["product-9"] and board.figures["answered"] == 4
    assert (product.product_id, product.product["label"]) == ("product-1", "The product-1")
    assert product.case["floor"] <= product.chosen <= product.case["ceiling"]
    assert len(product.prices["data"][0]["x"]) == 40
    await tab.run(PriceState, "close", False)
    assert product.product_id == ""


async def test_a_product_without_variation_opens_without_a_slider(priced: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=product-9")
    product = tab.state(PriceState)
    assert product.case == {} and product.product["refusal"] == "constant-price"


async def test_an_unknown_product_is_told_and_nothing_opens(priced: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=nothing")
    assert tab.state(PriceState).product_id == ""


async def test_a_price_is_approved_applied_and_shown(priced: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=product-1")
    await tab.run(PriceState, "try_price", 10.4)
    await tab.run(PriceState, "approve")
    board, product = tab.state(PricesState), tab.state(PriceState)
    assert product.product["state"] == "approved" and product.product["decided_price"] == 10.4
    await tab.run(PricesState, "choose", "approved")
    assert [row["product_id"] for row in board.rows] == ["product-1"]
    handed = await tab.run(PricesState, "hand_over")
    assert handed is not None
    await tab.run(PricesState, "apply_all")
    assert board.rows == [] and board.figures["applied"] == 1
    await tab.run(PriceState, "open", "product-1")
    assert [row["state"] for row in product.decisions] == ["applied"]


async def test_the_expected_profit_proves_itself(priced: Engine, tab: Tab) -> None:
    await tab.open(PATH)
    board = tab.state(PricesState)
    await tab.run(PricesState, "choose", "worth")
    assert board.proof["rows"] == board.total == board.figures["worth"]
    assert (board.proof["model"], board.proof["until"]) == (board.figures["model"], board.figures["as_of"])
    assert sum(row["profit_change"] for row in board.rows) == pytest.approx(board.figures["gain"])
    assert "prices-worth" in str(await tab.run(PricesState, "export_worth"))


async def test_a_price_that_is_not_allowed_is_told_in_the_reader_s_language(priced: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=product-1")
    await tab.run(PriceState, "limit", {"floor": "9.9", "ceiling": "10.3", "margin": ""})
    product = tab.state(PriceState)
    assert product.limits["floor"] == "9.9" and product.case["ceiling"] == 10.3
    assert product.case["suggested"] is None or 9.9 <= product.case["suggested"] <= 10.3
    await tab.run(PriceState, "try_price", 10.6)
    await tab.run(PriceState, "approve")
    assert "No se cambió nada" in product.error and product.product["state"] == "suggested"
    await tab.run(PriceState, "limit", {"floor": "nothing"})
    assert "piso" in product.error


async def test_a_suggestion_is_rejected_with_a_reason_and_a_bad_day_is_refused(priced: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=product-2")
    await tab.run(PriceState, "choose_day", "no day")
    await tab.run(PriceState, "try_price", 10.0)
    await tab.run(PriceState, "schedule")
    product = tab.state(PriceState)
    assert product.error
    await tab.run(PriceState, "choose_reason", "contract")
    await tab.run(PriceState, "reject")
    assert product.product["state"] == "rejected" and "acordado" in product.decisions[0]["reason"]


async def test_who_comes_second_is_told_and_keeps_what_was_typed(shelf: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=bread")
    product = tab.state(PriceState)
    await tab.run(PriceState, "ask", "schedule")
    await tab.run(PriceState, "choose_day", product.tomorrow)
    await tab.run(PriceState, "type_price", "11,4")
    with transaction() as session:
        deciding.approve(session, Dataset.COMPANY, "bread", 10.5, "beto@example.com")
    again = await tab.run(PriceState, "schedule")
    assert "beto@example.com ya decidió" in product.error and again is PricesState.load
    assert (product.product["state"], product.product["decided_price"]) == ("approved", 10.5)
    assert (product.chosen, product.form, product.day) == (11.4, "schedule", product.tomorrow)


async def test_who_sets_limits_second_is_told_and_keeps_what_was_typed(shelf: Engine, tab: Tab) -> None:
    await tab.open(f"{PATH}?product=bread")
    with transaction() as session:
        deciding.allow_prices(session, Dataset.COMPANY, "bread", LimitsFact(9.0), "beto@example.com", seen=None)
    await tab.run(PriceState, "ask", "limits")
    form = {"floor": "9.5", "ceiling": "", "margin": "12.345"}
    await tab.run(PriceState, "limit", form)
    product = tab.state(PriceState)
    assert "beto@example.com fijó los límites" in product.error and "de 9 a –" in product.error
    assert (product.form, product.limits) == ("limits", form)
    await tab.run(PriceState, "limit", form)
    assert product.error == "" and product.limits["floor"] == "9.5"
    await tab.run(PriceState, "limit", form)
    assert product.error == ""


async def test_a_double_press_decides_once(shelf: Engine, tab: Tab, session: Session) -> None:
    await tab.open(f"{PATH}?product=bread")
    await tab.run(PriceState, "type_price", "11")
    for handler in ("approve", "approve", "apply", "apply"):
        await tab.run(PriceState, handler)
        assert tab.state(PriceState).error == ""
    (row,) = session.exec(select(PriceDecision)).all()
    assert (row.state, row.version) == ("applied", 2)
