"""Reads of backups: from the folder, which is all that is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml_insights.backups import archive, folder
from ml_insights.backups.errors import ChangedBackup, NotABackup
from ml_insights.backups.facts import BackupFact
from ml_insights.core.errors import NotFound


def list_backups() -> list[BackupFact]:
    """Every backup of the folder, newest first."""
    return [fact(path) for path in folder.paths()]


def stored(name: str) -> Path:
    """The backup of the folder with this name, which is checked: it may come from anywhere. Raises NotFound."""
    path = folder.folder() / name
    if not folder.NAME.fullmatch(name) or not path.is_file():
        raise NotFound(kind="backup", name=name)
    return path


def fact(path: Path) -> BackupFact:
    """What a backup says about itself, and what the last look at it found."""
    size = path.stat().st_size
    own = folder.NAME.fullmatch(path.name) is not None and path.parent == folder.folder()
    try:
        manifest = archive.read_manifest(path)
    except (NotABackup, ChangedBackup):
        return BackupFact(path.name, path, size, folder.time_of(path), readable=False)
    return BackupFact(
        name=path.name,
        path=path,
        size=size,
        created_at=manifest.moment(),
        by=manifest.by,
        product=manifest.product,
        revision=manifest.revision,
        database=manifest.database,
        rows=sum(manifest.tables.values()),
        models=len(manifest.models),
        missing=tuple(manifest.missing),
        before_restore=manifest.before_restore,
        check=folder.check_of(path) if own else None,
    )


def as_json(fact: BackupFact) -> dict[str, Any]:
    """A backup for programs."""
    return {
        "name": fact.name,
        "path": str(fact.path),
        "size": fact.size,
        "created_at": fact.created_at.isoformat(),
        "readable": fact.readable,
        "by": fact.by,
        "product": fact.product,
        "revision": fact.revision,
        "database": fact.database,
        "rows": fact.rows,
        "models": fact.models,
        "missing": list(fact.missing),
        "before_restore": fact.before_restore,
        "verified_at": fact.check.at.isoformat() if fact.check else None,
        "whole": fact.check.good if fact.check else None,
    }
