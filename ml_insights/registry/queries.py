"""Reads of model versions."""

from sqlmodel import Session, col, select

from ml_insights.registry.facts import VersionFact
from ml_insights.registry.tables import ModelStatus, ModelVersion


def champion(session: Session, name: str, dataset: str = "") -> VersionFact | None:
    """The version that answers, or None before the first training."""
    query = select(ModelVersion).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset, ModelVersion.status == ModelStatus.CHAMPION
    )
    row = session.exec(query.order_by(col(ModelVersion.id).desc()).limit(1)).first()
    return version_fact(row) if row else None


def versions(session: Session, name: str, dataset: str = "", limit: int = 50) -> list[VersionFact]:
    """The newest versions of a model, newest first."""
    query = select(ModelVersion).where(ModelVersion.name == name, ModelVersion.dataset == dataset)
    return [version_fact(row) for row in session.exec(query.order_by(col(ModelVersion.id).desc()).limit(limit))]


def version_fact(row: ModelVersion) -> VersionFact:
    """What the rest of the product may know of a row."""
    return VersionFact(
        id=row.id or 0,
        name=row.name,
        dataset=row.dataset,
        version=row.version,
        type=row.type,
        status=str(row.status),
        metrics=row.metrics,
        training_start=row.training_start,
        training_end=row.training_end,
        trained_at=row.trained_at,
        deployed_at=row.deployed_at,
    )
