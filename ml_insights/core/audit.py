"""Who did what, when. Append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel

from ml_insights.core import clock
from ml_insights.core.database import UtcDateTime


class AuditEvent(SQLModel, table=True):
    """One act of a person, a key or a job."""

    __tablename__ = "audit_events"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    actor: str = Field(index=True)
    action: str = Field(index=True)
    subject: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def record(session: Session, actor: str, action: str, subject: str = "", **detail: Any) -> None:
    """Add an audit event to the caller's transaction. `detail` must hold no secret."""
    session.add(AuditEvent(at=clock.now(), actor=actor, action=action, subject=subject, detail=detail))
