"""What the worker does every week: bring what the model of route costs says up to date with the deliveries."""

from __future__ import annotations

from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.logistics.tables import MODEL
from ml_insights.retraining.refreshing import refresh

JOB = "route-cost"


def refresh_routes(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Estimate the deliveries of `dataset` (the shown one by default) that came since; train where there is no model.

    Raises NoDeliveries or NotEnoughDeliveries, which is no failure.
    """
    return refresh(progress, MODEL, JOB, dataset, force)
