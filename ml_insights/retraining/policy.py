"""What steps and decisions are called, how long a model stays fresh, and how a run ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from ml.promotion import Decision, Question, Reason
from ml.quality import Oddity
from ml_insights.core.i18n import N_, Message, in_each
from ml_insights.retraining.facts import StepFact
from ml_insights.retraining.measures import figure_in_each, label_in_each
from ml_insights.retraining.tables import RunKind, RunStatus, StepName, StepStatus

MODEL_STEPS = (StepName.TRAIN, StepName.EVALUATE, StepName.REFIT, StepName.PUBLISH)
BEFORE = {
    RunKind.RETRAIN: (StepName.BACKUP, StepName.EXTRACT, StepName.QUALITY),
    RunKind.CONTINUOUS: (StepName.QUALITY,),
}
AFTER = (StepName.REPORT, StepName.NOTIFY)
OUTWARD = (StepName.BACKUP, StepName.EXTRACT, StepName.NOTIFY)
WEIGHTS = {StepName.TRAIN: 10.0, StepName.REFIT: 8.0, StepName.EVALUATE: 2.0, StepName.PUBLISH: 2.0}
"""How much of the progress bar a step is; 1 where it is not named."""

ABANDONED = timedelta(days=1)
"""A run that was interrupted longer ago is not gone on with: its data and its hold-out are of the past."""
STALE = timedelta(days=62)
"""From this age of its data on a model is overdue: two monthly runs did not renew it."""
REPORTS_ROUTE = "/models/reports"
MONITOR_ROUTE = "/models/monitor"
BACKTEST, NAIVE = "backtest_", "naive_"
"""Begin the names of scores from a model's own training, and of those of the naive method on the hold-out."""
SETTLED = 0.1
SHIFTED = 0.25
"""Population stability index from which an input counts as shifted (Siddiqi 2006)."""
LEAST_NEW_DAYS = 5
"""Days that came after a model's training before continuous learning has enough to judge by."""

STEPS: dict[StepName, str] = {
    StepName.BACKUP: N_("Back up"),
    StepName.EXTRACT: N_("Extract"),
    StepName.QUALITY: N_("Check and clean"),
    StepName.TRAIN: N_("Train"),
    StepName.EVALUATE: N_("Evaluate"),
    StepName.REFIT: N_("Train on everything"),
    StepName.PUBLISH: N_("Publish"),
    StepName.REPORT: N_("Report"),
    StepName.NOTIFY: N_("Tell the admins"),
}
STATUSES: dict[StepStatus, str] = {
    StepStatus.WAITING: N_("waiting"),
    StepStatus.RUNNING: N_("running"),
    StepStatus.DONE: N_("done"),
    StepStatus.FAILED: N_("failed"),
    StepStatus.SKIPPED: N_("skipped"),
}
OUTCOMES: dict[RunStatus, str] = {
    RunStatus.RUNNING: N_("under way"),
    RunStatus.DONE: N_("done"),
    RunStatus.PARTLY_FAILED: N_("partly failed"),
    RunStatus.FAILED: N_("failed"),
    RunStatus.CANCELLED: N_("cancelled"),
}
QUESTIONS: dict[Question, str] = {
    Question.FIRST: N_("Is the first model good enough?"),
    Question.NEW_HORIZON: N_("Is the model of the new horizon good enough?"),
    Question.NEW_RECIPE: N_("Is the new recipe better?"),
    Question.NEWER_DATA: N_("May the same recipe go on with newer data?"),
    Question.NOTHING_NEW: N_("Is there anything new?"),
}
REASONS: dict[Reason, str] = {
    Reason.FIRST_BEATS_NAIVE: N_(
        "It is the first model, and on the hold-out it is at least as good as the naive one ({metric} {challenger} "
        "against {incumbent}, {units} units)."
    ),
    Reason.FIRST_WORSE_THAN_NAIVE: N_(
        "On the hold-out it is worse than the naive one beyond noise ({metric} {challenger} against {incumbent}, "
        "{units} units), so it does not go in."
    ),
    Reason.FIRST_UNJUDGED: N_(
        "It is the first model, and there is too little data to hold any of it out: it goes in unjudged."
    ),
    Reason.NEW_HORIZON_BEATS_NAIVE: N_(
        "The champion looks ahead by other days, so that the two cannot be compared. On the hold-out it is at least as "
        "good as the naive one ({metric} {challenger} against {incumbent}, {units} units)."
    ),
    Reason.NEW_HORIZON_WORSE_THAN_NAIVE: N_(
        "The champion looks ahead by other days, so that the two cannot be compared. On the hold-out it is worse than "
        "the naive one beyond noise ({metric} {challenger} against {incumbent}, {units} units), so it does not go in."
    ),
    Reason.NEW_HORIZON_UNJUDGED: N_(
        "The champion looks ahead by other days, and there is too little data to hold so many out: it goes in unjudged."
    ),
    Reason.BETTER_BEYOND_NOISE: N_(
        "The new recipe is better beyond noise: it saves {gain} {metric} per unit ({interval}), {challenger} against "
        "{incumbent} on {units} units."
    ),
    Reason.NOT_BETTER_BEYOND_NOISE: N_(
        "The new recipe is not better beyond noise: it saves {gain} {metric} per unit ({interval}), {challenger} "
        "against {incumbent} on {units} units."
    ),
    Reason.WORSE_BEYOND_NOISE: N_(
        "The new recipe is worse beyond noise: it costs {cost} {metric} per unit ({interval}), {challenger} against "
        "{incumbent} on {units} units."
    ),
    Reason.NOT_WORSE: N_(
        "The same recipe on newer data is not worse: it saves {gain} {metric} per unit ({interval}; up to {margin} "
        "worse would do), {challenger} against {incumbent} on {units} units."
    ),
    Reason.WORSE_ON_NEWER_DATA: N_(
        "The same recipe on newer data is worse by more than {margin}: it costs {cost} {metric} per unit ({interval}), "
        "{challenger} against {incumbent} on {units} units."
    ),
    Reason.ANSWERS_FEWER: N_("It leaves more than one in twenty of the champion's units without an answer."),
    Reason.NOTHING_TO_COMPARE: N_("There is no unit on the hold-out that both could be judged on."),
    Reason.NOTHING_NEW: N_("Neither the data nor the recipe has changed since the champion was trained."),
}
ODDITIES: dict[Oddity, str] = {
    Oddity.FUTURE: N_("Dated in the future; left out"),
    Oddity.UNFINISHED_DAY: N_("Of the day that is still going on; left out"),
    Oddity.RETURNS: N_("Returns; counted against sales"),
    Oddity.ZERO_PRICE: N_("With a price of 0; kept"),
    Oddity.NEGATIVE_PRICE: N_("With a negative price; kept"),
    Oddity.ZERO_QUANTITY: N_("With a quantity of 0; kept"),
    Oddity.REPEATED: N_("Repeated exactly within an order; kept, real files do that"),
    Oddity.UNKNOWN_PRODUCT: N_("Of products that the list of products does not name; kept"),
    Oddity.ANONYMOUS: N_("Without a customer; kept"),
    Oddity.EXTREME_QUANTITY: N_("Far above the product's usual quantity; kept, methods are robust to it"),
}


