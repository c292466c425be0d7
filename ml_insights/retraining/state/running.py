"""Retraining, watched while it runs; a reload of a page picks the run up again."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.i18n import gettext
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.state.following import FollowingState, follows
from ml_insights.jobs.tables import JobStatus
from ml_insights.retraining import policy, queries
from ml_insights.retraining.service.models import retrainable
from ml_insights.retraining.state.models import ModelsState
from ml_insights.retraining.state.monitor import MonitorState
from ml_insights.retraining.state.reports import ReportsState
from ml_insights.retraining.tables import StepStatus
from ml_insights.ui.guard import allow


def _every_model(_actor: str) -> dict[str, Any]:
    return {"models": [], "recipe": ""}


def _details(run: RunFact, language: str) -> dict[str, Any]:
    """The steps of a run, and the number of the report that it has written."""
    report = int((run.result or {}).get("run", 0)) if run.status == JobStatus.DONE else 0
    return {"steps": _steps(run, language), "report": report}


@follows(
    "retrain",
    "continuous-learning",
    sees=Area.MODELS,
    starts=Area.MODELS_MANAGE,
    then=(ModelsState.refresh, MonitorState.refresh, ReportsState.refresh),
    arguments=_every_model,
    details=_details,
)
class RetrainState(FollowingState, rx.State):
    """How far the run is, step by step, and how the last one that was watched here ended."""

    steps: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    report: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.MODELS)
    def open_models(self):
        """Show what is in production, and the run under way."""
        return [ModelsState.load, RetrainState.resume]

    @rx.event
    @allow(Area.MODELS)
    def open_monitor(self):
        """Show the monitor, and the run under way."""
        return [MonitorState.load, RetrainState.resume]

    @rx.event
    @allow(Area.MODELS)
    def open_reports(self):
        """Show the reports, and the run under way."""
        return [ReportsState.load, RetrainState.resume]

    @rx.event
    @allow(Area.MODELS_MANAGE)
    async def retrain(self, model: str = "", recipe: str = ""):
        """Retrain one model, or all where none is named, by the product's recipe or another one."""
        self.steps, self.report = [], 0
        return await self._start({"models": [model] if model else [], "recipe": recipe})


def _steps(job: RunFact, language: str) -> list[dict[str, Any]]:
    """The steps of the run that the job works on, in the reader's language; none until it has begun."""
    with reading() as session:
        run = queries.latest_run(session, job.dataset or active_dataset(session).value)
    if run is None or (run.finished_at and run.finished_at < job.created_at):
        return []
    titles = {name: gettext(spec.title, language) for name, spec in retrainable().items()}
    return [
        {
            "label": gettext(policy.STEPS[step.name], language),
            "model": titles.get(step.model, step.model),
            "status": step.status.value,
            "seconds": round(step.seconds, 1),
            "over": step.status in (StepStatus.DONE, StepStatus.FAILED),
            "error": step.error_in(language),
        }
        for step in run.steps
    ]
