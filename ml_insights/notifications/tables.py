"""What people are told. One row per recipient, so that reading, and later sending, is a matter of that row alone.

The inbox shows these rows. A channel (e-mail, Telegram …) drains the same rows: it adds its own table of deliveries
(notification, channel) and claims each with a conditional UPDATE, so that two workers never send one twice.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from ml_insights.core.database import UtcDateTime

UNREAD_AND_KEYED = text("read_at IS NULL AND key IS NOT NULL")


class Kind(StrEnum):
    """How much it matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


class Notification(SQLModel, table=True):
    """Something that one person is told.

    `title` and `body` are English templates, translated with `message_values` where they are shown. `key` names the
    matter: while a row about it is unread, nobody is told again. `route` is the page concerned. `dataset` is empty
    where it is about neither the company's data nor the demo's.
    """

    __tablename__ = "notifications"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "notifications_unread_matter",
            "user_id",
            "dataset",
            "key",
            unique=True,
            sqlite_where=UNREAD_AND_KEYED,
            postgresql_where=UNREAD_AND_KEYED,
        ),
        Index("notifications_of_person", "user_id", "read_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False))
    dataset: str = Field(default="", index=True)
    kind: Kind = Field(default=Kind.INFO, sa_column=Column(String(16), nullable=False))
    title: str
    body: str = ""
    message_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    route: str | None = None
    key: str | None = None
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
