"""What people were told, removed: with the data set that it is about, or once it is old."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.core.ageing import remove_some
from ml_insights.notifications.tables import Notification


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows tell of the data set."""
    return {"notifications": session.exec(select(func.count()).where(col(Notification.dataset) == dataset)).one()}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove them, whoever they were for."""
    of_dataset = col(Notification.dataset) == dataset
    return {"notifications": session.connection().execute(delete(Notification).where(of_dataset)).rowcount}


def remove_old(session: Session, before: datetime, most: int) -> int:
    """Remove what was told before, read or not."""
    return remove_some(session, Notification, col(Notification.created_at) < before, most)
