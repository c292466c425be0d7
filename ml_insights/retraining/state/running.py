"""Retraining, watched while it runs; a reload of a page picks the run up again."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import gettext
from ml_insights.jobs import following
from ml_insights.jobs import service as jobs
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.retraining import policy, queries
from ml_insights.retraining.service.models import retrainable
from ml_insights.retraining.state.models import ModelsState
from ml_insights.retraining.state.monitor import MonitorState
from ml_insights.retraining.state.reports import ReportsState
from ml_insights.retraining.tables import StepStatus
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

JOBS = ("retrain", "continuous-learning")
LOOK_EVERY_SECONDS = 0.7


class RetrainState(rx.State):
    """How far the run is, step by step, and how the last one that was watched here ended."""

    active: rx.Field[bool] = rx.field(default=False)
    status: rx.Field[str] = rx.field(default="")
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    steps: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    report: rx.Field[int] = rx.field(default=0)
    finished: rx.Field[int] = rx.field(default=0)
    can_manage: rx.Field[bool] = rx.field(default=False)
    _watching: int = 0

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
    @allow(Area.MODELS)
    async def resume(self):
        """Watch the run that is under way, if one is."""
        self.can_manage = allowed(viewer(self).role, Area.MODELS_MANAGE)
        run = await asyncio.to_thread(_under_way)
        if run is None:
            self.active = False
            return None
        self._tell(run)
        return RetrainState.watch(run.id)

    @rx.event
    @allow(Area.MODELS_MANAGE)
    async def start(self, model: str = "", recipe: str = ""):
        """Retrain one model, or all where none is named, by the product's recipe or another one."""
        actor = viewer(self).email
        run_id = await asyncio.to_thread(_start, [model] if model else [], recipe, actor)
        self.active, self.share, self.message, self.error, self.steps, self.report = True, 0.0, "", "", [], 0
        return RetrainState.watch(run_id)

    @rx.event
    @allow(Area.MODELS_MANAGE)
    async def cancel(self):
        """Stop the run at its next step; what is in production stays."""
        await asyncio.to_thread(_cancel, viewer(self).email)

    @rx.event(background=True)
    @allow(Area.MODELS)
    async def watch(self, run_id: int):
        """Follow a run to its end."""
        async with self:
            if self._watching == run_id:
                return
            self._watching = run_id
        try:
            while True:
                run = await asyncio.to_thread(following.present, run_id, *JOBS)
                steps = await asyncio.to_thread(_steps, run, language_of(self))
                async with self:
                    self._tell(run)
                    self.steps = steps
                if not run.active:
                    break
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            async with self:
                self._watching = 0
        async with self:
            self.report = int((run.result or {}).get("run", 0)) if run.status == JobStatus.DONE else 0
            self.finished += 1
        yield ModelsState.refresh
        yield MonitorState.refresh
        yield ReportsState.refresh

    def _tell(self, run: RunFact) -> None:
        language = language_of(self)
        self.active, self.status, self.share = run.active, run.status.value, run.share
        self.message, self.error = run.message_in(language), run.error_in(language)


def _under_way() -> RunFact | None:
    run = following.latest(*JOBS)
    return run if run and run.active else None


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


def _start(models: list[str], recipe: str, actor: str) -> int:
    return following.start("retrain", actor, {"models": models, "recipe": recipe})


def _cancel(actor: str) -> None:
    run = _under_way()
    if run:
        with transaction() as session:
            jobs.request_cancel(session, run.id, actor)
