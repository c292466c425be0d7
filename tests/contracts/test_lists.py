"""Numbers that nobody can mean: every list, address and route answers them, by the nearest page or in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from inspect import isasyncgen, isawaitable, signature
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import reflex as rx
from reflex.istate.data import RouterData
from reflex.state import BaseState
from reflex_base.registry import RegistrationContext
from sqlalchemy import Engine

from ml_insights.accounts import service
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.capability import load
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.identity import forget_callers
from ml_insights.core.paging import LARGEST, identifier, nearest, nearest_page
from ml_insights.ui import site  # noqa: F401  brings the frame's own states
from ml_insights.ui.guard import Viewer, acting_as
from ml_insights.ui.navigation import pages, top_bar

NUMBERS = (10**30, 1e30, -(10**30), float("nan"), float("inf"), "ten", "²", "9" * 5_000, "", None, 0, -1, 2**31)
TEXTS = ("1" + "0" * 30, "-1", "NaN", "Infinity", "ten", "²", "9" * 5_000, str(2**31), str(2**63))
EMAIL, PASSWORD = "ana@example.com", "correct horse 9"
MANY = 1_000_000
ADDRESSED = ("page", "run", "alert", "owner", "days", "months", "span", "limit", "offset", "id")
LISTS = 18
"""Lists with pages that the product has at least: a walk that finds fewer has lost its way."""


def handlers() -> list[tuple[type[BaseState], str]]:
    """(state, handler) of everything that a browser can call."""
    for page in pages():
        load(page.view)
        if page.on_load:
            load(page.on_load)
    for part in top_bar():
        load(part.on_load)
    every = RegistrationContext.get().event_handlers
    found = {
        (entry.states[0], name.rpartition(".")[2])
        for name, entry in every.items()
        if entry.states[0].__module__.startswith("ml_insights.")
    }
    return sorted(found, key=lambda one: (one[0].__name__, one[1]))


def turning() -> list[tuple[type[BaseState], str]]:
    """Those that turn the page of a list."""
    return [(kind, name) for kind, name in handlers() if "page" in signature(kind.event_handlers[name].fn).parameters]


def routes() -> dict[str, tuple[list[str], dict[str, str]]]:
    """Of each route that reads: its numbers in the path and in the query, each with a value that passes."""
    found = {}
    for path, methods in create_api().openapi()["paths"].items():
        numbers = [one for one in methods.get("get", {}).get("parameters", []) if _is_number(one["schema"])]
        if numbers:
            found[path] = [one["name"] for one in numbers], {one["name"]: one["in"] for one in numbers}
    return found


def _is_number(schema: dict[str, Any]) -> bool:
    kinds = [schema.get("type"), *(one.get("type") for one in schema.get("anyOf", []))]
    return "integer" in kinds or "number" in kinds


class Tab:
    """The states of one browser tab, at an address."""

    def __init__(self, address: str = "/") -> None:
        self.root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
        data = {"pathname": "/", "asPath": address, "headers": {"accept-language": "en", "origin": "http://a"}}
        self.root.router_data, self.root.router = data, RouterData.from_router_data(data)

    def state(self, kind: type[BaseState]) -> Any:
        return self.root.get_substate(kind.get_full_name().split("."))


@pytest.fixture
def admin(database: Engine) -> Iterator[Viewer]:
    with transaction() as session:
        service.add_user(session, EMAIL, "Ana", Role.ADMIN, PASSWORD, "test")
    person = Viewer(1, "Ana", EMAIL, Role.ADMIN, "en")
    with acting_as(person):
        yield person


async def called(handler: Any, state: Any, *arguments: Any) -> None:
    """Run a handler to its end, of whichever kind it is."""
    made = handler.fn(state, *arguments)
    if isasyncgen(made):
        async for _ in made:
            pass
    elif isawaitable(made):
        await made


def test_the_lists_are_found() -> None:
    assert len(turning()) >= LISTS


async def test_every_list_turns_to_the_nearest_page(admin: Viewer) -> None:
    for kind, name in turning():
        for asked in NUMBERS:
            state = Tab().state(kind)
            state.total = MANY
            with suppress(ProductError):
                await called(state.event_handlers[name], state, asked)
            assert 1 <= state.page <= MANY, f"{kind.__name__}.{name}({asked!r})"


async def test_every_address_is_answered(admin: Viewer) -> None:
    loads = [kind for kind, name in handlers() if name == "load"]
    assert len(loads) > LISTS
    for text in TEXTS:
        tab = Tab("/?job=backup&" + "&".join(f"{name}={quote(text)}" for name in ADDRESSED))
        for kind in loads:
            state = tab.state(kind)
            await called(state.event_handlers["load"], state)


async def test_every_route_refuses_in_words(database: Engine) -> None:
    forget_callers()
    with transaction() as session:
        service.add_user(session, EMAIL, "Ana", Role.ADMIN, PASSWORD, "test")
        key = service.create_key(session, "Test", Role.ADMIN, ("read",), None, EMAIL).secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    asked = routes()
    assert {"/api/ml/customers", "/api/ml/churn/alerts", "/api/ml/demand/series"} <= set(asked)
    async with httpx.AsyncClient(transport=transport, base_url="http://a", headers={"X-API-Key": key}) as client:
        for path, (names, places) in asked.items():
            for name in names:
                for text in TEXTS:
                    await check(client, path, name, places, text)
    forget_callers()


async def check(client: httpx.AsyncClient, path: str, name: str, places: dict[str, str], text: str) -> None:
    address = path
    for other, place in places.items():
        if place == "path":
            address = address.replace("{" + other + "}", quote(text if other == name else "1"))
    query = {name: text} if places[name] == "query" else {}
    answer = await client.get(address.replace("{", "").replace("}", ""), params=query)
    assert answer.status_code < 500, f"{path} {name}={text[:40]}: {answer.text[:300]}"
    if answer.status_code == 422:
        assert len(answer.json()["detail"].split()) > 2


@pytest.mark.parametrize(
    ("asked", "page"),
    [(10**30, 4), (-3, 1), (float("nan"), 1), ("ten", 1), ("2", 2), (None, 1), (2, 2), (float("inf"), 4), (10**400, 4)],
)
def test_the_nearest_page(asked: Any, page: int) -> None:
    assert nearest_page(asked, 31, 10) == page
    assert nearest_page(asked, 0, 10) == 1


def test_the_nearest_number() -> None:
    assert (nearest("45.9", 7, 180, 30), nearest("x", 7, 180, 30), nearest(-(10**400), 7, 180, 30)) == (45, 30, 7)
    assert (identifier("7"), identifier("²"), identifier("9" * 5_000), identifier(None)) == (7, 0, LARGEST, 0)
