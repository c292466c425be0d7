"""The beginning of a report: its title and headline, who asked for the run, what came of each model, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml.promotion import Question
from ml_insights.core.i18n import N_, gettext
from ml_insights.retraining import measures, policy
from ml_insights.retraining.facts import RunFact, StepFact
from ml_insights.retraining.service.contest import CHALLENGER, DEPLOYED, INCUMBENT
from ml_insights.retraining.service.models import metric_of, title_of
from ml_insights.retraining.service.report.reader import Reader
from ml_insights.retraining.tables import RunKind, StepName, StepStatus

TITLES = {
    RunKind.RETRAIN: N_("Retraining of {day}"),
    RunKind.CONTINUOUS: N_("Continuous learning of {day}"),
}
BY_HAND, PAST = N_("By hand, {person}"), N_("The demo company's past")
ASKED = {"schedule": N_("By the schedule"), "command line": N_("By hand, on the command line")}
BECAME = {
    "promoted": N_("Renewed: {models}."),
    "kept": N_("Kept as it was: {models}."),
    "failed": N_("Failed, so that the former model goes on answering: {models}."),
    "unused": N_("Not used, for want of data: {models}."),
}
RESULTS = {"promoted": N_("promoted"), "kept": N_("kept"), "failed": N_("failed")}
AT_A_GLANCE = (
    N_("Model"),
    N_("Result"),
    N_("Version that answers"),
    N_("Judged by"),
    N_("Challenger"),
    N_("Champion"),
    N_("Naive"),
)


def title(run: RunFact, language: str) -> str:
    """What kind of run it was, and of which day."""
    reader = Reader(language)
    return reader.t(TITLES[run.kind], day=reader.day(run.started_at))


def headline(run: RunFact, language: str) -> str:
    """What became of the models, in a sentence each."""
    models: dict[str, list[str]] = {became: [] for became in BECAME}
    for model in run.models:
        models[_became(run, model)].append(gettext(title_of(model), language))
    told = [gettext(BECAME[became], language, models=", ".join(names)) for became, names in models.items() if names]
    return " ".join(told)


def asked(run: RunFact, language: str) -> str:
    """Who asked for the run; "" where it is not known."""
    if run.request.get("past"):
        return gettext(PAST, language)
    if run.asked_by in ASKED or not run.asked_by:
        return gettext(ASKED[run.asked_by], language) if run.asked_by else ""
    return gettext(BY_HAND, language, person=run.asked_by)


def begun(run: RunFact, reader: Reader) -> str:
    """Who asked for it and when it began."""
    by, at = asked(run, reader.language), reader.moment(run.started_at)
    if by:
        return reader.t(N_("{by}; begun {at}, run {run}."), by=by, at=at, run=run.id)
    return reader.t(N_("Begun {at}, run {run}."), at=at, run=run.id)


def used(run: RunFact) -> list[str]:
    """The models that had data."""
    return [model for model in run.models if _became(run, model) != "unused"]


def at_a_glance(run: RunFact, reader: Reader) -> str:
    """A row per model: its result, what answers, and the scores that decided."""
    rows = [_row(run, model, reader) for model in used(run)]
    return reader.table(AT_A_GLANCE, rows) if rows else ""


def why(run: RunFact, reader: Reader) -> str:
    """Every decision with its reason, and every failure."""
    parts = [f"## {reader.t(N_('What changed and why'))}"]
    for model in run.models:
        steps = run.of_model(model)
        metric = metric_of(model, steps)
        reasons = [_decision(one, metric, reader) for one in steps[StepName.EVALUATE].result.get("decisions", [])]
        reasons += [step.error_in(reader.language) for step in steps.values() if step.error]
        parts.append(f"**{reader.t(title_of(model))}**\n\n" + "\n".join(f"- {reason}" for reason in reasons))
    failed = [step for step in run.steps if not step.model and step.status == StepStatus.FAILED]
    parts += [f"**{reader.t(policy.STEPS[step.name])}**\n\n- {step.error_in(reader.language)}" for step in failed]
    return "\n\n".join(parts)


def _became(run: RunFact, model: str) -> str:
    steps = run.of_model(model)
    if any(step.status == StepStatus.FAILED for step in steps.values()):
        return "failed"
    if any(step.unused for step in steps.values()):
        return "unused"
    return "promoted" if steps[StepName.PUBLISH].result.get("promoted") else "kept"


def _row(run: RunFact, model: str, reader: Reader) -> list[str]:
    steps = run.of_model(model)
    metric, judged = metric_of(model, steps), steps[StepName.EVALUATE].result
    naive = next(iter(judged.get("baselines", {}).values()), {}).get(metric)
    figures = (_score(steps, metric, CHALLENGER), _score(steps, metric, DEPLOYED, INCUMBENT), naive)
    return [
        reader.t(title_of(model)),
        reader.t(RESULTS[_became(run, model)]),
        str(steps[StepName.PUBLISH].result.get("version") or "–"),
        measures.label(metric, reader.language),
        *(measures.written(metric, value, reader.language) for value in figures),
    ]


def _score(steps: Mapping[StepName, StepFact], metric: str, *labels: str) -> float | None:
    """That of the first of `labels` that was scored."""
    scores = steps[StepName.EVALUATE].result.get("scores", {})
    return next((scores[label]["metrics"].get(metric) for label in labels if label in scores), None)


def _decision(told: Mapping[str, Any], metric: str, reader: Reader) -> str:
    question = reader.t(policy.QUESTIONS[Question(told["question"])])
    answer = reader.t(N_("Yes.") if told["promote"] else N_("No."))
    return f"{question} {answer} {policy.reason_of(told, metric).told(reader.language)}"
