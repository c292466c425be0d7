"""Restoring: everything is checked and prepared beside the running state, which is then replaced in one step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update
from sqlmodel import Session, col

from ml_insights.backups import archive, model_files, removed_rows, writing
from ml_insights.backups.errors import JobsUnderWay, NewerBackup, OtherDatabase
from ml_insights.backups.facts import RestoreFact
from ml_insights.backups.manifest import Manifest
from ml_insights.core import audit, clock, migrations
from ml_insights.core.capability import Progress
from ml_insights.core.database import engine
from ml_insights.core.i18n import N_
from ml_insights.core.settings import settings
from ml_insights.jobs.policy import UNDER_WAY, status_at
from ml_insights.jobs.tables import JobRun, JobStatus


def put_back(path: Path, actor: str, tell: Progress, keep_present: bool) -> RestoreFact:
    """Restore the archive at `path`. Whatever fails or dies on the way, the former state stays whole.

    Model files are put in place before the rows that name them, and those of the former state go afterwards. With
    `keep_present`, a backup of the former state is made first.
    """
    manifest = archive.read_manifest(path)
    _require_fitting(manifest, path.name)
    _require_idle()
    with _private_folder() as unpacked:
        _unpack(path, manifest, unpacked, tell)
        before = ""
        if keep_present and migrations.current(engine()):
            before = writing.write(actor, _part(tell, 0.3, 0.55), before_restore_of=path.name).name
        tell(0.56, N_("Putting the model files in place"))
        placed, kept = model_files.put(unpacked, manifest.models), removed_rows.put(unpacked, manifest)
        try:
            _replace(path, manifest, unpacked, placed.moved, kept.moved, actor, tell)
        except BaseException:
            models, files = _named()
            model_files.remove(set(placed.new) - models)
            removed_rows.remove(set(kept.new) - files)
            raise
    return RestoreFact(
        name=path.name,
        created_at=manifest.moment(),
        rows=sum(manifest.tables.values()),
        models=len(manifest.models),
        migrated_from="" if manifest.revision == migrations.head() else manifest.revision,
        before=before,
    )


def _require_fitting(manifest: Manifest, name: str) -> None:
    here = writing.database_kind().KIND
    if manifest.database != here:
        raise OtherDatabase(name=name, made=manifest.database, here=here)
    if not migrations.knows(manifest.revision):
        raise NewerBackup(name=name, product=manifest.product, revision=manifest.revision)


def _require_idle() -> None:
    with engine().connect() as connection:
        _require_no_jobs(connection)


def _require_no_jobs(connection: Connection) -> None:
    """Raise JobsUnderWay where a job is queued, or is running as far as its heartbeat tells."""
    if not inspect(connection).has_table(str(JobRun.__tablename__)):
        return
    query = select(col(JobRun.title), col(JobRun.status), col(JobRun.heartbeat_at))
    found = connection.execute(query.where(col(JobRun.status).in_(UNDER_WAY)))
    titles = [title for title, status, beat in found if status_at(clock.now(), JobStatus(status), beat) in UNDER_WAY]
    if titles:
        raise JobsUnderWay(jobs=", ".join(sorted(set(titles))))


@contextmanager
def _private_folder() -> Iterator[Path]:
    """Beside the model files, so that those can be moved; swept when a restore died."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    for left in settings().data_dir.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings().data_dir))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _unpack(path: Path, manifest: Manifest, folder: Path, tell: Progress) -> None:
    done = 0

    def on_bytes(more: int) -> None:
        nonlocal done
        done += more
        tell(0.3 * done / max(manifest.size, 1), N_("Checking the archive"))

    tell(0.0, N_("Checking the archive"))
    archive.check(path, on_bytes, into=folder)


def _replace(
    path: Path,
    manifest: Manifest,
    unpacked: Path,
    models: dict[str, str],
    files: dict[str, str],
    actor: str,
    tell: Progress,
) -> None:
    """Put the rows in place; `models` and `files` are stored under other names than the rows say."""
    former: tuple[set[str], set[str]] = (set(), set())

    def finish(connection: Connection) -> None:
        model_files.rename(connection, models)
        removed_rows.rename(connection, files)
        _end_runs(connection)
        _note(connection, path.name, manifest, actor)

    def ready(connection: Connection) -> None:
        _require_no_jobs(connection)
        former[0].update(model_files.named(connection))
        former[1].update(removed_rows.named(connection))

    def on_share(share: float) -> None:
        tell(0.6 + 0.35 * share, N_("Replacing the database"))

    on_share(0.0)
    writing.database_kind().restore(engine(), unpacked, manifest, path.name, on_share, finish, ready)
    here = _named()
    model_files.remove(former[0] - here[0])
    removed_rows.remove(former[1] - here[1])


def _named() -> tuple[set[str], set[str]]:
    """What the database names: folders of models, files of removed rows."""
    with engine().connect() as connection:
        return model_files.named(connection), removed_rows.named(connection)


def _end_runs(connection: Connection) -> None:
    """What was under way when the backup was made is under way no more, and nobody shall take it up again."""
    ended = {"status": JobStatus.CANCELLED, "slot": None, "finished_at": clock.now()}
    connection.execute(update(JobRun).where(col(JobRun.status).in_(UNDER_WAY)).values(**ended))


def _note(connection: Connection, name: str, manifest: Manifest, actor: str) -> None:
    with Session(connection) as session:
        audit.record(session, actor, "backup.restore", name, made_at=manifest.created_at, made_by=manifest.by)
        session.flush()


def _part(tell: Progress, start: float, end: float) -> Progress:
    """Tell of a part of the work, of which only the shares have to fit."""

    def told(share: float, message: str, **values: object) -> None:
        tell(start + (end - start) * share, message, **values)

    return told
