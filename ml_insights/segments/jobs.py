"""What the worker does: bring everybody's segment up to date with the orders."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.capability import Progress
from ml_insights.retraining.refreshing import refresh
from ml_insights.segments.queries import current_release, published_version
from ml_insights.segments.service.trainer import MODEL

JOB = "segments"


def segment(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Assign the customers of `dataset` (the active one by default) anew, unless that is done already."""
    return refresh(progress, MODEL, JOB, published_version, dataset, force)


def has_champion(session: Session) -> bool:
    """Whether the data that pages show has segments."""
    return current_release(session, active_dataset(session)) is not None
