"""The database's schema: every slice's tables together, and the way from any earlier version to this one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text
from sqlmodel import SQLModel

from ml_insights.capabilities import capabilities
from ml_insights.core import audit, company_row  # noqa: F401  their tables belong to no slice
from ml_insights.core.capability import load
from ml_insights.core.errors import ProductError

ROOT = Path(__file__).parents[2]
LOCK = 4_051_938_274
"""Any number will do, as long as every process that migrates this product's database uses the same."""


class NotMigrated(ProductError):
    """The database is at revision {found}, this version of the product needs {wanted}. Run “python -m ml_insights
    migrate” first; nothing was changed."""

    status, code = 409, "not-migrated"


def metadata() -> MetaData:
    """Every table of the product, whichever slice it belongs to."""
    for capability in capabilities():
        if capability.tables:
            load(capability.tables)
    return SQLModel.metadata


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.attributes["connection"] = connection
    return config


def head() -> str | None:
    """The revision that this version of the product needs."""
    return ScriptDirectory(str(ROOT / "alembic")).get_current_head()


def knows(revision: str) -> bool:
    """Whether this version of the product can bring a database from `revision` up to its own."""
    scripts = ScriptDirectory(str(ROOT / "alembic"))
    return any(script.revision == revision for script in scripts.walk_revisions())


def current(engine: Engine) -> str | None:
    """The revision that the database is at; nothing where it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(engine: Engine) -> str:
    """The revision that the database is at. Raises NotMigrated where this version of the product needs another one."""
    found, wanted = current(engine), str(head())
    if found is None or found != wanted:
        raise NotMigrated(found=found or "–", wanted=wanted)
    return found


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`: all of it or nothing, and one process at a time."""
    with alone(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision` ("base" empties it)."""
    with alone(engine) as connection:
        command.downgrade(configuration(connection), revision)


def check(engine: Engine) -> None:
    """Raise alembic's CommandError when the tables in code and in the database differ."""
    with engine.connect() as connection:
        command.check(configuration(connection))


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other migration can share: an advisory lock on PostgreSQL, the write lock on SQLite."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _begin_exclusively(connection)
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        yield connection
        connection.commit()


def _begin_exclusively(connection: Connection) -> None:
    """Begin by hand: Python's driver would commit before each change of a table, and half a migration with it.

    The connection does not return to the pool. Copying a table to change it must not set off its foreign keys.
    """
    driver: Any = connection.connection.driver_connection
    connection.detach()
    driver.isolation_level = None
    driver.execute("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
