"""Removal of old rows, some at a time: whoever else writes gets a turn in between."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session, SQLModel


def remove_some(session: Session, table: type[SQLModel], old: ColumnElement[bool], most: int) -> int:
    """Remove the first `most` rows of `table` for which `old` holds, by their `id`; how many there were."""
    number: Any = table.__table__.c.id  # pyright: ignore[reportAttributeAccessIssue]
    first = select(number).where(old).order_by(number).limit(most)
    return session.connection().execute(delete(table).where(number.in_(first))).rowcount