def promised(metrics: Mapping[str, Any], name: str) -> tuple[float | None, bool]:
    """(score that a version went in with, whether it is only that of its own backtest and not of a hold-out)."""
    if name in metrics:
        return metrics[name], False
    own = metrics.get(BACKTEST + name)
    return own, own is not None


def shift_level(shift: float) -> str:
    """How far an input has moved, in the usual classes of its index."""
    return "shifted" if shift > SHIFTED else "moving" if shift > SETTLED else "stable"


def reason_of(decision: Mapping[str, Any], metric: str) -> Message:
    """Why it was decided so, in words; `decision` is what `decision_values` wrote down."""
    gain = decision["gain"]
    values = {
        "metric": label_in_each(metric),
        "gain": figure_in_each(gain),
        "cost": figure_in_each(None if gain is None else -gain),
        "interval": _interval(decision["low"], decision["high"]),
        "challenger": figure_in_each(decision["challenger"]),
        "incumbent": figure_in_each(decision["incumbent"]),
        "margin": figure_in_each(decision["margin"]),
        "units": decision["units"],
    }
    return Message(REASONS[Reason(decision["reason"])], values)


def last_reason(steps: Mapping[StepName, StepFact], metric: str, language: str) -> str:
    """Why a run did with a model what it did, in the reader's language; "" where it did not come to that."""
    decisions = steps[StepName.EVALUATE].result.get("decisions")
    if not decisions or not steps[StepName.PUBLISH].result:
        return ""
    return reason_of(decisions[-1], metric).told(language)


def _interval(low: float | None, high: float | None) -> dict[str, str]:
    if low is None or high is None:
        return in_each(N_("one unit alone says nothing about noise"))
    return in_each(N_("95 % interval {low} to {high}"), low=figure_in_each(low), high=figure_in_each(high))


def decision_values(decision: Decision) -> dict[str, Any]:
    """A decision as JSON."""
    return {
        "question": decision.question.value,
        "promote": decision.promote,
        "reason": decision.reason.value,
        "gain": known(decision.gain.gain),
        "low": known(decision.gain.low),
        "high": known(decision.gain.high),
        "units": decision.units,
        "challenger": known(decision.challenger),
        "incumbent": known(decision.incumbent),
        "margin": decision.margin,
    }


def known(value: float) -> float | None:
    """JSON knows no NaN."""
    return float(value) if math.isfinite(value) else None


def planned(kind: RunKind, models: Sequence[str], past: bool = False) -> list[tuple[StepName, str]]:
    """(step, model) of a run, in order; one of the demo company's past leaves out what reaches beyond its models."""
    of_models = [(step, model) for model in models for step in MODEL_STEPS]
    steps = [*((step, "") for step in BEFORE[kind]), *of_models, *((step, "") for step in AFTER)]
    return [step for step in steps if not (past and step[0] in OUTWARD)]


def share_before(steps: Sequence[StepFact], position: int) -> tuple[float, float]:
    """(share, width) of a step on the progress bar of its run."""
    weights = [WEIGHTS.get(step.name, 1.0) for step in steps]
    before = sum(weight for step, weight in zip(steps, weights, strict=True) if step.position < position)
    own = next(weight for step, weight in zip(steps, weights, strict=True) if step.position == position)
    return before / sum(weights), own / sum(weights)


def outcome(steps: Sequence[StepFact]) -> RunStatus:
    """How a run ended: done, failed where every model that has data failed, else partly failed."""
    failed = [step for step in steps if step.status == StepStatus.FAILED]
    models = {step.model for step in steps if step.model} - {step.model for step in steps if step.unused}
    if models and models == {step.model for step in failed if step.model}:
        return RunStatus.FAILED
    return RunStatus.PARTLY_FAILED if failed else RunStatus.DONE
