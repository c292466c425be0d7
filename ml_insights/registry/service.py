"""Save, promote and load model versions."""

import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlmodel import Session, col, select

from ml import artifact
from ml_insights.core import audit, clock
from ml_insights.core.errors import NotFound
from ml_insights.core.settings import settings
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.facts import LoadedModel, VersionFact
from ml_insights.registry.queries import version_fact
from ml_insights.registry.tables import ModelStatus, ModelVersion

log = logging.getLogger(__name__)

KEPT = 5
"""Versions whose files stay on disk: the champion and those to fall back on."""


def model_folder() -> Path:
    """Where model files are."""
    return settings().data_dir / "models"


def next_version(session: Session, name: str, dataset: str = "") -> str:
    """The version that comes next: "1", "2" …"""
    query = select(ModelVersion.version).where(ModelVersion.name == name, ModelVersion.dataset == dataset)
    return str(max((int(one) for one in session.exec(query)), default=0) + 1)


def save(session: Session, manifest: artifact.Manifest, files: Mapping[str, bytes], dataset: str = "") -> VersionFact:
    """Store a version as a candidate: files first, whole or not at all, then its row in the caller's transaction."""
    relative = Path(dataset or "shared") / manifest.name / manifest.version
    digest = _write_atomically(model_folder() / relative, manifest, files)
    row = ModelVersion(
        name=manifest.name,
        dataset=dataset,
        version=manifest.version,
        type=manifest.kind,
        path=relative.as_posix(),
        digest=digest,
        metrics=manifest.metrics,
        training_start=manifest.training_window[0],
        training_end=manifest.training_window[1],
        feature_schema=manifest.feature_schema,
        libraries=manifest.libraries,
        trained_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return version_fact(row)


def _write_atomically(target: Path, manifest: artifact.Manifest, files: Mapping[str, bytes]) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=target.parent))
    try:
        digest = artifact.write(draft, manifest, files)
        if target.exists():  # left by a transaction that was rolled back: no row names it
            shutil.rmtree(target)
        draft.replace(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return digest


def promote(session: Session, version_id: int, by: str) -> VersionFact:
    """Make a version the champion; the one before becomes the fallback and older fallbacks retire. Raises NotFound."""
    chosen = session.get(ModelVersion, version_id)
    if chosen is None:
        raise NotFound(kind="model version", name=version_id)
    for other in _versions(session, chosen.name, chosen.dataset):
        if other.status == ModelStatus.FALLBACK:
            other.status = ModelStatus.RETIRED
        if other.status == ModelStatus.CHAMPION and other.id != version_id:
            other.status = ModelStatus.FALLBACK
    chosen.status, chosen.deployed_at, chosen.promoted_by = ModelStatus.CHAMPION, clock.now(), by
    session.flush()
    audit.record(session, by, "model.promote", chosen.name, version=chosen.version, dataset=chosen.dataset)
    return version_fact(chosen)


def load(session: Session, name: str, dataset: str = "") -> LoadedModel:
    """The champion's verified files; when they were changed, those of the newest earlier champion that are right.

    Raises NoUsableModel when none can be trusted.
    """
    reasons: list[str] = []
    deployed = [row for row in _versions(session, name, dataset) if row.deployed_at]
    deployed.sort(key=lambda row: row.status != ModelStatus.CHAMPION)
    for row in deployed:
        try:
            manifest, files = artifact.read(model_folder() / row.path, row.digest)
        except artifact.BadArtifact as error:
            log.error("model %s version %s is not loaded: %s", name, row.version, error)
            reasons.append(f"version {row.version}: {error}")
            continue
        replaced = deployed[0].version if reasons else None
        return LoadedModel(version_fact(row), manifest, files, replaced)
    raise NoUsableModel(name=name, reason="; ".join(reasons) or "none was trained")


def remove_old_files(session: Session, name: str, dataset: str = "") -> int:
    """Delete the files of versions that nothing falls back on any more; their rows stay. Returns how many."""
    removed = 0
    for row in _versions(session, name, dataset)[KEPT:]:
        folder = model_folder() / row.path
        if row.status != ModelStatus.CHAMPION and folder.is_dir():
            shutil.rmtree(folder)
            removed += 1
    return removed


def _versions(session: Session, name: str, dataset: str) -> list[ModelVersion]:
    query = select(ModelVersion).where(ModelVersion.name == name, ModelVersion.dataset == dataset)
    return list(session.exec(query.order_by(col(ModelVersion.id).desc())))
