"""The guard, in front of Reflex's own event processor: forged events change nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import reflex as rx
from reflex.istate.manager.token import BaseStateToken
from reflex.state import OnLoadInternalState, StateUpdate, UpdateVarsInternalState
from reflex_base.event import Event
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext
from reflex_base.utils.format import format_event_handler
from sqlalchemy import Engine

from ml_insights.accounts import queries, service
from ml_insights.core.access import Area, Role
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.ui.guard import Guard, allow, public, viewer

PASSWORD = "correct horse 9"


class VaultState(rx.State):
    """A state with something worth guarding."""

    secret: rx.Field[str] = rx.field(default="")
    choice: str = rx.LocalStorage("")
    seen_by: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.USERS)
    async def fill(self, text: str):
        self.secret = text
        self.seen_by = viewer(self).email

    @rx.event(background=True)
    @allow(Area.USERS)
    async def fill_slowly(self, text: str):
        async with self:
            self.secret = text

    @rx.event
    @public
    def greet(self):
        self.secret = "hello"

    @rx.event
    @public
    def chain(self):
        return VaultState.fill("chained")

    @rx.event
    def forgotten(self):
        self.secret = "never declared"


@dataclass
class Browser:
    """A tab that sends events, and everything that was sent back to it."""

    processor: BaseStateEventProcessor
    session: str = ""
    token: str = "11111111-2222-3333-4444-555555555555"
    path: str = "/vault"
    updates: list[StateUpdate] = field(default_factory=list)

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        self.updates.append(update)

    async def send(self, handler: Any, **payload: Any) -> None:
        name = handler if isinstance(handler, str) else format_event_handler(handler)
        headers = {"cookie": f"a=b; session={self.session}"} if self.session else {}
        router = {"pathname": self.path, "asPath": self.path, "query": {}, "headers": headers, "token": self.token}
        future = await self.processor.enqueue(self.token, Event(name=name, payload=payload, router_data=router))
        await asyncio.wait_for(future.wait_all(), timeout=10)

    async def upload(self, handler: Any, **payload: Any) -> None:
        """As Reflex's upload route does it: without headers or route."""
        event = Event(name=format_event_handler(handler), payload=payload)
        async for _ in self.processor.enqueue_stream_delta(self.token, event):
            pass

    async def vault(self) -> VaultState:
        manager = self.processor._root_context.state_manager  # pyright: ignore
        root = await manager.get_state(BaseStateToken(ident=self.token, cls=rx.State))
        return await root.get_state(VaultState)

    @property
    def answers(self) -> str:
        return str([event for update in self.updates for event in update.events])

    @property
    def deltas(self) -> str:
        return str([update.delta for update in self.updates])


@pytest.fixture
async def tab(sqlite_database: Engine) -> AsyncIterator[Browser]:
    forget_callers()
    with RegistrationContext.get().fork():
        app = rx.App()
        app.add_middleware(Guard(), index=0)
        processor = BaseStateEventProcessor(middleware=app)
        opened = Browser(processor)
        async with processor.configure(event_namespace=opened):  # pyright: ignore[reportArgumentType]
            yield opened
    forget_callers()


def sign_in(role: Role, email: str = "ana@empresa.cl") -> str:
    with transaction() as session:
        if queries.user_by_email(session, email) is None:
            service.add_user(session, email, "Ana", role, PASSWORD, "test")
            session.flush()
        return service.sign_in(session, email, PASSWORD).token


async def test_nobody_is_let_in_without_a_session_and_is_sent_to_sign_in(tab: Browser) -> None:
    await tab.send(VaultState.fill, text="stolen")
    assert (await tab.vault()).secret == ""
    assert "/sign-in?next=/vault" in tab.answers


@pytest.mark.parametrize("session", ["forged", "x" * 43])
async def test_a_forged_session_is_refused(tab: Browser, session: str) -> None:
    tab.session = session
    await tab.send(VaultState.fill, text="stolen")
    assert (await tab.vault()).secret == ""


