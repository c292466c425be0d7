"""The row that says what the company is, once somebody has set it up in the page. Callers commit."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel

from ml_insights.core import clock
from ml_insights.core.company_facts import Closing, Company
from ml_insights.core.database import UtcDateTime, engine
from ml_insights.core.settings import settings

logger = logging.getLogger(__name__)
ONLY = 1


class CompanyRow(SQLModel, table=True):
    """The one company of an installation."""

    __tablename__ = "company"  # pyright: ignore[reportAssignmentType]

    id: int = Field(default=ONLY, primary_key=True)
    currency: str
    country: str
    timezone: str
    closings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    weekdays: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'"))
    )
    version: int = 1
    changed_by: str
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


def look(before: Company, default: Company) -> Company:
    """What the table says, over a connection of its own; `default` where nobody has set it up.

    `before` where the database cannot be asked: there is none yet, its tables are still to come, or it does not answer.
    """
    if not _exists():
        return default
    table = SQLModel.metadata.tables["company"]
    try:
        with engine().connect() as connection:
            row = connection.execute(select(table).where(table.c.id == ONLY)).mappings().first()
    except SQLAlchemyError as error:
        logger.debug("the company cannot be read: %s", error)
        return before
    return _company(row) if row else default


def write(session: Session, wanted: Company, actor: str) -> None:
    """Make the company `wanted`, as its next version."""
    row = session.get(CompanyRow, ONLY, with_for_update=True)
    row = row or CompanyRow(
        currency=wanted.currency, country=wanted.country, timezone=wanted.timezone, version=0, changed_by=actor,
        changed_at=clock.now(),
    )  # fmt: skip
    row.currency, row.country, row.timezone = wanted.currency, wanted.country, wanted.timezone
    row.closings = [_plain(closing) for closing in wanted.closings]
    row.weekdays = list(wanted.weekdays)
    row.version += 1
    row.changed_by, row.changed_at = actor, clock.now()
    session.add(row)
    session.flush()


def stored(session: Session) -> Company | None:
    """The company as people have set it up, in this transaction; None where nobody has."""
    row = session.get(CompanyRow, ONLY, with_for_update=True)
    return _company(row.model_dump()) if row else None


def _exists() -> bool:
    """Asking must not make a database where none is: SQLite would write an empty file."""
    url = make_url(settings().url)
    return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists()


def _company(row: Any) -> Company:
    closings = tuple(
        Closing(one["name"], date.fromisoformat(one["first"]), date.fromisoformat(one["last"]), bool(one["yearly"]))
        for one in row["closings"]
    )
    return Company(row["currency"], row["country"], row["timezone"], closings, row["version"], tuple(row["weekdays"]))


def _plain(closing: Closing) -> dict[str, Any]:
    return asdict(closing) | {"first": closing.first.isoformat(), "last": closing.last.isoformat()}
