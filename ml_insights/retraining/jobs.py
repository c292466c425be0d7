"""What runs in a worker: the monthly retraining, and the weekly lighter one."""

from __future__ import annotations

from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.retraining.service.pipeline import retrain
from ml_insights.retraining.tables import RunKind


def retrain_models(
    progress: Progress, models: list[str] | None = None, recipe: str = "", dataset: str = ""
) -> dict[str, Any]:
    """The whole pipeline over `models`, all where none is named."""
    return retrain(progress, RunKind.RETRAIN, models or [], recipe, dataset)


def learn_continuously(progress: Progress, models: list[str] | None = None, dataset: str = "") -> dict[str, Any]:
    """A candidate from what is newly labelled, judged by the same rule; nothing where nothing is new."""
    return retrain(progress, RunKind.CONTINUOUS, models or [], "", dataset)
