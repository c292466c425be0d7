"""What the worker does."""

from __future__ import annotations

from typing import Any

from ml_insights.backups import queries, service
from ml_insights.core.capability import Progress
from ml_insights.core.database import transaction

ACTOR = "schedule"


def back_up(progress: Progress, by: str = ACTOR) -> dict[str, Any]:
    """Make a backup, rotate, and copy it to the bucket where one is named."""
    made = service.create(by, progress)
    with transaction() as session:
        service.note_created(session, made, by)
    return queries.as_json(made)
