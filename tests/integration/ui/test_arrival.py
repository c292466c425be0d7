"""A page load that comes late, or again, undoes nothing that its reader has done; arriving anew forgets it."""

from collections.abc import AsyncIterator

import pytest
import reflex as rx
from reflex.istate.manager.token import BaseStateToken
from reflex_base.event import Event
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext
from reflex_base.utils.format import format_event_handler
from sqlalchemy import Engine

from ml_insights.accounts import service
from ml_insights.accounts.state.users import UsersState
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.ui.arrival import FIRST_HYDRATE, HYDRATE, NAVIGATE, Arrival, forgets
from ml_insights.ui.guard import Guard

TOKEN = "11111111-2222-3333-4444-555555555555"
PASSWORD = "correct horse 9"


class Tab:
    """A browser's tab at /users; `send` is one event from it, and all that follows from it."""

    def __init__(self, processor: BaseStateEventProcessor, session: str) -> None:
        self.processor, self.session = processor, session

    async def emit_update(self, update: object, token: str) -> None:
        """What the page is told is not looked at here."""

    async def send(self, name: str, **payload: object) -> None:
        headers = {"cookie": f"session={self.session}"}
        router = {"pathname": "/users", "asPath": "/users", "query": {}, "headers": headers, "token": TOKEN}
        event = Event(name=name, payload=payload, router_data=router)
        future = await self.processor.enqueue(TOKEN, event)
        await future.wait_all()

    async def arrive(self) -> None:
        await self.send(HYDRATE, **{FIRST_HYDRATE: []})

    async def do(self, handler: str, **payload: object) -> None:
        await self.send(format_event_handler(UsersState.event_handlers[handler]), **payload)

    async def users(self) -> UsersState:
        manager = self.processor._root_context.state_manager  # pyright: ignore
        root = await manager.get_state(BaseStateToken(ident=TOKEN, cls=rx.State))
        return await root.get_state(UsersState)


@pytest.fixture
async def tab(sqlite_database: Engine) -> AsyncIterator[Tab]:
    forget_callers()
    with transaction() as session:
        service.add_user(session, "ana@empresa.cl", "Ana", Role.ADMIN, PASSWORD, "test")
    with transaction() as session:
        cookie = service.sign_in(session, "ana@empresa.cl", PASSWORD).token
    with RegistrationContext.get().fork():
        app = rx.App()
        app.add_middleware(Guard(), index=0)
        app.add_middleware(Arrival(), index=1)
        app.add_page(rx.fragment, route="/users", on_load=UsersState.load)
        processor = BaseStateEventProcessor(middleware=app)
        opened = Tab(processor, cookie)
        async with processor.configure(event_namespace=opened):  # pyright: ignore[reportArgumentType]
            yield opened
    forget_callers()


async def test_a_form_opened_before_the_page_load_ran_stays_open(tab: Tab) -> None:
    """The click came after the first data of the page and before its load, as it does on a busy server."""
    await tab.do("show_invitation", shown=True)
    await tab.do("load")
    users = await tab.users()
    assert users.loaded and users.inviting


async def test_a_socket_that_reconnects_closes_nothing(tab: Tab) -> None:
    await tab.arrive()
    await tab.do("invite", form={"email": "luz@empresa.cl", "name": "Luz", "role": "agent"})
    await tab.do("show_invitation", shown=True)
    await tab.send(HYDRATE)
    users = await tab.users()
    assert users.inviting and users.link.startswith("http")


@pytest.mark.parametrize("again", ["reload", "link"])
async def test_arriving_again_forgets_the_last_visit(tab: Tab, again: str) -> None:
    await tab.arrive()
    await tab.do("invite", form={"email": "luz@empresa.cl", "name": "Luz", "role": "agent"})
    await tab.do("show_invitation", shown=True)
    await (tab.arrive() if again == "reload" else tab.send(NAVIGATE))
    users = await tab.users()
    assert (users.inviting, users.link, users.total) == (False, "", 2)


def test_a_field_that_is_not_there_cannot_be_forgotten() -> None:
    with pytest.raises(AttributeError, match="nowhere"):
        forgets("nowhere")(UsersState)
