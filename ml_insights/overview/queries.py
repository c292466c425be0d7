"""What a new company has done, read from what there is."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, func, select

from ml_insights.accounts.tables import User
from ml_insights.backups import folder
from ml_insights.commerce.queries import has_any_rows
from ml_insights.commerce.tables import Dataset
from ml_insights.core import audit, clock, company_row
from ml_insights.core.computing import Stand, computer
from ml_insights.overview.facts import FirstSteps
from ml_insights.sources.tables import ImportBatch, ImportStatus

DISMISSED = "first-steps.dismiss"
NEW_FOR = timedelta(days=30)
"""How long after its first import a company is new."""


def first_steps(session: Session) -> FirstSteps | None:
    """What is done; None where all is, where somebody dismissed it, and where the company has been here for long."""
    if _dismissed(session) or _settled(session):
        return None
    found = FirstSteps(
        company=company_row.stored(session) is not None,
        data=has_any_rows(session, Dataset.COMPANY),
        results=_has_results(session),
        people=(session.scalar(select(func.count()).where(col(User.is_demo).is_(False))) or 0) > 1,
        backup=bool(folder.paths()),
    )
    return None if found.all_done else found


def _has_results(session: Session) -> bool:
    now = computer().look(session)
    return now.dataset == Dataset.COMPANY and any(model.stand == Stand.READY for model in now.models.values())


def _settled(session: Session) -> bool:
    first = session.scalar(select(func.min(ImportBatch.created_at)).where(ImportBatch.status == ImportStatus.DONE))
    return first is not None and clock.now() - first > NEW_FOR


def _dismissed(session: Session) -> bool:
    event = audit.AuditEvent
    return session.exec(select(event.id).where(event.action == DISMISSED).limit(1)).first() is not None
