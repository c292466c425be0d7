"""What runs in a worker: the monthly retraining, and the weekly lighter one."""

from __future__ import annotations

from typing import Any

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.capability import Progress
from ml_insights.core.database import reading
from ml_insights.core.i18n import N_, in_each
from ml_insights.jobs import service as jobs
from ml_insights.retraining.pipeline import retrain
from ml_insights.retraining.service.models import retrainable, title_of
from ml_insights.retraining.tables import RunKind
from ml_insights.retraining.watching import watch


def retrain_models(
    progress: Progress, models: list[str] | None = None, recipe: str = "", dataset: str = ""
) -> dict[str, Any]:
    """The whole pipeline over `models`, all where none is named."""
    asker = _asker(RunKind.RETRAIN, dataset)
    return retrain(progress, RunKind.RETRAIN, models or [], recipe, dataset, asked_by=asker)


def learn_continuously(progress: Progress, models: list[str] | None = None, dataset: str = "") -> dict[str, Any]:
    """A candidate from what is newly labelled, judged by the same rule; nothing where nothing is new."""
    return retrain(
        progress, RunKind.CONTINUOUS, models or [], "", dataset, asked_by=_asker(RunKind.CONTINUOUS, dataset)
    )


def _asker(job: RunKind, dataset: str) -> str:
    """Who asked for the run of the job that is under way here; the job is named as its kind of run."""
    with reading() as session:
        slot = jobs.slot_of(job.value, jobs.dataset_of(session, job.value, {"dataset": dataset}))
        run = jobs.holding(session, slot)
        return run.actor if run else ""


def watch_models(progress: Progress, dataset: str = "") -> dict[str, Any]:
    """Look at every champion's inputs, error and age, and tell those who can act."""
    if not dataset:
        with reading() as session:
            dataset = active_dataset(session).value
    models = list(retrainable())
    found: dict[str, Any] = {}
    for place, model in enumerate(models):
        progress(place / len(models), N_("Looking at {model}"), model=in_each(title_of(model)))
        seen = watch(model, dataset)
        if seen:
            found[model] = {"version": seen.version, "decayed": seen.decayed, "inputs": dict(seen.inputs)}
    return {"models": found}
