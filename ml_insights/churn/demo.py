"""The churn slice's part of removing the demo company: scores, alerts with their history, and rules."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.churn.tables import ChurnAlert, ChurnAlertEvent, ChurnRelease, ChurnScore, ChurnSettings
from ml_insights.commerce.tables import Dataset

OWN = (ChurnAlert, ChurnRelease, ChurnSettings)


def count(session: Session) -> dict[str, int]:
    """How many rows are about the demo company."""
    own = {str(table.__tablename__): _count(session, table) for table in OWN}
    scores = select(func.count()).select_from(ChurnScore).join(ChurnRelease)
    events = select(func.count()).select_from(ChurnAlertEvent).join(ChurnAlert)
    return own | {
        "churn_scores": session.exec(scores.where(col(ChurnRelease.dataset) == Dataset.DEMO)).one(),
        "churn_alert_events": session.exec(events.where(col(ChurnAlert.dataset) == Dataset.DEMO)).one(),
    }


def clear(session: Session) -> dict[str, int]:
    """Remove them; the database removes what hangs on releases and alerts."""
    removed = count(session)
    for table in OWN:
        session.exec(delete(table).where(col(table.dataset) == Dataset.DEMO))
    return removed


def _count(session: Session, table: type[ChurnAlert] | type[ChurnRelease] | type[ChurnSettings]) -> int:
    return session.exec(select(func.count()).where(col(table.dataset) == Dataset.DEMO)).one()
