"""What the handlers of segments and customers put into their states, without a browser."""

import base64
import csv
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import httpx
import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlalchemy import Engine

from ml_insights.core.access import Role
from ml_insights.customers.state.customer import CustomerState
from ml_insights.customers.state.listing import CustomersState
from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.card import SegmentsCardState
from ml_insights.segments.state.members import MembersState
from ml_insights.ui.arrival import forget
from ml_insights.ui.guard import Viewer, acting_as
from tests.integration.segments.conftest import EACH, compute, shop  # noqa: F401  fixture
from tests.integration.segments.test_segments_api import client  # noqa: F401  fixture

State = TypeVar("State", bound=rx.State)


class Tab:
    """The states of one browser tab."""

    def __init__(self) -> None:
        self.root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]

    async def open(self, kind: type[State], address: str) -> State:
        """Come from this address, and load."""
        data = {"pathname": "/", "asPath": address, "headers": {"accept-language": "en", "origin": "http://a"}}
        self.root.router_data = data
        self.root.router = RouterData.from_router_data(data)
        await forget(self.root)
        state: State = self.root.get_substate(kind.get_full_name().split("."))  # pyright: ignore[reportAssignmentType]
        await run(state, "load")
        return state


async def run(state: rx.State, handler: str, *arguments: Any) -> Any:
    return await state.event_handlers[handler].fn(state, *arguments)


def downloaded(event: Any) -> str:
    """The file that an export sends."""
    data = next(re.finditer(r"base64,([A-Za-z0-9+/=]+)", str(event.args)))
    return base64.b64decode(data[1]).decode()


@pytest.fixture
def tab(shop: Engine) -> Iterator[Tab]:  # noqa: F811
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.SALES, "en")):
        yield Tab()


async def test_before_the_first_run_every_page_says_so(tab: Tab) -> None:
    assert (await tab.open(SegmentsState, "/ml-insights/segments")).phase == "empty"
    assert (await tab.open(SegmentsCardState, "/")).phase == "empty"
    assert (await tab.open(MembersState, "/ml-insights/segments")).total == 0
    customers = await tab.open(CustomersState, "/ml-insights/customers")
    assert [row["customer_id"] for row in customers.rows] == ["lost-1", "silent", "best-0"]


async def test_the_address_says_which_members(tab: Tab) -> None:
    compute()
    members = await tab.open(MembersState, "/ml-insights/segments?segment=dormant&sort=name&q=old")
    assert (members.segment, members.sort, members.descending, members.total) == ("dormant", "name", False, EACH)
    assert {row["title"] for row in members.rows} == {"Dormant"}
    await run(members, "choose_segment", "dormant")
    assert members.segment == "" and members.total == EACH
    nonsense = await tab.open(MembersState, "/ml-insights/segments?segment=kings&sort=password&from=nowhere")
    assert (nonsense.segment, nonsense.sort, nonsense.came_from, nonsense.total) == ("", "revenue", "any", 4 * EACH)
    event = nonsense.event_handlers["export"].fn(nonsense, "xlsx")
    assert "/api/ml/segments/members.csv?sort=revenue&descending=True&format=xlsx" in str(event.args)


@pytest.mark.parametrize(
    ("route", "lines"), [("/api/ml/segments/members.csv", 4 * EACH), ("/api/ml/customers.csv", 4 * EACH)]
)
async def test_a_list_is_a_file_of_the_api(
    tab: Tab,
    client: httpx.AsyncClient,  # noqa: F811
    route: str,
    lines: int,
) -> None:
    compute()
    for sort, descending in (("name", False), ("revenue", True), ("orders", True), ("recency", False)):
        answer = await client.get(route, params={"sort": sort, "descending": descending})
        assert answer.status_code == 200, answer.text
        rows = list(csv.DictReader(answer.text.splitlines()))
        bought = [row for row in rows if row["orders"]]
        assert len({row["customer_id"] for row in rows}) == len(rows) and len(bought) == lines
        if sort != "name":
            values = [float(row[sort]) for row in bought]
            assert values == sorted(values, reverse=descending)
        assert "Åsa 100% Ltd" in answer.text
    only = await client.get(route, params={"search": "100%"})
    assert [row["name"] for row in csv.DictReader(only.text.splitlines())] == ["Åsa 100% Ltd"]
    assert (await client.get(route, params={"sort": "password"})).status_code == 422


async def test_cards_and_movements_agree(tab: Tab) -> None:
    compute()
    page = await tab.open(SegmentsState, "/ml-insights/segments")
    assert (page.phase, page.is_present) == ("ready", True)
    assert sum(card["customers"] for card in page.cards) == 4 * EACH
    assert sum(row["total"] for row in page.flow) == 4 * EACH
    assert sum(len(trace["x"]) for trace in page.figure["data"]) == 4 * EACH
    await run(page, "choose_month", page.months[-1])
    assert page.is_present is False and page.month == page.months[-1]
    await run(page, "choose_month", "not a month")
    assert page.is_present


async def test_a_customer_and_nobody(tab: Tab) -> None:
    compute()
    page = await tab.open(CustomerState, "/ml-insights/customer?id=best-0")
    assert (page.phase, page.head["name"], page.segment["title"]) == ("ready", "Åsa 100% Ltd", "Champions")
    shown = len(page.entries)
    await run(page, "show_more")
    assert shown < len(page.entries) <= page.total
    await run(page, "choose_kind", "segment")
    assert {entry["kind"] for entry in page.entries} == {"segment"}
    assert "Order best-0" in downloaded(await run(page, "export"))
    missing = await tab.open(CustomerState, "/ml-insights/customer?id=nobody")
    assert missing.phase == "missing" and "nobody" in missing.error


async def test_figures_of_a_customer_are_what_the_lines_of_their_proofs_add_up_to(tab: Tab) -> None:
    compute()
    shown = await tab.open(CustomerState, "/ml-insights/customer?id=best-0")
    assert {"revenue", "orders", "last"} <= set(shown.proofs)

    async def lines(figure: str) -> list[dict[str, str]]:
        text = downloaded(await run(shown, "export_lines", figure))
        found = list(csv.DictReader(text.splitlines()))
        assert len(found) == shown.proofs[figure]["rows"] > 0
        return found

    revenue, orders, last = [await lines(figure) for figure in ("revenue", "orders", "last")]
    assert sum(float(line["amount"]) for line in revenue) == pytest.approx(shown.head["revenue"])
    assert all(float(one["quantity"]) * float(one["unit_price"]) == pytest.approx(float(one["amount"])) for one in last)
    assert len({line["order_id"] for line in orders}) == shown.head["orders"]
    assert shown.proofs["last"]["period_first"] == shown.head["last_purchase"]
    assert await run(shown, "export_lines", "everything") is None
