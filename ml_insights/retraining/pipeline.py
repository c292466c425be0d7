"""One run, from backup to notification: every step once, whatever interrupts it, and no model stops another."""

from __future__ import annotations

import logging
import time
from typing import Any

from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.service import hold
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.capability import Progress
from ml_insights.core.database import transaction
from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.i18n import LANGUAGES, gettext
from ml_insights.core.settings import settings
from ml_insights.jobs.errors import RunCancelled, RunLost, TookTooLong
from ml_insights.jobs.service import reason
from ml_insights.retraining import policy
from ml_insights.retraining.errors import AllModelsFailed, NoSpace, RunTakenOver, StepFailed
from ml_insights.retraining.facts import StepFact
from ml_insights.retraining.service import closing, data_steps, drafts, model_steps, runs
from ml_insights.retraining.service.models import recipe_named, retrainable, spec_of, trainer_of
from ml_insights.retraining.service.steps import Body, Context, Outcome
from ml_insights.retraining.tables import RunKind, RunStatus, StepName, StepStatus

log = logging.getLogger(__name__)

BODIES: dict[StepName, Body] = {
    StepName.BACKUP: data_steps.back_up,
    StepName.EXTRACT: data_steps.extract,
    StepName.QUALITY: data_steps.assess,
    StepName.TRAIN: model_steps.train,
    StepName.EVALUATE: model_steps.evaluate,
    StepName.REFIT: model_steps.refit,
    StepName.PUBLISH: model_steps.publish,
    StepName.REPORT: closing.report,
    StepName.NOTIFY: closing.notify,
}
STOPPED = (RunCancelled, TookTooLong)
ABORTING = (*STOPPED, RunLost, RunTakenOver)
"""What ends the run here and now, instead of one of its steps."""


def retrain(
    progress: Progress,
    kind: RunKind,
    models: list[str],
    recipe: str = "",
    dataset: str = "",
    *,
    asked_by: str = "",
    past: bool = False,
) -> dict[str, Any]:
    """Retrain `models` (all where none is named), or go on with the run that was interrupted; its summary.

    recipe: to be judged instead of the product's choice. dataset: that which pages show where none is named. asked_by:
    a person's address, "command line" or "schedule". past: it is one of the demo company's, where nothing is backed up,
    fetched or told, and quick recipes do. Raises UnknownModel, UnknownRecipe, and AllModelsFailed at the end of a run
    that no model survived.
    """
    request = _request(models, recipe, dataset) | ({"past": True} if past else {})
    with transaction() as session:
        run, attempt = runs.begin(session, kind, dataset or active_dataset(session).value, request, asked_by)
    context = Context(run.id, attempt, kind, request, run.dataset)
    if attempt == 1:
        drafts.discard(run.id)
    try:
        _recover(context)
        for step in run.steps:
            _do(context, step.position, progress)
        return _end(context)
    except STOPPED:
        _cancel(context)
        raise


def _request(models: list[str], recipe: str, dataset: str) -> dict[str, Any]:
    chosen = [spec_of(name).name for name in models] or list(retrainable())
    if recipe:
        for name in chosen:
            recipe_named(name, trainer_of(name), recipe)
    return {"models": chosen, "recipe": recipe, "dataset": dataset}


def _recover(context: Context) -> None:
    """Steps whose drafts are lost (another machine goes on, or somebody cleaned up) are done again."""
    run = context.run()
    for model in run.models:
        steps = run.of_model(model)
        if steps[StepName.PUBLISH].over or _drafts_whole(context, model, steps):
            continue
        log.warning("the drafts of %s are gone: it is trained again", model)
        with transaction() as session:
            runs.hold(session, context.run_id, context.attempt)
            runs.reset(session, [step.id for step in steps.values() if step.status == StepStatus.DONE])


def _drafts_whole(context: Context, model: str, steps: dict[StepName, StepFact]) -> bool:
    digests = dict(steps[StepName.TRAIN].result.get("digests", {}))
    if "digest" in steps[StepName.REFIT].result:
        digests["final"] = steps[StepName.REFIT].result["digest"]
    try:
        for label, digest in digests.items():
            drafts.model_files(context.run_id, model, label, digest)
        for label in steps[StepName.EVALUATE].result.get("scores", {}):
            drafts.evaluation(context.run_id, model, label)
    except drafts.LOST:
        return False
    return True


