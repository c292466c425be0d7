"""A person's inbox: the bell above every page, and the page that lists everything."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlmodel import Session

from ml_insights.core.access import Area, Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import LANGUAGES, gettext
from ml_insights.core.paging import nearest_page
from ml_insights.notifications import queries, service
from ml_insights.notifications.facts import Told
from ml_insights.notifications.tables import Kind
from ml_insights.ui.guard import Viewer, allow, viewer
from ml_insights.ui.navigation import allowed_routes

PAGE_SIZE = 25
NEWEST = 5
Row = dict[str, str]


class InboxState(rx.State):
    """The newest few, how many are unread, and one page of the list."""

    unread: rx.Field[int] = rx.field(default=0)
    newest: rx.Field[list[Row]] = rx.field(default_factory=list)
    rows: rx.Field[list[Row]] = rx.field(default_factory=list)
    total: rx.Field[int] = rx.field(default=0)
    page: rx.Field[int] = rx.field(default=1)
    unread_only: rx.Field[bool] = rx.field(default=False)
    kind: rx.Field[str] = rx.field(default="")
    listed: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.INBOX)
    async def load_bell(self):
        """Learn what is new, with each page."""
        await self._refresh_bell()

    @rx.event
    @allow(Area.INBOX)
    async def load(self):
        """Show the list anew."""
        await self._refresh_list()

    @rx.event
    @allow(Area.INBOX)
    async def show_unread(self, unread_only: bool):
        """Leave out what has been read, or not."""
        self.unread_only, self.page = unread_only, 1
        await self._refresh_list()

    @rx.event
    @allow(Area.INBOX)
    async def show_kind(self, kind: str):
        """Show one kind alone, or every kind ("")."""
        self.kind, self.page = kind if kind in set(Kind) else "", 1
        await self._refresh_list()

    @rx.event
    @allow(Area.INBOX)
    async def go_to(self, page: Any):
        """Show another page of the list."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._refresh_list()

    @rx.event
    @allow(Area.INBOX)
    async def read(self, notification_id: str):
        """Note that one has been read."""
        await self._mark(lambda session, user_id: service.mark_read(session, user_id, int(notification_id)))

    @rx.event
    @allow(Area.INBOX)
    async def read_all(self):
        """Note that all have been read."""
        await self._mark(service.mark_all_read)

    async def _mark(self, verb: Callable[[Session, int], object]) -> None:
        user_id = viewer(self).user_id
        await rx.run_in_thread(lambda: _commit(verb, user_id))
        await self._refresh_bell()
        if self.listed:
            await self._refresh_list()

    async def _refresh_bell(self) -> None:
        person = viewer(self)
        self.newest, self.unread = await rx.run_in_thread(lambda: _newest(person))

    async def _refresh_list(self) -> None:
        person = viewer(self)
        self.rows, self.total = await rx.run_in_thread(
            lambda: _page(person, self.unread_only, self.kind, self.page),
        )
        self.listed = True


def _commit(verb: Callable[[Session, int], object], user_id: int) -> None:
    with transaction() as session:
        verb(session, user_id)


def _newest(person: Viewer) -> tuple[list[Row], int]:
    with reading() as session:
        told = queries.inbox(session, person.user_id, limit=NEWEST)
        return [row(one, person.role) for one in told], queries.count(session, person.user_id, unread_only=True)


def _page(person: Viewer, unread_only: bool, kind: str, page: int) -> tuple[list[Row], int]:
    with reading() as session:
        first = (page - 1) * PAGE_SIZE
        told = queries.inbox(session, person.user_id, unread_only, kind, PAGE_SIZE, first)
        return [row(one, person.role) for one in told], queries.count(session, person.user_id, unread_only, kind)


def row(told: Told, role: Role) -> Row:
    """`told` in every language, for the reader may switch; `route` is empty where they may not go there."""
    texts: dict[str, Any] = {"title": told.title, "body": told.body}
    said = {
        f"{name}_{language}": gettext(text, language, **told.values)
        for name, text in texts.items()
        for language in LANGUAGES
    }
    open_to = told.route is not None and told.route.partition("?")[0] in allowed_routes(role)
    return said | {
        "id": str(told.id),
        "kind": told.kind.value,
        "read": "yes" if told.read else "",
        "route": told.route or "" if open_to else "",
        "at": told.created_at.isoformat(),
    }
