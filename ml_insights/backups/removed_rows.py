"""Files of rows that went because they were deleted at their source, into an archive and back.

Such a file never changes once its row names it. As with model files nothing is overwritten on the way back: where a
name is taken by other contents, the file is put beside it and its row is changed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update
from sqlmodel import col

from ml_insights.backups.archive import Writer
from ml_insights.backups.manifest import Manifest
from ml_insights.backups.model_files import Placed, sync
from ml_insights.sources.supabase.removal import kept_in
from ml_insights.sources.tables import SourceRemoval

PREFIX = "removed/"
ENDING = ".csv.gz"


def add(writer: Writer) -> None:
    """Add every file that there is."""
    for path in sorted(kept_in("").glob(f"*{ENDING}")):
        writer.add_file(f"{PREFIX}{path.name}", path, lambda more: None)


def put(unpacked: Path, manifest: Manifest) -> Placed:
    """Put the unpacked files in place; those that are there already are left alone."""
    placed = Placed([], {})
    for member, told in manifest.members.items():
        if not member.startswith(PREFIX):
            continue
        name = target = member.removeprefix(PREFIX)
        if kept_in(name).exists() and _digest(kept_in(name)) != told.sha256:
            target = placed.moved[name] = f"{name.removesuffix(ENDING)}-{told.sha256[:12]}{ENDING}"
        if not kept_in(target).exists():
            _put(unpacked / member, kept_in(target))
            placed.new.append(target)
    return placed


def rename(connection: Connection, moved: dict[str, str]) -> None:
    """Make the rows name the places where their files are."""
    for name, beside in moved.items():
        connection.execute(update(SourceRemoval).where(col(SourceRemoval.file) == name).values(file=beside))


def named(connection: Connection) -> set[str]:
    """Files that the database knows."""
    if not inspect(connection).has_table(str(SourceRemoval.__tablename__)):
        return set()
    return set(connection.scalars(select(col(SourceRemoval.file))))


def remove(names: Iterable[str]) -> None:
    """Remove files that no row names any more."""
    for name in names:
        kept_in(name).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(source: Path, target: Path) -> None:
    """Copy a file, whole or not at all, and for good: its row is about to name it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".draft-{target.name}")
    shutil.copyfile(source, draft)
    sync(draft)
    draft.replace(target)
    sync(target.parent)