def _do(context: Context, position: int, progress: Progress) -> None:
    steps = context.run().steps
    step = steps[position]
    if step.over:
        return
    if any(
        other.model == step.model and (other.status == StepStatus.FAILED or other.unused)
        for other in steps
        if step.model
    ):
        _mark(context, step, StepStatus.SKIPPED)
        return
    start, width = policy.share_before(steps, position)
    title, of = gettext(policy.STEPS[step.name], settings().language), _title(step)
    log.info("retraining run %s: %s%s", context.run_id, title, of)

    def report(share: float, message: str, **values: Any) -> None:
        progress(start + width * share, message, **values)

    progress(start, policy.STEPS[step.name])
    _attempt(context, step, report)


def _title(step: StepFact) -> str:
    return f" ({spec_of(step.model).title})" if step.model else ""


def _attempt(context: Context, step: StepFact, progress: Progress) -> None:
    _mark(context, step, StepStatus.RUNNING, started_at=clock.now())
    started, context.fit_seconds = time.perf_counter(), 0.0
    try:
        outcome = BODIES[step.name](context, step, progress)
        _finish(context, step, outcome, started)
    except ABORTING:
        raise
    except InsufficientData as error:
        log.info("retraining run %s: %s is not used: %s", context.run_id, step.model, error.message("en"))
        _mark(context, step, StepStatus.SKIPPED, **_over(context, started), **reason(error))
    except Exception as error:
        told = _told(error)
        log.error("retraining run %s: %s%s failed: %s", context.run_id, step.name, _title(step), told.message("en"))
        if not isinstance(error, ProductError):
            log.exception("unexpected", exc_info=error)
        _mark(context, step, StepStatus.FAILED, **_over(context, started), **reason(told))


def _finish(context: Context, step: StepFact, outcome: Outcome, started: float) -> None:
    """What the step writes and its being done are one transaction: killed here, it was never done, or it is."""
    with transaction() as session:
        if outcome.write:
            hold(session, Dataset(context.dataset))  # before the run: an undo takes both in this order
        runs.hold(session, context.run_id, context.attempt)
        written = outcome.write(session) if outcome.write else None
        status = StepStatus.SKIPPED if outcome.skipped else StepStatus.DONE
        result = {**outcome.result, **(written or {})}
        runs.write_step(session, step.id, status=status, result=result, **_over(context, started))


def _over(context: Context, started: float) -> dict[str, Any]:
    seconds = round(time.perf_counter() - started, 3)
    return {"finished_at": clock.now(), "seconds": seconds, "fit_seconds": round(context.fit_seconds, 3)}


def _mark(context: Context, step: StepFact, status: StepStatus, **values: Any) -> None:
    with transaction() as session:
        runs.hold(session, context.run_id, context.attempt)
        runs.write_step(session, step.id, status=status, **values)


def _told(error: Exception) -> ProductError:
    if isinstance(error, ProductError):
        return error
    if isinstance(error, OSError):
        return NoSpace(reason=error.strerror or str(error))
    return StepFailed(reason=f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}")


def _end(context: Context) -> dict[str, Any]:
    run = context.run()
    status, summary = policy.outcome(run.steps), closing.summary(run)
    with transaction() as session:
        runs.hold(session, context.run_id, context.attempt, status=status, finished_at=clock.now(), summary=summary)
    drafts.discard(context.run_id)
    if status == RunStatus.FAILED:
        failed = [step for step in run.steps if step.model and step.status == StepStatus.FAILED]
        told = {language: "; ".join(step.error_in(language) for step in failed) for language in LANGUAGES}
        raise AllModelsFailed(reasons=told)
    return summary


def _cancel(context: Context) -> None:
    with transaction() as session:
        runs.hold(session, context.run_id, context.attempt, status=RunStatus.CANCELLED, finished_at=clock.now())
    drafts.discard(context.run_id)
