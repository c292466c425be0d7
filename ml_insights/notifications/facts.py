"""What the inbox tells of a notification."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ml_insights.notifications.tables import Kind


@dataclass(frozen=True)
class Told:
    """One row of somebody's inbox. `title` and `body` are English templates that `values` fills."""

    id: int
    kind: Kind
    title: str
    body: str
    created_at: datetime
    read: bool
    route: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
