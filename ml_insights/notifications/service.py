"""Tell people, and note what they have read."""

from typing import Any

from sqlalchemy import ColumnElement, Executable, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from ml_insights.accounts import queries as accounts
from ml_insights.accounts.facts import Person
from ml_insights.core import clock
from ml_insights.core.access import Area, allowed
from ml_insights.notifications.tables import Kind, Notification


def tell(
    session: Session,
    area: Area,
    title: str,
    body: str = "",
    *,
    route: str | None = None,
    kind: Kind | str = Kind.INFO,
    key: str | None = None,
    dataset: str = "",
    **values: Any,
) -> int:
    """Put a row into the inbox of everybody who is active and may enter `area`; how many were told.

    `title` and `body` are English templates (marked with N_) and `values`, which must be JSON, fills both; a value that
    reads otherwise in each language (an amount, a date) is an {"en", "es"} pair. Who has not yet read what was told
    under the same `key` is not told again. `route` is the page concerned.
    """
    recipients = sorted(person.user_id for person in accounts.people(session) if _concerned(person, area))
    return _put(session, recipients, title, body, route, kind, key, dataset, values)


def tell_person(
    session: Session,
    user_id: int,
    title: str,
    body: str = "",
    *,
    route: str | None = None,
    kind: Kind | str = Kind.INFO,
    key: str | None = None,
    dataset: str = "",
    **values: Any,
) -> int:
    """Put a row into one person's inbox, as `tell` does for an area; 1, or 0 where it stands there unread already."""
    return _put(session, [user_id], title, body, route, kind, key, dataset, values)


def _put(
    session: Session,
    recipients: list[int],
    title: str,
    body: str,
    route: str | None,
    kind: Kind | str,
    key: str | None,
    dataset: str,
    values: dict[str, Any],
) -> int:
    matter: dict[str, Any] = {
        "dataset": str(dataset),
        "kind": Kind(kind),
        "title": title,
        "body": body,
        "message_values": values,
        "route": route,
        "key": key,
        "created_at": clock.now(),
    }
    rows = [{"user_id": user_id, **matter} for user_id in recipients]
    return len(session.connection().execute(_insert(session, rows)).all()) if rows else 0


def _concerned(person: Person, area: Area) -> bool:
    return person.active and allowed(person.role, area)


def _insert(session: Session, rows: list[dict[str, Any]]) -> Executable:
    """An INSERT that leaves out who has an unread row about the same matter, however many write at once."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(Notification).values(rows).on_conflict_do_nothing().returning(col(Notification.id))


def mark_read(session: Session, user_id: int, notification_id: int) -> bool:
    """Note that a person has read one of their rows; whether there was such a row, unread."""
    return _mark(session, col(Notification.user_id) == user_id, col(Notification.id) == notification_id) == 1


def mark_all_read(session: Session, user_id: int) -> int:
    """Note that a person has read everything; how many rows were unread."""
    return _mark(session, col(Notification.user_id) == user_id)


def _mark(session: Session, *which: ColumnElement[bool]) -> int:
    unread = update(Notification).where(*which, col(Notification.read_at).is_(None))
    return session.connection().execute(unread.values(read_at=clock.now())).rowcount
