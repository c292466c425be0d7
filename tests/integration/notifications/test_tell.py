"""Who is told, once, and what reading changes."""

import threading

from sqlmodel import Session, select

from ml_insights.accounts.tables import User
from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.notifications import queries, removal
from ml_insights.notifications.service import mark_all_read, mark_read, tell
from ml_insights.notifications.tables import Kind, Notification


def test_only_active_people_of_the_area_are_told(people: dict[str, int], session: Session) -> None:
    assert tell(session, Area.MODELS_MANAGE, "Model {name} failed", "Look at it", kind="danger", name="demand") == 2
    assert {email for email, number in people.items() if queries.count(session, number)} == {
        "admin@x.cl",
        "analyst@x.cl",
    }
    (told,) = queries.inbox(session, people["admin@x.cl"])
    assert (told.kind, told.title, told.values, told.read) == (
        Kind.DANGER,
        "Model {name} failed",
        {"name": "demand"},
        False,
    )


def test_an_unread_matter_is_not_repeated(people: dict[str, int], session: Session) -> None:
    admin = people["admin@x.cl"]
    assert tell(session, Area.USERS, "Full", key="disk") == 1
    assert tell(session, Area.USERS, "Full", key="disk") == 0
    assert tell(session, Area.USERS, "Full", key="disk", dataset="demo") == 1
    assert mark_all_read(session, admin) == 2
    assert tell(session, Area.USERS, "Full", key="disk") == 1
    assert tell(session, Area.USERS, "No key") + tell(session, Area.USERS, "No key") == 2


def test_two_who_tell_at_once_are_heard_once(people: dict[str, int]) -> None:
    together = threading.Barrier(2)
    told: list[int] = []

    def say() -> None:
        together.wait(10)
        with transaction() as session:
            told.append(tell(session, Area.USERS, "Full", key="disk"))

    threads = [threading.Thread(target=say) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == [0, 1]


def test_unread_comes_first_then_the_newest(people: dict[str, int], session: Session) -> None:
    admin = people["admin@x.cl"]
    for title in ("1", "2", "3"):
        tell(session, Area.USERS, title, kind="warning" if title == "1" else "info")
    newest = queries.inbox(session, admin)[0]
    assert mark_read(session, admin, newest.id)
    assert not mark_read(session, admin, newest.id)
    assert [told.title for told in queries.inbox(session, admin)] == ["2", "1", "3"]
    assert [told.title for told in queries.inbox(session, admin, limit=1, offset=1)] == ["1"]
    assert [told.title for told in queries.inbox(session, admin, unread_only=True, kind="info")] == ["2"]
    assert queries.count(session, admin, unread_only=True) == 2


def test_nobody_reads_or_marks_what_another_was_told(people: dict[str, int], session: Session) -> None:
    tell(session, Area.USERS, "For admins")
    (told,) = queries.inbox(session, people["admin@x.cl"])
    other = people["sales@x.cl"]
    assert queries.inbox(session, other) == []
    assert not mark_read(session, other, told.id)
    assert mark_all_read(session, other) == 0
    assert queries.count(session, people["admin@x.cl"], unread_only=True) == 1


def test_what_was_told_of_the_demo_company_goes_with_it(people: dict[str, int], session: Session) -> None:
    tell(session, Area.USERS, "Ours", dataset="company")
    tell(session, Area.USERS, "Demo", dataset="demo")
    assert removal.count(session, "demo") == removal.clear(session, "demo") == {"notifications": 1}
    assert [row.title for row in session.exec(select(Notification))] == ["Ours"]


def test_an_inbox_goes_with_its_person(people: dict[str, int], session: Session) -> None:
    tell(session, Area.USERS, "Hello")
    session.delete(session.get(User, people["admin@x.cl"]))
    session.flush()
    assert session.exec(select(Notification)).all() == []
