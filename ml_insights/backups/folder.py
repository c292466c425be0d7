"""The folder of backups, which is all that is known of them: names, drafts, rotation, and what was checked when."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ml_insights.backups.facts import Check
from ml_insights.core.settings import settings

NAME = re.compile(r"ml-insights-(\d{8}-\d{6}-\d{6})\.zip")
TIME = "%Y%m%d-%H%M%S-%f"
DRAFT = ".draft-"
CHECKS = ".checks.json"


def place() -> Path:
    """Where backups are to be."""
    return (settings().backup_dir or settings().data_dir / "backups").resolve()


def folder() -> Path:
    """Where backups are; made on first use, readable by its owner alone."""
    path = place()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def time_of(path: Path) -> datetime:
    """When a backup was made, as its name says; else when the file was written."""
    found = NAME.fullmatch(path.name)
    if not found:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.strptime(found.group(1), TIME).replace(tzinfo=UTC)


def paths() -> list[Path]:
    """Every backup, newest first."""
    return sorted((path for path in folder().iterdir() if NAME.fullmatch(path.name)), reverse=True)


@contextmanager
def draft() -> Iterator[Path]:
    """A private folder beside the backups, gone at the end of the block, and in time also after a crash."""
    with _alone():
        _sweep()
        path = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder()))
        lock = _lock(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def publish(draft_file: Path, at: datetime) -> Path:
    """Give a finished file a name that says when it was made, once it is on the disk for good."""
    _sync(draft_file)
    with _alone():
        while (target := folder() / f"ml-insights-{at.astimezone(UTC):{TIME}}.zip").exists():
            at += timedelta(microseconds=1)
        draft_file.rename(target)
    _sync(target.parent)
    return target


def rotate(spared: Collection[str] = ()) -> list[str]:
    """Remove all but the newest `settings().backup_keep` backups, and none of `spared`. Returns their names."""
    old = [path for path in paths()[max(settings().backup_keep, 1) :] if path.name not in spared]
    for path in old:
        path.unlink(missing_ok=True)
    return [path.name for path in old]


def note_check(path: Path, check: Check) -> None:
    """Remember what a look at every byte of a backup found."""
    with _alone():
        noted = {name: one for name, one in _checks().items() if (folder() / name).exists()}
        noted[path.name] = {"at": check.at.isoformat(), "good": check.good, "file": _fingerprint(path)}
        fresh = folder() / f"{CHECKS}.new"
        fresh.write_text(json.dumps(noted))
        fresh.replace(folder() / CHECKS)


def check_of(path: Path) -> Check | None:
    """What was found when the file was last looked at as it is now."""
    noted = _checks().get(path.name)
    if not noted or noted["file"] != _fingerprint(path):
        return None
    return Check(datetime.fromisoformat(noted["at"]), noted["good"])


def _checks() -> dict[str, dict]:
    try:
        return json.loads((folder() / CHECKS).read_text())
    except (OSError, ValueError):
        return {}


def _fingerprint(path: Path) -> list[int]:
    known = path.stat()
    return [known.st_size, known.st_mtime_ns]


@contextmanager
def _alone() -> Iterator[None]:
    lock = _lock(folder())
    try:
        yield
    finally:
        os.close(lock)


def _lock(path: Path) -> int:
    """The system lets go of the lock when the process ends, however it ends."""
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _sweep() -> None:
    """Remove drafts whose process died."""
    for path in folder().glob(f"{DRAFT}*"):
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(handle)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
