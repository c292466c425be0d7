"""The verbs of backups. Making and restoring take no session: they concern the database as a whole."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sqlmodel import Session

from ml_insights.backups import archive, bucket, folder, queries, restore_notes, restoring, writing
from ml_insights.backups.errors import ChangedBackup, NotABackup, RestoreFailed
from ml_insights.backups.facts import BackupFact, Check, RestoreFact
from ml_insights.backups.queries import list_backups
from ml_insights.core import audit, clock
from ml_insights.core.capability import Progress
from ml_insights.core.errors import NotFound, ProductError
from ml_insights.core.i18n import N_

__all__ = ["create", "find", "list_backups", "note_created", "note_taken", "restore", "verify"]

log = logging.getLogger(__name__)


def create(actor: str, progress: Progress | None = None) -> BackupFact:
    """Make a backup, keep the newest `settings().backup_keep`, and copy it to the bucket where one is named.

    Raises BackupNotWritten, NotMigrated; BucketFailed once the backup is whole in the folder.
    """
    tell = progress or _silent
    path = writing.write(actor, tell)
    if bucket.configured():
        tell(0.96, N_("Copying to the bucket"))
        bucket.send(path)
        bucket.rotate({path.name})
    return queries.fact(path)


def note_created(session: Session, made: BackupFact, actor: str) -> None:
    """Leave a trace of who took a copy of everything."""
    audit.record(session, actor, "backup.create", made.name, size=made.size)


def note_taken(session: Session, path: Path, actor: str) -> None:
    """Leave a trace of who took a copy away."""
    audit.record(session, actor, "backup.download", path.name, size=path.stat().st_size)


def verify(file: str, progress: Progress | None = None) -> BackupFact:
    """Compare every byte of a backup with its checksums. Raises NotFound, NotABackup, ChangedBackup."""
    tell = progress or _silent
    path = find(file)
    total, done = max(path.stat().st_size, 1), 0

    def on_bytes(more: int) -> None:
        nonlocal done
        done += more
        tell(min(done / total, 1.0), N_("Checking the archive"))

    try:
        archive.check(path, on_bytes)
    except (NotABackup, ChangedBackup):
        _note(path, good=False)
        raise
    _note(path, good=True)
    return queries.fact(path)


def restore(file: str, actor: str, progress: Progress | None = None, keep_present: bool = True) -> RestoreFact:
    """Replace database and model files by those of a backup: all of it or, whatever happens, nothing.

    With `keep_present` the present state is backed up first. Raises NotFound, NotABackup, ChangedBackup, NewerBackup,
    OtherDatabase, NotMigrated, JobsUnderWay, RestoreUnderWay, BackupNotWritten, DatabaseBusy, RestoreFailed.
    """
    path = find(file)
    with restore_notes.alone(path.name) as notes:

        def tell(share: float, message: str, **values: Any) -> None:
            notes.tell(share, message, **values)
            (progress or _silent)(share, message, **values)

        try:
            done = restoring.put_back(path, actor, tell, keep_present)
        except ProductError as error:
            notes.write(1.0, " ".join((type(error).__doc__ or "").split()), "failed", error.values)
            raise
        except Exception as error:
            log.exception("the backup %s could not be restored", path.name)
            told = RestoreFailed(reason=" ".join(str(error).split())[:200] or type(error).__name__)
            notes.write(1.0, " ".join((RestoreFailed.__doc__ or "").split()), "failed", told.values)
            raise told from error
        notes.write(1.0, N_("Restored"), "done", {})
    return done


def find(file: str) -> Path:
    """The backup that `file` names: a path, a name in the folder, or one in the bucket, which is fetched first.

    Raises NotFound, BucketFailed.
    """
    if Path(file).is_file():
        return Path(file).resolve()
    try:
        return queries.stored(file)
    except NotFound:
        if not folder.NAME.fullmatch(file) or not bucket.configured() or file not in bucket.names():
            raise
    with folder.draft() as draft:
        bucket.fetch(file, draft / file)
        return folder.publish(draft / file, folder.time_of(draft / file))


def _note(path: Path, good: bool) -> None:
    if path.parent == folder.folder():
        folder.note_check(path, Check(clock.now(), good))


def _silent(share: float, message: str, **values: Any) -> None:
    """Nobody asked."""
