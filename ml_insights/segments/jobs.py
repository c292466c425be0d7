"""What the worker does: bring everybody's segment up to date with the orders."""

from __future__ import annotations

from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.retraining.refreshing import refresh
from ml_insights.segments.service.trainer import MODEL

JOB = "segments"


def segment(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Assign the customers of `dataset` (the active one by default) anew, unless that is done already."""
    return refresh(progress, MODEL, JOB, dataset, force)
