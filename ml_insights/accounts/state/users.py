"""Who may sign in, as what."""

from collections.abc import Callable
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from ml_insights.accounts import queries, service, supabase_auth
from ml_insights.accounts.facts import Person
from ml_insights.core.access import Area, Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.listing import Sorting
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

SORTING = Sorting({"name": False, "email": False, "role": False, "last_seen_at": False}, "name")


@forgets("loaded", "inviting", "link", "link_for", "asked_id")
@entered_by(Area.USERS)
class UsersState(ListState, rx.State):
    """One page of people, and the one-time link that was made last."""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    inviting: rx.Field[bool] = rx.field(default=False)
    link: rx.Field[str] = rx.field(default="")
    link_for: rx.Field[str] = rx.field(default="")
    asked_id: rx.Field[str] = rx.field(default="")
    asked_name: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.USERS)
    async def load(self):
        """Show the list anew."""
        if not self.loaded:
            self._ask(self.router.url.query_parameters)
        await self._show()

    @rx.event
    @allow(Area.USERS)
    def show_invitation(self, shown: bool):
        """Open or close the form."""
        self.inviting = shown

    @rx.event
    @allow(Area.USERS)
    async def invite(self, form: dict[str, Any]):
        """Add somebody and show their link."""
        email, name = str(form.get("email", "")), str(form.get("name", ""))
        role = Role(form.get("role", Role.AGENT))
        yield await self._act(lambda session, actor: service.invite(session, email, name, role, actor), email)

    @rx.event
    @allow(Area.USERS)
    async def change_role(self, user_id: str, role: str):
        """Give somebody another role."""
        yield await self._act(lambda session, actor: service.set_role(session, int(user_id), Role(role), actor))

    @rx.event
    @allow(Area.USERS)
    async def make_link(self, user_id: str, email: str):
        """Show a link for a new password."""
        yield await self._act(lambda session, actor: service.reset_link(session, int(user_id), actor), email)

    @rx.event
    @allow(Area.USERS)
    async def end_sessions(self, user_id: str):
        """Sign somebody out everywhere."""
        yield await self._act(lambda session, actor: _end_sessions(session, int(user_id), actor))

    @rx.event
    @allow(Area.USERS)
    def ask_to_deactivate(self, user_id: str, name: str):
        """Ask whether it is meant."""
        self.asked_id, self.asked_name = user_id, name

    @rx.event
    @allow(Area.USERS)
    def answer(self, is_open: bool):
        """Close the question."""
        self.asked_id = self.asked_id if is_open else ""

    @rx.event
    @allow(Area.USERS)
    async def deactivate(self):
        """Keep out whoever was asked about."""
        user_id, self.asked_id = self.asked_id, ""
        yield await self._act(lambda session, actor: service.set_active(session, int(user_id), False, actor))

    @rx.event
    @allow(Area.USERS)
    async def activate(self, user_id: str):
        """Let somebody in again."""
        yield await self._act(lambda session, actor: service.set_active(session, int(user_id), True, actor))

    @rx.event
    @allow(Area.USERS)
    def forget_link(self):
        """The link has been copied."""
        self.link = self.link_for = ""

    async def _fill(self, offset: int) -> None:
        asked = (self.search, self.sort, self.descending, self.page_size, offset)
        self.rows, self.total = await rx.run_in_thread(lambda: _page(*asked))

    async def _act(self, verb: Callable[[Session, str], object], link_for: str = "") -> Any:
        """Do it and show the list anew; a link that comes of it is shown with `link_for`."""
        acting = viewer(self)
        try:
            done = await rx.run_in_thread(lambda: _commit(verb, acting.email))
        except ProductError as error:
            return rx.toast.error(error.message(acting.language))
        if isinstance(done, str):
            self.link, self.link_for, self.inviting = done, link_for, False
        await self._show()
        return rx.toast.success(gettext(N_("Saved"), acting.language))


def _end_sessions(session: Session, user_id: int, actor: str) -> None:
    service.sign_out_everywhere(session, user_id, actor)


def _commit(verb: Callable[[Session, str], object], actor: str) -> object:
    with transaction() as session:
        return verb(session, actor)


def _page(search: str, sort: str, descending: bool, limit: int, offset: int) -> tuple[list[dict[str, str]], int]:
    with reading() as session:
        found = queries.people(session, search, sort, descending, limit, offset)
        return [_row(person) for person in found], queries.people_count(session, search)


def _row(person: Person) -> dict[str, str]:
    return {
        "id": str(person.user_id),
        "name": person.name,
        "email": person.email,
        "role": person.role.value,
        "status": _status(person),
        "demo": "yes" if person.is_demo else "",
        "locked_until": person.locked_until.isoformat() if person.locked_until else "",
        "last_seen_at": person.last_seen_at.isoformat() if person.last_seen_at else "",
        "sessions": str(person.sessions),
    }


def _status(person: Person) -> str:
    if not person.active:
        return "inactive"
    if person.locked_until:
        return "locked"
    return "active" if person.has_password or supabase_auth.enabled() else "invited"
