"""What the demo company's page shows and does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

import reflex as rx

from ml_insights.commerce import service
from ml_insights.commerce.facts import ServiceFact
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.queries.services import service_list, waiting
from ml_insights.commerce.tables import Sort
from ml_insights.commerce.wording import reason_of
from ml_insights.core import demo
from ml_insights.core.access import Area
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.paging import nearest_page
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.state import ShellState

SHOWN = {"order_lines": N_("Order lines"), "products": N_("Products"), "customers": N_("Customers")}
"""Tables of what was invented; what was computed from them is told as one number."""
LOGINS = "users"
PAGE_SIZE = 25


@forgets("busy", "problem")
class DemoState(rx.State):
    """How much of the demo company there is, and what is being done to it."""

    loaded: rx.Field[bool] = rx.field(default=False)
    rows: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    total: rx.Field[int] = rx.field(default=0)
    busy: rx.Field[str] = rx.field(default="")
    problem: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.DEMO)
    async def load(self):
        """Count the demo company's rows."""
        self._show(await asyncio.to_thread(_count))

    @rx.event
    @allow(Area.DEMO)
    async def fill(self):
        """Make the demo company."""
        async for step in self._change("fill", _fill, N_("The demo company is here: {rows} rows.")):
            yield step

    @rx.event
    @allow(Area.DEMO)
    async def remove(self):
        """Remove the demo company and everything made from it."""
        async for step in self._change("remove", _remove, N_("The demo company is gone: {rows} rows removed.")):
            yield step

    async def _change(self, name: str, work: Callable[[str], dict[str, int]], done: str) -> AsyncIterator[Any]:
        person = viewer(self)
        self.busy, self.problem = name, ""
        yield
        try:
            changed = await asyncio.to_thread(work, person.email)
        except ProductError as error:
            self.problem = error.message(person.language)
        else:
            yield rx.toast.success(gettext(done, person.language, rows=sum(changed.values())))
            yield ShellState.load
        finally:
            self.busy = ""
        self._show(await asyncio.to_thread(_count))

    def _show(self, rows: dict[str, int]) -> None:
        invented = {table: rows.get(table, 0) for table in SHOWN}
        self.total = sum(rows.values())
        self.rows = invented | {"computed": self.total - sum(invented.values()) - rows.get(LOGINS, 0)}
        self.loaded = True


def _count() -> dict[str, int]:
    with reading() as session:
        return demo.count(session)


def _fill(actor: str) -> dict[str, int]:
    with transaction() as session:
        return demo.fill(session, actor)


def _remove(actor: str) -> dict[str, int]:
    with transaction() as session:
        return service.remove_demo(session, actor)


@forgets("search", "page")
class ServicesState(rx.State):
    """What is sold and looks like a service, and what somebody said of it; with a search, everything that is sold."""

    loaded: rx.Field[bool] = rx.field(default=False)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    open: rx.Field[int] = rx.field(default=0)
    search: rx.Field[str] = rx.field(default="")
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.IMPORT)
    async def load(self):
        """List them, those first of which nobody has said what they are."""
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def look_for(self, text: str):
        """List everything whose code or name holds a text."""
        self.search, self.page = text, 1
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def turn(self, page: Any):
        """Show another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._show()

    @rx.event
    @allow(Area.IMPORT)
    async def decide(self, product_id: str, kind: str):
        """Say what one of them is."""
        await asyncio.to_thread(_decide, product_id, kind, viewer(self).email)
        await self._show()
        yield ShellState.load

    async def _show(self) -> None:
        facts, self.open = await asyncio.to_thread(_services, self.search)
        self.total, language = len(facts), viewer(self).language
        shown = facts[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE]
        self.rows = [asdict(fact) | {"reason": reason_of(fact, language)} for fact in shown]
        self.loaded = True


def _services(search: str) -> tuple[list[ServiceFact], int]:
    with reading() as session:
        dataset = active_dataset(session)
        return service_list(session, dataset, search), waiting(session, dataset)


def _decide(product_id: str, kind: str, actor: str) -> None:
    with transaction() as session:
        service.set_kind(session, active_dataset(session), product_id, Sort(kind), actor)
