"""Rows that several may change at once: who comes second changes nothing, and is told who was faster.

Locks are taken in one order everywhere, or two transactions wait for each other for ever: the data set's
(`commerce.service.hold`), the rows that are changed by their keys, and last the ledger's chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Executable, false, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from ml_insights.core.database import UtcDateTime
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import LANGUAGES, N_, in_each

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
RULE = "rule:"
BY_ITSELF = N_("The product itself (by a rule)")


class Versioned(SQLModel):
    """Columns of a row that several may change. `version` grows with every change; who made the last one, and when."""

    version: int = 1
    changed_by: str = ""
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class LastChange:
    """Who changed a row last ("rule:…" for the product itself), and when; None where that was not noted."""

    by: str
    at: datetime | None


class ChangedMeanwhile(ProductError):
    """{person} was faster{moment}. Nothing was overwritten: look at it as it is now, and decide again."""

    status, code = 409, "changed-meanwhile"

    def __init__(self, last: LastChange | None = None, **values: Any) -> None:
        super().__init__(**((_told(last) if last else {}) | values))


def _told(last: LastChange) -> dict[str, Any]:
    """The values of a message: who, when in words, and `changed_at` for programs."""
    from ml_insights.core.formats import moment

    person = in_each(BY_ITSELF) if by_rule(last.by) else last.by
    if last.at is None:
        return {"person": person, "changed_by": last.by, "moment": ""}
    words = {language: f" ({moment(last.at, language)})" for language in LANGUAGES}
    return {"person": person, "changed_by": last.by, "changed_at": last.at.isoformat(), "moment": words}


def by_rule(actor: str) -> bool:
    """Whether the product itself acts."""
    return actor.startswith(RULE)


def changed_once(session: Session, change: Executable, faster: Callable[[], ProductError]) -> None:
    """Execute a statement that changes one row if it still is as it was seen: an UPDATE or DELETE with that condition,
    or an INSERT that gives way to a row that is there.

    Raises what `faster` makes where it changed none; that is read after the other one's commit.
    """
    if not changes_a_row(session, change):
        raise faster()


def changes_a_row(session: Session, change: Executable) -> bool:
    """Execute such a statement; whether it has changed its row."""
    asked = change.execution_options(preserve_rowcount=True)  # else it is forgotten of an INSERT
    return session.connection().execute(asked).rowcount == 1


def added_once(
    session: Session, table: type[SQLModel], values: Mapping[str, Any], faster: Callable[[], ProductError]
) -> int:
    """Add a row, whose `id` is returned; raises what `faster` makes where a unique index knows such a row."""
    number = SQLModel.metadata.tables[str(table.__tablename__)].c.id
    made = INSERT[session.get_bind().dialect.name](table).values(**values).on_conflict_do_nothing().returning(number)
    found: int | None = session.connection().execute(made).scalar()
    if found is None:
        raise faster()
    return found


def upsert(session: Session, table: type[SQLModel], key: Sequence[str], values: Mapping[str, Any]) -> None:
    """Add a row, or change the one with this key: of two at once, neither fails, and the later one stays."""
    made = INSERT[session.get_bind().dialect.name](table).values(**values)
    changed = {name: value for name, value in values.items() if name not in key}
    session.connection().execute(made.on_conflict_do_update(index_elements=list(key), set_=changed))


def hold_rows(session: Session, key: Column[Any], *wanted: ColumnElement[bool]) -> list[Any]:
    """Keys of the rows that match, which others cannot change until this transaction ends.

    Who changes several rows holds them first, in the order of their keys: two who want some of the same then do not
    wait for each other. What is read of them afterwards is as it stays. SQLite locks the database instead of rows.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.connection().execute(update(key.table).where(false()).values({key.name: key}))
    chosen = select(key).where(*wanted).order_by(key).with_for_update()
    return list(session.connection().execute(chosen).scalars())
