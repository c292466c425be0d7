"""An installation with rows in every table and model files, whatever tables the product has by now."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlmodel import Session

from ml import artifact
from ml_insights.core.migrations import metadata
from ml_insights.registry import service
from ml_insights.registry.service import model_folder

ROWS = 2
AWKWARD = "tab\t, line\nend\r, \\N, 'quoted', \"ñ€😀\""
OWN = {"ai_models", "alembic_version"}
"""Tables that are filled by the product itself."""

Rows = dict[str, list[tuple[Any, ...]]]


def fill(engine: Engine) -> None:
    """Two versions of a model with their files, the second of them champion; two rows in every other table."""
    with Session(engine) as session:
        train(session, "1")
        train(session, "2")
        session.commit()
    with engine.begin() as connection:
        for table in metadata().sorted_tables:
            if table.name not in OWN and not connection.scalar(sa.select(sa.func.count()).select_from(table)):
                connection.execute(sa.insert(table), [_row(connection, table, number) for number in range(ROWS)])


def train(session: Session, version: str, weight: float = 0.25) -> None:
    """Store and promote a version of the model "sample"."""
    saved = service.save(session, *version_files(version, weight), dataset="company")
    service.promote(session, saved.id, "tester", "better")


def version_files(version: str, weight: float) -> tuple[artifact.Manifest, dict[str, bytes]]:
    """What a version is stored as."""
    weights = artifact.as_json({"weight": weight, "version": version})
    manifest = artifact.Manifest(
        name="sample",
        version=version,
        kind="recipe",
        trained_at="2025-01-01T00:00:00+00:00",
        training_window=("2024-01-01", "2024-12-31"),
        feature_schema={"x": "float"},
        metrics={"mase": weight},
        libraries={},
    )
    return manifest, {"weights.json": weights, "net.ubj": bytes(range(256)) * 40}


def rows(engine: Engine) -> Rows:
    """Every row of every table, in a fixed order."""
    with engine.connect() as connection:
        return {table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr) for table in _tables()}


def files() -> dict[str, bytes]:
    """Every model file by its path."""
    folder = model_folder()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_trace(state: Rows) -> Rows:
    """`state` without what a restore notes about itself."""
    kept = [row for row in state["audit_events"] if "backup.restore" not in row]
    return state | {"audit_events": kept}


def wipe(engine: Engine) -> None:
    """Lose everything: the database with its tables, and every model file."""
    import shutil

    shutil.rmtree(model_folder())
    if engine.dialect.name == "sqlite":
        engine.dispose()
        for path in Path(str(engine.url.database)).parent.glob("ml_insights.db*"):
            path.unlink()
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def _tables() -> list[Table]:
    return metadata().sorted_tables


def _row(connection: Connection, table: Table, number: int) -> dict[str, Any]:
    return {
        column.name: _value(connection, column, number)
        for column in table.columns
        if not (column.autoincrement is True or _counted(table, column))
    }


def _counted(table: Table, column: sa.Column[Any]) -> bool:
    return column is table.autoincrement_column


def _value(connection: Connection, column: sa.Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        found = connection.execute(sa.select(key.column).order_by(key.column)).scalars().all()
        return found[number % len(found)] if found else None
    if column.nullable and number == 1 and not column.unique:
        return None
    return _plain(column, number)


def _plain(column: sa.Column[Any], number: int) -> Any:
    kind = getattr(column.type, "impl", column.type)
    if isinstance(kind, sa.Enum):
        options = kind.enum_class or kind.enums
        return list(options)[number % len(list(options))]
    if isinstance(kind, sa.JSON):
        return {"text": AWKWARD, "number": number + 0.1, "list": [None, True]}
    if isinstance(kind, sa.DateTime):
        return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number, microseconds=123_456)
    if isinstance(kind, sa.Date):
        return date(2025, 1, 1) + timedelta(days=number)
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, sa.Integer):
        return number + 1
    if isinstance(kind, sa.Numeric | sa.Float):
        return (number + 1) / 3
    if isinstance(kind, sa.LargeBinary):
        return bytes(range(256))
    text = f"{number} {AWKWARD}"
    return text[: kind.length] if isinstance(kind, sa.String) and kind.length else text
