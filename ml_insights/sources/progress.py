"""How far the work on an upload is, for whoever watches it: from another tab, another process, or after a reload.

The share stands in a file beside the upload, because a database that is being written to has no room for it. A thread
keeps the file young, so that its age tells whether anybody still works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from ml_insights.core import clock
from ml_insights.sources import uploads

BEAT_SECONDS = 2.0
ALIVE_SECONDS = 30.0
"""A file older than this belongs to work that was cut off."""
OnShare = Callable[[float], None]


def begin(key: str) -> None:
    """Say that work on the upload `key` is about to begin."""
    _write(uploads.progress_of(key), 0.0)


@contextmanager
def shown(key: str) -> Iterator[OnShare]:
    """Show the work on the upload `key` while the block runs; a function that says how far it is, from 0 to 1."""
    path, reached, over = uploads.progress_of(key), [0.0], Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            _write(path, reached[0])

    def on_share(share: float) -> None:
        if share - reached[0] >= 0.01 or share >= 1:
            reached[0] = share
            _write(path, share)

    _write(path, 0.0)
    thread = Thread(target=beat, name="import-progress", daemon=True)
    thread.start()
    try:
        yield on_share
    finally:
        over.set()
        thread.join()
        path.unlink(missing_ok=True)


def share_of(key: str) -> float | None:
    """How far the work on an upload is; None where nobody works on it."""
    path = uploads.progress_of(key)
    try:
        alive = clock.now().timestamp() - path.stat().st_mtime < ALIVE_SECONDS
        return float(path.read_text() or 0) if alive else None
    except (FileNotFoundError, ValueError):
        return None


def _write(path: Path, share: float) -> None:
    path.write_text(f"{share:.3f}")
