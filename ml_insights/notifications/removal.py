"""The notifications' part of removing a data set: what people were told about it."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.notifications.tables import Notification


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows tell of the data set."""
    return {"notifications": session.exec(select(func.count()).where(col(Notification.dataset) == dataset)).one()}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove them, whoever they were for."""
    of_dataset = col(Notification.dataset) == dataset
    return {"notifications": session.connection().execute(delete(Notification).where(of_dataset)).rowcount}
