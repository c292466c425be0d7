"""The folders in which versions are kept: written whole or not at all, removed when nothing needs them."""

import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import event
from sqlmodel import Session

from ml import artifact
from ml_insights.core.settings import settings

DRAFT = ".draft-"
ABANDONED_SECONDS = 3600
"""A draft of this age belongs to a process that was killed."""


def model_folder() -> Path:
    """Where model files are."""
    return settings().data_dir / "models"


def write_atomically(target: Path, manifest: artifact.Manifest, files: Mapping[str, bytes]) -> str:
    """Write a version's folder, and return its digest. Whatever goes wrong, `target` is whole or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=target.parent))
    try:
        digest = artifact.write(draft, manifest, files)
        if target.exists():  # left by a transaction that was rolled back: no row names it
            shutil.rmtree(target)
        draft.replace(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return digest


def _sweep(folder: Path) -> None:
    for draft in folder.glob(f"{DRAFT}*"):
        if time.time() - draft.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def remove_after_commit(session: Session, paths: Iterable[str]) -> None:
    """Remove version folders once the transaction is through, so that a roll-back loses none."""
    folders = [model_folder() / path for path in paths]
    event.listen(session, "after_commit", lambda _: [shutil.rmtree(folder, True) for folder in folders], once=True)
    event.listen(session, "after_rollback", lambda _: folders.clear(), once=True)
