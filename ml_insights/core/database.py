"""Engine, sessions and column types. Only edges (a request, a job, an event handler) use `transaction`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Engine, event
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel, create_engine

from ml_insights.core.folding import fold
from ml_insights.core.settings import settings

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints need names: a migration cannot change what has none, on SQLite least of all."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive times, which would silently shift."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """Engine for `url`; SQLite in WAL mode with foreign keys on and a patient writer."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 30})
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("folded", 1, fold, deterministic=True)


@lru_cache
def engine() -> Engine:
    """The installation's engine, one per process."""
    if not settings().database_url:
        settings().data_dir.mkdir(parents=True, exist_ok=True)
    return make_engine(settings().url)


@contextmanager
def reading() -> Iterator[Session]:
    """A session that is never committed."""
    with Session(engine()) as session:
        yield session


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session that is never committed, and that sees the rows as they were at its first read whoever writes since."""
    with Session(engine()) as session:
        if session.get_bind().dialect.name == "sqlite":
            session.connection().exec_driver_sql("BEGIN")
        else:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end of the block, or rolls back when it raises."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session
