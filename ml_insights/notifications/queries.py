"""Reads of a person's inbox. Every one names the person: nobody sees another's rows."""

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from ml_insights.notifications.facts import Told
from ml_insights.notifications.tables import Kind, Notification


def inbox(
    session: Session, user_id: int, unread_only: bool = False, kind: str = "", limit: int = 25, offset: int = 0
) -> list[Told]:
    """A page of what `user_id` was told: what is unread first, then the newest. `kind` "" means every kind."""
    query = select(Notification).where(*_of(user_id, unread_only, kind))
    order = (col(Notification.read_at).is_not(None), col(Notification.id).desc())
    return [_told(row) for row in session.exec(query.order_by(*order).limit(limit).offset(offset))]


def count(session: Session, user_id: int, unread_only: bool = False, kind: str = "") -> int:
    """How many rows `inbox` would page through."""
    return session.exec(select(func.count()).select_from(Notification).where(*_of(user_id, unread_only, kind))).one()


def _of(user_id: int, unread_only: bool, kind: str) -> list[ColumnElement[bool]]:
    conditions = [col(Notification.user_id) == user_id]
    if unread_only:
        conditions.append(col(Notification.read_at).is_(None))
    if kind:
        conditions.append(col(Notification.kind) == kind)
    return conditions


def _told(row: Notification) -> Told:
    return Told(
        id=row.id or 0,
        kind=Kind(row.kind),
        title=row.title,
        body=row.body,
        values=row.message_values,
        route=row.route,
        created_at=row.created_at,
        read=row.read_at is not None,
    )
