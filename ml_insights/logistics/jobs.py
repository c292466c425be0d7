"""What the worker does every week: bring what the model of route costs says up to date with the deliveries."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ml_insights.core.capability import Progress
from ml_insights.core.database import reading
from ml_insights.logistics.queries import active_dataset, count_deliveries, current_release, published_version
from ml_insights.logistics.tables import MODEL
from ml_insights.retraining.refreshing import refresh

JOB = "route-cost"


def refresh_routes(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Estimate the deliveries of `dataset` (the shown one by default) that came since; train where there is no model.

    A company without deliveries has nothing to estimate, which is no failure.
    """
    with reading() as session:
        chosen = dataset or active_dataset(session).value
        if not dataset and not count_deliveries(session, active_dataset(session)):
            return {"computed": False, "deliveries": 0}
    return refresh(progress, MODEL, JOB, published_version, chosen, force)


def has_champion(session: Session) -> bool:
    """Whether the data that pages show has a model, or nothing to make one of."""
    dataset = active_dataset(session)
    return current_release(session, dataset) is not None or not count_deliveries(session, dataset)
