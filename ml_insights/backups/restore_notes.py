"""The file that says which restore is under way: a lock, and its progress for whoever looks.

It is outside of the database, which is being replaced.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ml_insights.backups.errors import RestoreUnderWay
from ml_insights.backups.facts import RestoreRun
from ml_insights.core.settings import settings

FILE = "restore.json"
WRITE_EVERY_SECONDS = 0.25


class Notes:
    """Writes how far the restore is, a few times a second at most."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name, self._written = path, name, float("-inf")

    def tell(self, share: float, message: str, **values: Any) -> None:
        """Say that `share` is done and what comes now."""
        if time.monotonic() - self._written >= WRITE_EVERY_SECONDS:
            self.write(share, message, "", values)
            self._written = time.monotonic()

    def write(self, share: float, message: str, outcome: str, values: dict[str, Any]) -> None:
        """Replace the note. A disk that is full must not keep the work from ending well."""
        told = {"name": self._name, "share": share, "message": message, "outcome": outcome}
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            fresh.write_text(json.dumps(told | {"values": {key: str(value) for key, value in values.items()}}))
            fresh.replace(self._path)


@contextmanager
def alone(name: str) -> Iterator[Notes]:
    """Be the only restore of this DATA_DIR. Raises RestoreUnderWay."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    with _lock_file().open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RestoreUnderWay from error
        yield Notes(settings().data_dir / FILE, name)


def latest() -> RestoreRun | None:
    """The restore that is under way, or the last one."""
    try:
        told = json.loads((settings().data_dir / FILE).read_text())
    except (OSError, ValueError):
        return None
    active = not told["outcome"] and _locked()
    return RestoreRun(active, told["name"], told["share"], told["message"], told["values"], told["outcome"])


def _lock_file() -> Path:
    return settings().data_dir / ".restore.lock"


def _locked() -> bool:
    """Whether a living process holds the lock."""
    if not _lock_file().exists():
        return False
    handle = os.open(_lock_file(), os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
