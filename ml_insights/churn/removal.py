"""The churn slice's part of removing a data set: scores, alerts with their history, and the demo's rules."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.churn.tables import ChurnAlert, ChurnAlertEvent, ChurnRelease, ChurnScore, ChurnSettings
from ml_insights.commerce.tables import Dataset

Own = type[ChurnAlert] | type[ChurnRelease] | type[ChurnSettings]


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows are about the data set."""
    own = {str(table.__tablename__): _count(session, table, dataset) for table in _own(dataset)}
    scores = select(func.count()).select_from(ChurnScore).join(ChurnRelease)
    events = select(func.count()).select_from(ChurnAlertEvent).join(ChurnAlert)
    return own | {
        "churn_scores": session.exec(scores.where(col(ChurnRelease.dataset) == dataset)).one(),
        "churn_alert_events": session.exec(events.where(col(ChurnAlert.dataset) == dataset)).one(),
    }


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove them; the database removes what hangs on releases and alerts."""
    removed = count(session, dataset)
    for table in _own(dataset):
        session.exec(delete(table).where(col(table.dataset) == dataset))
    return removed


def _own(dataset: str) -> tuple[Own, ...]:
    """Rules that people have set for their own company outlive its rows: the next rows are judged by them."""
    return (ChurnAlert, ChurnRelease, *((ChurnSettings,) if dataset == Dataset.DEMO else ()))


def _count(session: Session, table: Own, dataset: str) -> int:
    return session.exec(select(func.count()).where(col(table.dataset) == dataset)).one()
