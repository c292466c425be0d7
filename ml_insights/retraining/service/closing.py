"""The end of a run: its report, and who is told."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.capability import Progress
from ml_insights.core.i18n import LANGUAGES, N_
from ml_insights.core.settings import settings
from ml_insights.notifications import service as notifications
from ml_insights.retraining.facts import RunFact, StepFact
from ml_insights.retraining.policy import REPORTS_ROUTE, last_reason, outcome
from ml_insights.retraining.service import drafts
from ml_insights.retraining.service.contest import CHALLENGER, DEPLOYED, INCUMBENT
from ml_insights.retraining.service.models import metric_of, title_of
from ml_insights.retraining.service.report import headline, pictures
from ml_insights.retraining.service.report.pictures import Pictures
from ml_insights.retraining.service.steps import Context, Outcome
from ml_insights.retraining.tables import RetrainReport, RunKind, RunStatus, StepName, StepStatus

KINDS = {RunStatus.DONE: "success", RunStatus.PARTLY_FAILED: "warning", RunStatus.FAILED: "danger"}
TITLES = {
    RunStatus.DONE: N_("Models were retrained"),
    RunStatus.PARTLY_FAILED: N_("Models were retrained, not all of it worked"),
    RunStatus.FAILED: N_("Retraining failed"),
}
BODY = N_("{told} The report says why.")


def report(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Keep what the report draws; its words are made from the run's steps when somebody reads it."""
    run = context.run()
    drawn = {model: _pictures(run, model) for model in run.models}
    kept = {model: one.model_dump(mode="json") for model, one in drawn.items() if one}

    def write(session: Session) -> None:
        session.merge(
            RetrainReport(run_id=run.id, dataset=run.dataset, kind=run.kind, created_at=clock.now(), pictures=kept)
        )

    return Outcome({"pictures": len(kept)}, write)


def _pictures(run: RunFact, model: str) -> Pictures | None:
    """None where nothing was judged, or its drafts are lost."""
    labels = run.of_model(model)[StepName.EVALUATE].result.get("scores", {})
    try:
        found = {label: drafts.evaluation(run.id, model, label) for label in labels}
    except drafts.LOST:
        return None
    rival = found.get(DEPLOYED) or found.get(INCUMBENT)
    return pictures.of_model(found[CHALLENGER], rival) if found else None


def notify(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Tell those who manage models; of a light run only what it changed or could not do."""
    run = context.run()
    status, told = outcome(run.steps), summary(run)
    changed = any(one["promoted"] for one in told["models"].values())
    if run.kind == RunKind.CONTINUOUS and status == RunStatus.DONE and not changed:
        return Outcome(skipped=True)

    def write(session: Session) -> dict[str, Any]:
        people = notifications.tell(
            session,
            Area.MODELS_MANAGE,
            TITLES[status],
            BODY,
            route=f"{REPORTS_ROUTE}?run={run.id}",
            kind=KINDS[status],
            key=f"retrain-{run.id}",
            dataset=run.dataset,
            told={language: headline(run, language) for language in LANGUAGES},
        )
        return {"people": people}

    return Outcome(write=write)


def summary(run: RunFact) -> dict[str, Any]:
    """What became of each model, for programs: the result of the job and of the command."""
    report_step = run.of_model("").get(StepName.REPORT)
    return {
        "run": run.id,
        "status": outcome(run.steps).value,
        "dataset": run.dataset,
        "report": run.id if report_step and report_step.status == StepStatus.DONE else None,
        "seconds": round(sum(step.seconds for step in run.steps), 1),
        "fit_seconds": round(sum(step.fit_seconds for step in run.steps), 1),
        "models": {model: _of_model(run, model) for model in run.models},
        "failed_steps": [f"{step.name} {step.model}".strip() for step in run.steps if step.status == StepStatus.FAILED],
    }


def _of_model(run: RunFact, model: str) -> dict[str, Any]:
    steps, language = run.of_model(model), settings().language
    published = steps[StepName.PUBLISH].result
    failed = next((step.error_in(language) for step in steps.values() if step.status == StepStatus.FAILED), "")
    return {
        "title": title_of(model),
        "promoted": bool(published.get("promoted")),
        "version": published.get("version"),
        "reason": last_reason(steps, metric_of(model, steps), language),
        "failed": failed,
        "unused": run.unused(model, language),
    }
