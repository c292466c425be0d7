"""PostgreSQL without pg_dump: COPY of every table in one read transaction, and back in one write transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import DBAPIError

from ml_insights.backups.errors import ChangedBackup, DatabaseBusy, RestoreFailed
from ml_insights.backups.facts import Snapshot, StoredVersion
from ml_insights.backups.manifest import Manifest
from ml_insights.core import migrations

KIND = "postgresql"
STAGING = "ml_insights_restore"
"""Schema that exists inside of a restore's transaction only."""
CHUNK = 1024**2

OnShare = Callable[[float], None]
Finish = Callable[[Connection], None]

COLUMNS = """SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""
SEQUENCES = """SELECT attname, pg_get_serial_sequence(attrelid::regclass::text, attname) FROM pg_attribute
WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped"""


def snapshot(engine: Engine, folder: Path) -> Snapshot:
    """Copy every table of the product, as text, into `folder`. Raises NotMigrated where they are not those of the code.

    Tables are locked against being emptied before the first look: what TRUNCATE removes, no older snapshot can see.
    """
    found = migrations.require_current(engine)
    with engine.connect() as connection, connection.begin():
        names = sorted(migrations.metadata().tables)
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(map(_quoted, names))} IN ACCESS SHARE MODE")
        columns = {name: _columns(connection, name) for name in names}
        tables = {name: _copy_out(connection, name, columns[name], folder / f"{name}.copy") for name in names}
        rows = connection.execute(text("SELECT path, digest, status FROM ai_models ORDER BY id"))
        versions = tuple(StoredVersion(*map(str, row)) for row in rows)
        files = {member(name): folder / f"{name}.copy" for name in names}
        return Snapshot(KIND, found, files, tables, columns, _last_values(connection, names), versions)


def restore(
    engine: Engine, folder: Path, manifest: Manifest, name: str, on_share: OnShare, finish: Finish, ready: Finish
) -> None:
    """Put the unpacked tables of `folder` in place, in one transaction. `finish` changes what has to differ.

    The rows go into a schema of their own first, at the revision that they were saved at, and are migrated there: the
    tables that people use keep their grants, and are locked for no longer than the last step. `ready` is called then.
    Raises NotMigrated, DatabaseBusy, RestoreFailed.
    """
    try:
        with engine.begin() as connection:
            _restore(connection, folder, manifest, name, on_share, finish, ready)
    except DBAPIError as error:
        raise _told(error.orig) from error
    except psycopg.Error as error:
        raise _told(error) from error


def member(table: str) -> str:
    """Where the archive keeps a table."""
    return f"tables/{table}.copy"


def _restore(
    connection: Connection,
    folder: Path,
    manifest: Manifest,
    name: str,
    on_share: OnShare,
    finish: Finish,
    ready: Finish,
) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrations.LOCK})
    connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
    live = str(connection.scalar(text("SELECT current_schema()")))
    _prepare_live(connection)
    connection.exec_driver_sql(f"CREATE SCHEMA {STAGING}")
    connection.exec_driver_sql(f"SET LOCAL search_path TO {STAGING}")
    command.upgrade(migrations.configuration(connection), manifest.revision)
    _copy_in(connection, folder, manifest, name, on_share)
    command.upgrade(migrations.configuration(connection), "head")
    finish(connection)
    connection.exec_driver_sql(f"SET LOCAL search_path TO {_quoted(live)}")
    _replace(connection, manifest, on_share, ready)
    connection.exec_driver_sql(f"DROP SCHEMA {STAGING} CASCADE")


def _prepare_live(connection: Connection) -> None:
    """An empty database gets its tables; one at another revision is left alone."""
    found = connection.scalar(text("SELECT to_regclass('alembic_version')"))
    if found is None:
        command.upgrade(migrations.configuration(connection), "head")
        return
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision != migrations.head():
        raise migrations.NotMigrated(found=revision or "–", wanted=str(migrations.head()))


def _copy_in(connection: Connection, folder: Path, manifest: Manifest, name: str, on_share: OnShare) -> None:
    """In the order of their foreign keys; a count that differs is a fault of the archive."""
    total, done = max(manifest.size, 1), 0
    for table in _in_order(connection, manifest.tables):
        path = folder / member(table)
        into = f"COPY {_quoted(table)} ({', '.join(map(_quoted, manifest.columns[table]))}) FROM STDIN"
        cursor = _driver(connection).cursor()
        with path.open("rb") as file, cursor.copy(into) as copy:
            while chunk := file.read(CHUNK):
                copy.write(chunk)
                done += len(chunk)
                on_share(0.5 * done / total)
        if cursor.rowcount != manifest.tables[table]:
            raise ChangedBackup(name=name, member=member(table))
    _set_sequences(connection, list(manifest.tables), manifest.sequences)


def _replace(connection: Connection, manifest: Manifest, on_share: OnShare, ready: Finish) -> None:
    """Empty the tables in use and fill them from the prepared ones."""
    tables = [table.name for table in migrations.metadata().sorted_tables]
    connection.exec_driver_sql(f"LOCK TABLE {', '.join(map(_quoted, tables))} IN ACCESS EXCLUSIVE MODE")
    ready(connection)
    connection.exec_driver_sql(f"TRUNCATE {', '.join(map(_quoted, tables))}")
    for number, table in enumerate(tables, start=1):
        columns = ", ".join(map(_quoted, _columns(connection, table)))
        source = f"SELECT {columns} FROM {STAGING}.{_quoted(table)}"  # noqa: S608
        connection.exec_driver_sql(f"INSERT INTO {_quoted(table)} ({columns}) {source}")
        on_share(0.5 + 0.5 * number / len(tables))
    _set_sequences(connection, tables, manifest.sequences)


def _in_order(connection: Connection, tables: dict[str, int]) -> list[str]:
    """Tables after those that they refer to, as the staged schema has them."""
    reflected = MetaData()
    reflected.reflect(connection, only=list(tables))
    return [table.name for table in reflected.sorted_tables]


def _copy_out(connection: Connection, table: str, columns: list[str], path: Path) -> int:
    """Rows written. A row is a line: COPY writes line ends inside of values as an escape."""
    rows = 0
    out = f"COPY (SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table)}) TO STDOUT"  # noqa: S608
    with path.open("xb") as file, _driver(connection).cursor().copy(out) as copy:
        for chunk in copy:
            file.write(chunk)
            rows += bytes(chunk).count(b"\n")
    return rows


def _columns(connection: Connection, table: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(text(COLUMNS), {"name": _quoted(table)})]


def _sequences(connection: Connection, table: str) -> dict[str, str]:
    rows = connection.execute(text(SEQUENCES), {"name": _quoted(table)})
    return {str(column): str(sequence) for column, sequence in rows if sequence}


def _last_values(connection: Connection, tables: list[str]) -> dict[str, int]:
    """The number that each counter gave out last; 0 where it gave out none."""
    counted = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {}"
    return {
        f"{table}.{column}": int(connection.scalar(text(counted.format(sequence))) or 0)
        for table in tables
        for column, sequence in _sequences(connection, table).items()
    }


def _set_sequences(connection: Connection, tables: list[str], saved: dict[str, int]) -> None:
    """Go on counting after the last number that was given out, also where its row is gone."""
    for table in tables:
        for column, sequence in _sequences(connection, table).items():
            highest = connection.scalar(text(f"SELECT max({_quoted(column)}) FROM {_quoted(table)}")) or 0  # noqa: S608
            last = max(int(highest), saved.get(f"{table}.{column}", 0))
            values = {"sequence": sequence, "last": max(last, 1), "called": last > 0}
            connection.execute(text("SELECT setval(:sequence, :last, :called)"), values)


def _told(error: object) -> DatabaseBusy | RestoreFailed:
    state = str(getattr(error, "sqlstate", "") or "")
    reason = " ".join(str(error).split())[:200]
    busy = state in ("55P03", "40P01", "57014")  # lock not available, deadlock, cancelled
    return DatabaseBusy(reason=reason) if busy else RestoreFailed(reason=reason)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
