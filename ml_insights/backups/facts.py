"""What the slice tells about backups."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class StoredVersion:
    """A model version as the saved database names it. `path` is relative to the folder of models."""

    path: str
    digest: str
    status: str


@dataclass(frozen=True)
class Snapshot:
    """A database at one moment, in files. `files` maps each member's name to its file; `tables` counts rows.

    `columns` and `sequences` (the last value given out, by `table.column`) are needed where rows are kept as text.
    """

    kind: str
    revision: str
    files: dict[str, Path]
    tables: dict[str, int]
    columns: dict[str, list[str]]
    sequences: dict[str, int]
    versions: tuple[StoredVersion, ...]


@dataclass(frozen=True)
class Check:
    """When every byte of a backup was last compared with its checksums, and whether they agreed."""

    at: datetime
    good: bool


@dataclass(frozen=True)
class BackupFact:
    """One backup. `size` is in bytes. `readable` is False where not even its manifest can be read.

    `missing` names model versions whose files were missing or damaged when it was made. `before_restore` tells the
    copy of what a restore replaced.
    """

    name: str
    path: Path
    size: int
    created_at: datetime
    readable: bool = True
    by: str = ""
    product: str = ""
    revision: str = ""
    database: str = ""
    rows: int = 0
    models: int = 0
    missing: tuple[str, ...] = ()
    before_restore: bool = False
    check: Check | None = None


@dataclass(frozen=True)
class RestoreFact:
    """What a restore put in place. `before` is the backup of the state that it replaced, if one was taken."""

    name: str
    created_at: datetime
    rows: int
    models: int
    migrated_from: str = ""
    before: str = ""


@dataclass(frozen=True)
class RestoreRun:
    """The restore that is under way, or how the last one ended. `outcome` is "", "done" or "failed"."""

    active: bool
    name: str
    share: float
    message: str
    values: dict[str, str]
    outcome: str
