"""The notifications' part of removing the demo company: what people were told about it."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.notifications.tables import Notification

DEMO = "demo"
"""As `commerce` (above this slice) names the demo company's dataset."""

OF_DEMO = col(Notification.dataset) == DEMO


def count(session: Session) -> dict[str, int]:
    """How many rows tell of the demo company."""
    return {"notifications": session.exec(select(func.count()).where(OF_DEMO)).one()}


def clear(session: Session) -> dict[str, int]:
    """Remove them, whoever they were for."""
    return {"notifications": session.connection().execute(delete(Notification).where(OF_DEMO)).rowcount}
