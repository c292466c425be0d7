"""Making a backup: the database first, then the files of models and removed rows that it names, in one archive."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from ml_insights import __version__
from ml_insights.backups import archive, folder, model_files, removed_rows
from ml_insights.backups.errors import BackupNotWritten
from ml_insights.backups.facts import Check, Snapshot
from ml_insights.backups.manifest import Manifest
from ml_insights.core import clock, migrations
from ml_insights.core.capability import Progress
from ml_insights.core.database import engine
from ml_insights.core.i18n import N_

ATTEMPTS = 5
"""Each begins with a newer state of the database, because files that the older one named have gone."""
MEGABYTE = 1024**2


def database_kind() -> ModuleType:
    """The module that knows the installation's kind of database: `KIND`, `snapshot` and `restore`."""
    if engine().dialect.name == "sqlite":
        from ml_insights.backups import sqlite as kind
    else:
        from ml_insights.backups import postgres as kind
    return kind


def write(actor: str, tell: Progress, before_restore_of: str = "") -> Path:
    """Write a backup, look at every byte of it, and only then give it its name; older ones than are kept go.

    The backup that is about to be restored stays, however old it is.

    Raises BackupNotWritten, NotMigrated, Unavailable.
    """
    if migrations.current(engine()) is None:
        raise migrations.NotMigrated(found="–", wanted=str(migrations.head()))
    try:
        with folder.draft() as draft:
            written = _write(draft, actor, tell, bool(before_restore_of))
            _check(written, tell)
            path = folder.publish(written, clock.now())
        folder.note_check(path, Check(clock.now(), good=True))
        folder.rotate({path.name, before_restore_of})
    except (OSError, sqlite3.Error) as error:
        raise BackupNotWritten(folder=str(folder.place()), reason=_reason(error)) from error
    return path


def _write(draft: Path, actor: str, tell: Progress, before_restore: bool) -> Path:
    path, before = draft / "archive.zip", None
    for attempt in range(ATTEMPTS):
        tell(0.02, N_("Reading the database"))
        at = clock.now().isoformat()
        rows = draft / f"rows-{attempt}"
        rows.mkdir()
        snapshot: Snapshot = database_kind().snapshot(engine(), rows)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            writer = archive.Writer(file)
            try:
                tell(0.15, N_("Adding the model files"))
                models, missing = model_files.add(writer, snapshot.versions)
                if missing in ([], before) or attempt == ATTEMPTS - 1:
                    _add_rows(writer, snapshot, tell)
                    removed_rows.add(writer)
                    manifest = _manifest(snapshot, writer, at, actor, models, missing)
                    writer.close(replace(manifest, before_restore=before_restore))
                    return path
            except BaseException:
                writer.abandon()
                raise
            writer.abandon()
        before = missing
        shutil.rmtree(rows)
    raise AssertionError("the last attempt returns")


def _add_rows(writer: archive.Writer, snapshot: Snapshot, tell: Progress) -> None:
    total, done = sum(path.stat().st_size for path in snapshot.files.values()), 0

    def on_bytes(more: int) -> None:
        nonlocal done
        done += more
        values = {"done": done // MEGABYTE, "total": total // MEGABYTE}
        tell(0.2 + 0.55 * done / max(total, 1), N_("Compressing the database: {done} of {total} MB"), **values)

    for name, path in snapshot.files.items():
        writer.add_file(name, path, on_bytes)


def _manifest(
    snapshot: Snapshot, writer: archive.Writer, at: str, actor: str, models: dict[str, str], missing: list[str]
) -> Manifest:
    return Manifest(
        product=__version__,
        revision=snapshot.revision,
        database=snapshot.kind,
        created_at=at,
        by=actor,
        tables=snapshot.tables,
        models=models,
        members=writer.members,
        columns=snapshot.columns,
        sequences=snapshot.sequences,
        missing=missing,
    )


def _check(path: Path, tell: Progress) -> None:
    total, done = max(archive.read_manifest(path).size, 1), 0

    def on_bytes(more: int) -> None:
        nonlocal done
        done += more
        tell(0.75 + 0.2 * done / total, N_("Checking the archive"))

    archive.check(path, on_bytes)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
