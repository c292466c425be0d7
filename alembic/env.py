"""How alembic reaches the database: the product's own settings and the tables of every slice."""

from typing import Any

from alembic import context
from sqlalchemy import Connection
from sqlmodel import AutoString

from ml_insights.core.database import UtcDateTime, engine
from ml_insights.core.migrations import metadata


def render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our column types as plain SQLAlchemy ones: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


opened: Connection | None = context.config.attributes.get("connection")
if opened is not None:
    migrate(opened)
else:
    with engine().connect() as connection:
        migrate(connection)
        connection.commit()
