"""Reads of model versions, their history and what is wrong with them now."""

from sqlmodel import Session, col, select

from ml_insights.core.i18n import Message
from ml_insights.registry.facts import LEAST_AUC, IncidentFact, PromotionFact, Ranking, VersionFact
from ml_insights.registry.tables import Act, Incident, ModelStatus, ModelVersion, Promotion


def champion(session: Session, name: str, dataset: str = "") -> VersionFact | None:
    """The version that answers, or None before the first training."""
    query = select(ModelVersion).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset, ModelVersion.status == ModelStatus.CHAMPION
    )
    row = session.exec(query).first()
    return version_fact(row) if row else None


def champion_mark(session: Session, name: str, dataset: str = "") -> tuple[int, str] | None:
    """(number, digest) of the version that answers: all that is needed to see that it is another one."""
    query = select(ModelVersion.id, ModelVersion.digest).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset, ModelVersion.status == ModelStatus.CHAMPION
    )
    row = session.exec(query).first()
    return (row[0] or 0, row[1]) if row else None


def champions(session: Session) -> list[VersionFact]:
    """The version that answers, of every model and dataset."""
    query = select(ModelVersion).where(ModelVersion.status == ModelStatus.CHAMPION)
    return [version_fact(row) for row in session.exec(query.order_by(ModelVersion.name, ModelVersion.dataset))]


def stand_ins(session: Session, name: str, dataset: str = "") -> list[VersionFact]:
    """Versions that may answer where the champion cannot, best first: the fallback, then those that answered last.

    Versions that were rolled back from are left out: somebody did not want their answers.
    """
    unwanted = select(Promotion.from_version).where(
        Promotion.name == name, Promotion.dataset == dataset, Promotion.act == Act.ROLLBACK
    )
    query = select(ModelVersion).where(
        ModelVersion.name == name,
        ModelVersion.dataset == dataset,
        col(ModelVersion.status).in_((ModelStatus.FALLBACK, ModelStatus.RETIRED)),
        col(ModelVersion.deployed_at).is_not(None),
    )
    wanted = (col(ModelVersion.status) == ModelStatus.FALLBACK) | col(ModelVersion.version).not_in(unwanted)
    order = (col(ModelVersion.status) != ModelStatus.FALLBACK, col(ModelVersion.deployed_at).desc())
    return [version_fact(row) for row in session.exec(query.where(wanted).order_by(*order))]


def version(session: Session, name: str, dataset: str, number: str) -> VersionFact | None:
    """One version of a model, by its own number ("3")."""
    query = select(ModelVersion).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset, ModelVersion.version == number
    )
    row = session.exec(query).first()
    return version_fact(row) if row else None


def refused(session: Session, name: str, dataset: str, recipe_digest: str) -> VersionFact | None:
    """The newest version made by a recipe that was compared and refused; None where none was."""
    never = (ModelVersion.status == ModelStatus.RETIRED, col(ModelVersion.deployed_at).is_(None))
    query = select(ModelVersion).where(
        ModelVersion.name == name,
        ModelVersion.dataset == dataset,
        ModelVersion.recipe_digest == recipe_digest,
        ModelVersion.reason != "",
        *never,
    )
    row = session.exec(query.order_by(col(ModelVersion.id).desc()).limit(1)).first()
    return version_fact(row) if row else None


def ranking(session: Session, key: str, dataset: str) -> Ranking | None:
    """How well the version that the ledger calls `key` ("churn/3") ranked its hold-out; None where that is unknown."""
    name, _, number = key.partition("/")
    found = version(session, name, dataset, number)
    metrics = found.metrics if found else {}
    auc, least = (metrics.get(name) for name in ("roc_auc", LEAST_AUC))
    return None if auc is None or least is None else Ranking(float(auc), float(least))


def versions(session: Session, name: str, dataset: str = "", limit: int = 50) -> list[VersionFact]:
    """The newest versions of a model, newest first."""
    query = select(ModelVersion).where(ModelVersion.name == name, ModelVersion.dataset == dataset)
    return [version_fact(row) for row in session.exec(query.order_by(col(ModelVersion.id).desc()).limit(limit))]


def horizons(session: Session, name: str, dataset: str = "") -> dict[str, int]:
    """Version → how many days ahead it looks, of those that were made for so many."""
    query = select(ModelVersion.version, ModelVersion.horizon).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset
    )
    return {version: horizon for version, horizon in session.exec(query) if horizon is not None}


def history(session: Session, name: str, dataset: str = "", limit: int = 50) -> list[PromotionFact]:
    """Changes of champion, newest first."""
    query = select(Promotion).where(Promotion.name == name, Promotion.dataset == dataset)
    return [
        PromotionFact(Act(row.act), row.from_version, row.to_version, row.by, _why(row), row.at)
        for row in session.exec(query.order_by(col(Promotion.id).desc()).limit(limit))
    ]


def replaced_by(session: Session, name: str, dataset: str, number: str) -> str | None:
    """The version that `number` replaced when it was last promoted (not rolled back to)."""
    query = select(Promotion.from_version).where(
        Promotion.name == name,
        Promotion.dataset == dataset,
        Promotion.to_version == number,
        Promotion.act == Act.PROMOTE,
    )
    return session.exec(query.order_by(col(Promotion.id).desc()).limit(1)).first()


def incidents(session: Session) -> list[IncidentFact]:
    """Champions that cannot be loaded now, the latest first."""
    query = select(Incident, ModelVersion).join(ModelVersion, col(ModelVersion.id) == col(Incident.version_id))
    query = query.where(col(Incident.resolved_at).is_(None)).order_by(col(Incident.id).desc())
    return [
        IncidentFact(row.name, row.dataset, row.version, incident.answering, incident.reason, incident.raised_at)
        for incident, row in session.exec(query)
    ]


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
        digest=row.digest,
        path=row.path,
        libraries=row.libraries,
        feature_schema=row.feature_schema,
        promoted_by=row.promoted_by,
        why=_why(row),
        recipe=row.recipe,
        recipe_digest=row.recipe_digest,
        data_version=row.data_version,
        report=row.report,
        horizon=row.horizon,
    )


def _why(row: ModelVersion | Promotion) -> Message:
    return Message(row.reason, row.reason_values)
