"""What the bell and the page show their reader, and nobody else."""

import pytest

from ml_insights.core import clock
from ml_insights.core.access import Area, Role
from ml_insights.core.database import transaction
from ml_insights.core.i18n import N_
from ml_insights.notifications.facts import Told
from ml_insights.notifications.service import tell
from ml_insights.notifications.state import NEWEST, PAGE_SIZE, InboxState, row
from ml_insights.notifications.tables import Kind
from ml_insights.ui.guard import Viewer, acting_as


def viewing(people: dict[str, int], email: str, role: Role) -> Viewer:
    return Viewer(people[email], email, email, role, "en")


def tell_admins(count: int, **options: str) -> None:
    with transaction() as session:
        for number in range(count):
            tell(session, Area.USERS, "Message {number}", number=number, **options)


async def opened() -> InboxState:
    state = InboxState()  # pyright: ignore[reportCallIssue]
    await InboxState.load_bell.fn(state)
    await InboxState.load.fn(state)
    return state


async def test_the_bell_counts_and_shows_the_newest(people: dict[str, int]) -> None:
    tell_admins(NEWEST + 2)
    with acting_as(viewing(people, "admin@x.cl", Role.ADMIN)):
        state = await opened()
    assert (state.unread, len(state.newest), state.total) == (NEWEST + 2, NEWEST, NEWEST + 2)
    assert state.newest[0]["title_en"] == f"Message {NEWEST + 1}"
    with acting_as(viewing(people, "sales@x.cl", Role.SALES)):
        state = await opened()
    assert (state.unread, state.newest, state.rows) == (0, [], [])


async def test_reading_counts_at_once(people: dict[str, int]) -> None:
    tell_admins(3)
    with acting_as(viewing(people, "admin@x.cl", Role.ADMIN)):
        state = await opened()
        await InboxState.read.fn(state, state.rows[0]["id"])
        assert (state.unread, [one["read"] for one in state.rows]) == (2, ["", "", "yes"])
        await InboxState.show_unread.fn(state, True)
        assert state.total == 2
        await InboxState.read_all.fn(state)
        assert (state.unread, state.rows) == (0, [])


async def test_nobody_marks_what_another_was_told(people: dict[str, int]) -> None:
    tell_admins(1)
    with acting_as(viewing(people, "admin@x.cl", Role.ADMIN)):
        mine = (await opened()).rows[0]["id"]
    with acting_as(viewing(people, "sales@x.cl", Role.SALES)):
        await InboxState.read.fn(await opened(), mine)
    with acting_as(viewing(people, "admin@x.cl", Role.ADMIN)):
        assert (await opened()).unread == 1


async def test_filters_and_pages(people: dict[str, int]) -> None:
    tell_admins(PAGE_SIZE + 1)
    tell_admins(1, kind="danger")
    with acting_as(viewing(people, "admin@x.cl", Role.ADMIN)):
        state = await opened()
        await InboxState.go_to.fn(state, 2)
        assert len(state.rows) == 2
        await InboxState.show_kind.fn(state, "danger")
        assert (state.page, state.total, state.rows[0]["kind"]) == (1, 1, "danger")
        await InboxState.show_kind.fn(state, "no such kind")
        assert state.total == PAGE_SIZE + 2


@pytest.mark.parametrize(
    ("route", "role", "shown"),
    [
        ("/users", Role.ADMIN, "/users"),
        ("/users?page=2", Role.ADMIN, "/users?page=2"),
        ("/users", Role.SALES, ""),
        ("/nowhere", Role.ADMIN, ""),
        ("//evil.example", Role.ADMIN, ""),
        (None, Role.ADMIN, ""),
    ],
)
def test_a_message_leads_only_where_its_reader_may_go(route: str | None, role: Role, shown: str) -> None:
    told = Told(1, Kind.INFO, N_("Inbox"), "{x}", clock.now(), False, route, {"x": "1"})
    said = row(told, role)
    assert said["route"] == shown
    assert (said["title_en"], said["title_es"], said["body_es"]) == ("Inbox", "Bandeja de entrada", "1")
