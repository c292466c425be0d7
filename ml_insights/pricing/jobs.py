"""What the worker does: prices brought up to date every week, scheduled ones applied on their day."""

from __future__ import annotations

from typing import Any

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.capability import Progress
from ml_insights.core.company import company
from ml_insights.core.database import transaction
from ml_insights.pricing.service.deciding import apply_due
from ml_insights.retraining.refreshing import refresh

JOB, MODEL = "prices", "prices"


def compute(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Ask the champion about the present weeks of `dataset` (the active one by default), where they have changed."""
    return refresh(progress, MODEL, JOB, dataset, force)


def apply_scheduled(progress: Progress) -> dict[str, Any]:
    """Apply the scheduled prices whose day has come in the company's zone."""
    today = clock.now().astimezone(company().zone).date()
    with transaction() as session:
        applied = {dataset.value: apply_due(session, dataset, today) for dataset in Dataset}
    return {"applied": sum(applied.values())}
