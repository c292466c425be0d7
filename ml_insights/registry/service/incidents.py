"""Champions that cannot be loaded: written down and told once, for as long as it lasts."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.i18n import N_
from ml_insights.notifications.service import tell
from ml_insights.notifications.tables import Kind
from ml_insights.registry.facts import VersionFact
from ml_insights.registry.tables import Incident, ModelStatus, ModelVersion
from ml_insights.registry.words import title_of

ROUTE = "/models"
TITLE = N_("The model “{name}” cannot be loaded")
STOOD_IN = N_("Version {version}: {reason}. Version {answering} answers in its place. Roll back, or train it again.")
NO_STAND_IN = N_("Version {version}: {reason}. No other version can stand in. Train it again, or restore a backup.")


def raise_incident(session: Session, champion: VersionFact, answering: str | None, reason: str) -> bool:
    """Write down that `champion` cannot be loaded and tell those who manage models; False where that is known."""
    known = select(Incident.id).where(Incident.version_id == champion.id, col(Incident.resolved_at).is_(None))
    if session.exec(known).first() is not None:  # most of the time; what follows holds however many find out at once
        return False
    row = {"version_id": champion.id, "answering": answering, "reason": reason, "raised_at": clock.now()}
    number = session.connection().execute(_insert(session).values(row)).scalar()
    if number is None:
        return False
    tell(
        session,
        Area.MODELS_MANAGE,
        TITLE,
        STOOD_IN if answering else NO_STAND_IN,
        route=ROUTE,
        kind=Kind.DANGER,
        key=f"model-incident-{number}",
        dataset=champion.dataset,
        name=title_of(champion.name),
        version=champion.version,
        answering=answering or "",
        reason=reason,
    )
    return True


def resolve(session: Session, version_id: int) -> bool:
    """Note that a version loads again; whether there was an incident. Reads first: most loads must write nothing."""
    known = (col(Incident.version_id) == version_id, col(Incident.resolved_at).is_(None))
    if session.exec(select(Incident.id).where(*known)).first() is None:
        return False
    session.connection().execute(update(Incident).where(*known).values(resolved_at=clock.now()))
    return True


def resolve_unless_champion(session: Session, name: str, dataset: str) -> None:
    """A version that no longer has to answer is no trouble any more."""
    others = select(ModelVersion.id).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset, ModelVersion.status != ModelStatus.CHAMPION
    )
    open_ = (col(Incident.version_id).in_(others), col(Incident.resolved_at).is_(None))
    session.connection().execute(update(Incident).where(*open_).values(resolved_at=clock.now()))


def _insert(session: Session) -> Any:
    """Adds no second open incident of a version, whoever else does so at the same moment."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(Incident).on_conflict_do_nothing().returning(col(Incident.id))