async def test_an_admin_may_and_the_handler_knows_who(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill, text="42")
    vault = await tab.vault()
    assert (vault.secret, vault.seen_by) == ("42", "ana@empresa.cl")


async def test_a_role_that_is_too_low_is_told_so_and_changes_nothing(tab: Browser) -> None:
    tab.session = sign_in(Role.SALES)
    await tab.send(VaultState.fill, text="stolen")
    assert (await tab.vault()).secret == ""
    assert "role does not allow" in tab.answers and "sign-in" not in tab.answers


async def test_background_handlers_are_guarded(tab: Browser) -> None:
    await tab.send(VaultState.fill_slowly, text="stolen")
    assert (await tab.vault()).secret == ""
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill_slowly, text="42")
    assert (await tab.vault()).secret == "42"


async def test_handlers_that_others_chain_are_guarded(tab: Browser) -> None:
    await tab.send(VaultState.chain)
    assert (await tab.vault()).secret == ""
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.chain)
    assert (await tab.vault()).secret == "chained"


async def test_uploads_are_judged_by_the_tabs_own_socket(tab: Browser) -> None:
    await tab.upload(VaultState.fill, text="stolen")
    assert (await tab.vault()).secret == ""
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.greet)
    await tab.upload(VaultState.fill, text="42")
    assert (await tab.vault()).secret == "42"


async def test_public_handlers_are_open(tab: Browser) -> None:
    await tab.send(VaultState.greet)
    assert (await tab.vault()).secret == "hello"


async def test_a_handler_that_declares_nothing_is_refused_to_everybody(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.forgotten)
    assert (await tab.vault()).secret == ""


async def test_setvar_is_refused_to_everybody(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(f"{VaultState.get_full_name()}.setvar", var_name="secret", value="stolen")
    assert (await tab.vault()).secret == ""


async def test_browser_storage_can_set_what_is_declared_as_such_and_nothing_else(tab: Browser) -> None:
    forged = {f"{VaultState.get_full_name()}.secret": "stolen", f"{VaultState.get_full_name()}.choice": "mine"}
    await tab.send(UpdateVarsInternalState.event_handlers["update_vars_internal"], vars=forged)
    await tab.send(rx.State.event_handlers["hydrate_and_load"], vars=forged)
    vault = await tab.vault()
    assert (vault.secret, vault.choice) == ("", "mine")


async def test_the_next_person_in_the_same_tab_sees_nothing_of_the_one_before(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill, text="private numbers")
    tab.session = ""
    tab.updates.clear()
    await tab.send(rx.State.event_handlers["hydrate_and_load"])
    assert "private numbers" not in tab.deltas
    assert (await tab.vault()).secret == ""


async def test_a_changed_role_empties_the_tab_and_loads_it_anew(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    sign_in(Role.ADMIN, "bo@empresa.cl")
    await tab.send(VaultState.fill, text="private numbers")
    with transaction() as session:
        user = queries.user_by_email(session, "ana@empresa.cl")
        assert user is not None
        service.set_role(session, user.id or 0, Role.SALES, "bo@empresa.cl")
    await tab.send(VaultState.greet)
    assert (await tab.vault()).secret == "" and "reload" in tab.answers


async def test_a_session_that_ended_stops_working_in_an_open_tab(tab: Browser) -> None:
    tab.session = sign_in(Role.ADMIN)
    await tab.send(VaultState.fill, text="42")
    with transaction() as session:
        service.sign_out(session, tab.session)
    await tab.send(VaultState.fill, text="43")
    assert (await tab.vault()).secret == "" and "/sign-in" in tab.answers


async def test_a_page_that_is_not_for_this_role_leads_to_the_explanation(tab: Browser) -> None:
    app = RegistrationContext.get().app
    app.add_page(lambda: rx.text("vault"), route="/vault", on_load=VaultState.fill("loaded"))
    tab.session = sign_in(Role.SALES)
    await tab.send(OnLoadInternalState.event_handlers["on_load_internal"])
    assert (await tab.vault()).secret == "" and "/forbidden" in tab.answers
