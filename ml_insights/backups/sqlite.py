"""SQLite: a copy of one moment out of the running database, and a checked copy back into it in one step."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine

from ml_insights.backups.errors import ChangedBackup, DatabaseBusy, RestoreFailed
from ml_insights.backups.facts import Snapshot, StoredVersion
from ml_insights.backups.manifest import SQLITE_MEMBER, Manifest
from ml_insights.core import migrations
from ml_insights.core.database import make_engine

KIND = "sqlite"
VERSIONS = "alembic_version"
PAGES_AT_ONCE = 2048
PATIENCE_SECONDS = 60.0
"""How long to wait for another's write to end."""

OnShare = Callable[[float], None]
Finish = Callable[[Connection], None]


def snapshot(engine: Engine, folder: Path) -> Snapshot:
    """Copy the database into `folder`: VACUUM INTO reads in one transaction, and writers go on meanwhile."""
    target = folder / SQLITE_MEMBER
    with closing(sqlite3.connect(_path(engine), timeout=PATIENCE_SECONDS)) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite3.connect(target)) as copy:
        tables = _tables(copy)
        return Snapshot(KIND, _revision(copy), {SQLITE_MEMBER: target}, tables, {}, {}, _versions(copy, tables))


def restore(
    engine: Engine, folder: Path, manifest: Manifest, name: str, on_share: OnShare, finish: Finish, ready: Finish
) -> None:
    """Put the unpacked database of `folder` in place. `finish` changes what has to differ from the backup, in it.

    Readers see the former state until the last page is in, and the new one from then on; a process that dies on the
    way leaves the former state. `ready` is called on the former database just before.
    """
    staged = make_engine(f"sqlite:///{folder / SQLITE_MEMBER}")
    try:
        _check(folder / SQLITE_MEMBER, manifest, name)
        migrations.upgrade(staged)
        with staged.begin() as connection:
            finish(connection)
        with engine.connect() as connection:
            ready(connection)
        _copy(staged, engine, on_share)
    finally:
        staged.dispose()


def _check(path: Path, manifest: Manifest, name: str) -> None:
    """Checksums say that the file is the one that was written; this says that it was a sound database."""
    try:
        with closing(sqlite3.connect(path)) as database:
            sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            sound = sound and (_tables(database), _revision(database)) == (manifest.tables, manifest.revision)
    except sqlite3.DatabaseError as error:
        raise ChangedBackup(name=name, member=SQLITE_MEMBER) from error
    if not sound:
        raise ChangedBackup(name=name, member=SQLITE_MEMBER)


def _copy(staged: Engine, live: Engine, on_share: OnShare) -> None:
    """SQLite's backup API writes into the live database in one transaction, whatever the number of steps."""
    written = time.monotonic()

    def stepped(status: int, remaining: int, total: int) -> None:
        nonlocal written
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            written = time.monotonic()
        elif time.monotonic() - written > PATIENCE_SECONDS:
            raise DatabaseBusy(reason="another program is writing")
        on_share(1 - remaining / max(total, 1))

    with closing(sqlite3.connect(_path(staged))) as source, closing(sqlite3.connect(_path(live))) as target:
        target.execute("PRAGMA synchronous=FULL")  # the files of the former state are removed after this
        try:
            source.backup(target, pages=PAGES_AT_ONCE, progress=stepped)
        except sqlite3.Error as error:
            raise RestoreFailed(reason=str(error)) from error
        with suppress(sqlite3.Error):  # the database is in place; its log is emptied some other time
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _path(engine: Engine) -> str:
    return str(engine.url.database)


def _tables(database: sqlite3.Connection) -> dict[str, int]:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
    names = [str(row[0]) for row in database.execute(named) if row[0] != VERSIONS]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _revision(database: sqlite3.Connection) -> str:
    row = database.execute(f"SELECT version_num FROM {VERSIONS}").fetchone()  # noqa: S608
    return str(row[0]) if row else ""


def _versions(database: sqlite3.Connection, tables: dict[str, int]) -> tuple[StoredVersion, ...]:
    if "ai_models" not in tables:
        return ()
    rows = database.execute("SELECT path, digest, status FROM ai_models ORDER BY id")
    return tuple(StoredVersion(*map(str, row)) for row in rows)
