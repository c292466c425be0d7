"""Files of model versions, into an archive and back.

A version's folder never changes once it is written, so files that are there now are those that any earlier moment of
the database named. On the way back nothing is overwritten: where a name is taken by other contents, the version is put
beside it and its row is changed, so that readers of the former state keep their files until the last moment.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text, update
from sqlmodel import col

from ml import artifact
from ml_insights.backups.archive import Writer
from ml_insights.backups.facts import StoredVersion
from ml_insights.registry.service import model_folder
from ml_insights.registry.tables import ModelStatus, ModelVersion

PREFIX = "models/"
ANSWERING = frozenset({ModelStatus.CHAMPION.value, ModelStatus.FALLBACK.value})
"""Versions whose files have to be there; those of retired ones are removed in time."""


def add(writer: Writer, versions: Iterable[StoredVersion]) -> tuple[dict[str, str], list[str]]:
    """Add every version that is whole. Returns their digests by path, and the paths of those that should be whole."""
    whole: dict[str, str] = {}
    missing: list[str] = []
    for version in versions:
        folder = model_folder() / version.path
        try:
            _, files = artifact.read(folder, version.digest)
            files = {artifact.MANIFEST: (folder / artifact.MANIFEST).read_bytes(), **files}
        except (artifact.BadArtifact, OSError):
            if folder.exists() or version.status in ANSWERING:
                missing.append(version.path)
            continue
        for name, data in files.items():
            writer.add_bytes(f"{PREFIX}{version.path}/{name}", data)
        whole[version.path] = version.digest
    return whole, missing


@dataclass(frozen=True)
class Placed:
    """`new` are the paths that were written, `moved` maps the paths that were taken to those used instead."""

    new: list[str]
    moved: dict[str, str]


def put(unpacked: Path, versions: dict[str, str]) -> Placed:
    """Put the unpacked versions (path → digest) in place; those that are there already are left alone."""
    placed = Placed([], {})
    for path, digest in versions.items():
        if _is_whole(model_folder() / path, digest):
            continue
        target = path
        if (model_folder() / path).exists():
            target = placed.moved[path] = f"{path}-{digest[:12]}"
        if not _is_whole(model_folder() / target, digest):
            shutil.rmtree(model_folder() / target, ignore_errors=True)
            _put(unpacked / PREFIX / path, model_folder() / target)
            placed.new.append(target)
    return placed


def rename(connection: Connection, moved: dict[str, str]) -> None:
    """Make the rows name the places where their files are."""
    for path, beside in moved.items():
        connection.execute(update(ModelVersion).where(col(ModelVersion.path) == path).values(path=beside))


def named(connection: Connection) -> set[str]:
    """Paths of every version that the database knows."""
    if not inspect(connection).has_table("ai_models"):
        return set()
    return {str(row[0]) for row in connection.execute(text("SELECT path FROM ai_models"))}


def remove(paths: Iterable[str]) -> None:
    """Remove the files of versions that no row names any more."""
    for path in paths:
        shutil.rmtree(model_folder() / path, ignore_errors=True)


def _is_whole(folder: Path, digest: str) -> bool:
    try:
        artifact.read(folder, digest)
    except artifact.BadArtifact:
        return False
    return True


def _put(source: Path, target: Path) -> None:
    """Copy a version, whole or not at all, and for good: its row is about to name it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=target.parent))
    try:
        for file in source.iterdir():
            shutil.copyfile(file, draft / file.name)
            sync(draft / file.name)
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def sync(path: Path) -> None:
    """See that a file or a folder is on the disk for good."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
