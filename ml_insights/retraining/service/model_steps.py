"""The steps of one model: train, evaluate, train on everything, publish."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from ml import leakage, promotion
from ml_insights.commerce.service import require_sound
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.database import reading
from ml_insights.core.i18n import N_, Message
from ml_insights.core.training import QUICK, Evaluation, Fitted, HoldOut, Learning, Recipe, Trainer
from ml_insights.registry import queries as registered
from ml_insights.registry import service as registry
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.errors import FutureFound, LeakFound, OneAnswerOnly, TooFewExamples
from ml_insights.retraining.facts import StepFact
from ml_insights.retraining.policy import LEAST_NEW_DAYS, decision_values, reason_of
from ml_insights.retraining.rival import Rival, rival_of
from ml_insights.retraining.service import contest, drafts, releasing
from ml_insights.retraining.service.champions import require_champion
from ml_insights.retraining.service.contest import CHALLENGER, DEPLOYED, FINAL, INCUMBENT
from ml_insights.retraining.service.models import recipe_named, recipe_of_digest, trainer_of
from ml_insights.retraining.service.steps import Context, Outcome
from ml_insights.retraining.tables import RunKind, StepName


def train(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Fit the contenders on what was known on the eve of the hold-out."""
    model, trainer, learning = step.model, trainer_of(step.model), context.learning(step.model)
    champion = _champion(context, model)
    recipes = _contenders(context, model, trainer, champion)
    hold_out = contest.hold_out_of(learning, _days(context, trainer, learning, champion), trainer.least_days)
    told = _told(trainer, learning, champion, recipes, hold_out)
    if _nothing_new(context, trainer, learning, champion, recipes):
        return Outcome({**told, "decision": decision_values(promotion.nothing_new())})
    check_leaks(trainer, learning, hold_out.eve if hold_out else learning.last)
    if hold_out is None:
        return Outcome(told)
    digests: dict[str, str] = {}
    for position, (label, recipe) in enumerate(recipes.items()):
        report = _part(progress, position, len(recipes))
        fitted = _fit(context, model, trainer, learning, recipe, hold_out.eve, report)
        digests[label] = _keep(context, model, label, trainer, fitted, (learning.first, hold_out.eve))
    return Outcome({**told, "digests": digests})


def _contenders(context: Context, model: str, trainer: Trainer, champion: VersionFact | None) -> dict[str, Recipe]:
    """What is wanted, and the champion's own recipe where that is another one that the product still has."""
    own = recipe_of_digest(trainer, champion.recipe_digest) if champion else None
    if context.kind == RunKind.CONTINUOUS and own:
        return {CHALLENGER: own}
    wanted = _wanted(context, model, trainer)
    return {CHALLENGER: wanted, **({INCUMBENT: own} if own and own.digest != wanted.digest else {})}


def _wanted(context: Context, model: str, trainer: Trainer) -> Recipe:
    """What somebody named, else the product's choice; in the demo company's past the quick one, where there is one."""
    if context.request.get("past") and any(one.name == QUICK for one in trainer.recipes()):
        return recipe_named(model, trainer, QUICK)
    return recipe_named(model, trainer, context.request.get("recipe", ""))


def _days(context: Context, trainer: Trainer, learning: Learning, champion: VersionFact | None) -> int:
    """Length of the hold-out; a light run judges on what came after the champion's training, so that nothing leaks."""
    days = contest.hold_out_days(trainer, learning)
    if context.kind == RunKind.RETRAIN or champion is None:
        return days
    newer = (learning.last - date.fromisoformat(champion.training_end)).days
    return min(max(newer, _least_new_days(trainer, learning)), days)


def _least_new_days(trainer: Trainer, learning: Learning) -> int:
    """Fewer tell nothing, or have no answers yet."""
    return max(LEAST_NEW_DAYS, learning.horizon or trainer.answer_days)


def _nothing_new(
    context: Context, trainer: Trainer, learning: Learning, champion: VersionFact | None, recipes: dict[str, Recipe]
) -> bool:
    if champion is None or champion.recipe_digest != recipes[CHALLENGER].digest:
        return False
    if not contest.answers_alike(champion, learning.horizon):
        return False
    if context.kind == RunKind.CONTINUOUS:
        since = date.fromisoformat(champion.training_end)
        enough = learning.last - since >= timedelta(days=_least_new_days(trainer, learning))
        return not enough or trainer.new_rows(learning, since) == 0
    return champion.data_version == learning.data_version


def _told(
    trainer: Trainer,
    learning: Learning,
    champion: VersionFact | None,
    recipes: dict[str, Recipe],
    hold_out: HoldOut | None,
) -> dict[str, Any]:
    return {
        "metric": trainer.metric,
        "data_version": learning.data_version,
        "rows": learning.rows,
        "first": learning.first.isoformat(),
        "last": learning.last.isoformat(),
        "eve": hold_out.eve.isoformat() if hold_out else None,
        "remarks": dict(learning.remarks),
        "horizon": learning.horizon,
        "question": asdict(learning.question) if learning.question else None,
        "champion": champion.version if champion else None,
        "recipes": {label: recipe.name for label, recipe in recipes.items()},
    }


def check_leaks(trainer: Trainer, learning: Learning, until: date) -> None:
    """Raises LeakFound, FutureFound, OneAnswerOnly or TooFewExamples, naming what is wrong."""
    try:
        leakage.check(trainer.guard(learning, until))
    except leakage.LeakingFeature as error:
        raise LeakFound(feature=error.feature, measure=error.measure, score=f"{error.score:.3f}") from error
    except leakage.DataAfterCutoff as error:
        raise FutureFound(feature=error.feature, latest=error.latest, cutoff=error.cutoff) from error
    except leakage.OneClassTarget as error:
        raise OneAnswerOnly(value=error.value) from error
    except leakage.TooFewRows as error:
        raise TooFewExamples(rows=error.rows, least=error.least) from error


def _fit(
    context: Context, model: str, trainer: Trainer, learning: Learning, recipe: Recipe, until: date, report: Progress
) -> Fitted:
    rival = None
    if context.kind == RunKind.CONTINUOUS:
        rival = rival_of(trainer, model, context.dataset)
    with context.fitting():
        if rival is not None:
            return trainer.update(rival.fitted, learning, until, report)
        return trainer.fit(learning, recipe, until, report)


def _keep(context: Context, model: str, label: str, trainer: Trainer, fitted: Fitted, window: tuple[date, date]) -> str:
    context.fitted[model, label] = fitted
    return drafts.keep_model(context.run_id, model, label, trainer.dump(fitted), window)


def _fitted(context: Context, model: str, label: str, trainer: Trainer, digest: str) -> Fitted:
    """From memory, or from its draft after an interruption."""
    if (model, label) not in context.fitted:
        files = drafts.model_files(context.run_id, model, label, digest)
        context.fitted[model, label] = trainer.restore(files)
    return context.fitted[model, label]


def evaluate(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Score contenders and champion on the same hold-out, and decide."""
    model, trainer = step.model, trainer_of(step.model)
    trained = context.result(model, StepName.TRAIN)
    if trained.get("decision"):
        return Outcome({"decisions": [trained["decision"]], "chosen": None}, skipped=True)
    if not trained["eve"]:
        return _unjudged(trained, _champion(context, model))
    learning = context.learning(model)
    hold_out = HoldOut(date.fromisoformat(trained["eve"]), date.fromisoformat(trained["last"]))
    evaluations: dict[str, Evaluation] = {}
    for position, (label, digest) in enumerate(trained["digests"].items()):
        progress(position / 3, N_("Scoring on the hold-out"))
        evaluations[label] = trainer.evaluate(_fitted(context, model, label, trainer, digest), learning, hold_out)
    champion = _champion(context, model)
    rival = rival_of(trainer, model, context.dataset) if champion else None
    if rival and not rival.knows(hold_out) and contest.answers_alike(rival.version, learning.horizon):
        progress(0.7, N_("Scoring the champion as it is"))
        with context.fitting():  # a model that is stored as recipes fits itself again on the eve
            evaluations[DEPLOYED] = trainer.evaluate(rival.fitted, learning, hold_out)
    for label, evaluation in evaluations.items():
        drafts.keep_evaluation(context.run_id, model, label, evaluation)
    wanted = recipe_named(model, trainer, trained["recipes"][CHALLENGER])
    named = bool(context.request.get("recipe"))
    verdict = contest.decide(
        evaluations, champion, wanted, learning.data_version, trainer.margin, named, learning.horizon
    )
    return Outcome(
        {
            "chosen": verdict.chosen,
            "decisions": [decision_values(decision) for decision in verdict.decisions],
            "scores": {label: _scores(evaluation) for label, evaluation in evaluations.items()},
            "baselines": {name: dict(figures) for name, figures in evaluations[CHALLENGER].baselines.items()},
            "rival": _rival(champion, rival, hold_out, learning.horizon),
        }
    )


def _unjudged(trained: dict[str, Any], champion: VersionFact | None) -> Outcome:
    """Too little data to hold any out: only a first model goes in so, or one of another horizon."""
    if champion is None:
        decision = promotion.unjudged()
    elif contest.answers_alike(champion, trained.get("horizon")):
        decision = promotion.nothing_to_compare()
    else:
        decision = promotion.unjudged_horizon()
    return Outcome({"chosen": CHALLENGER if decision.promote else None, "decisions": [decision_values(decision)]})


def _scores(evaluation: Evaluation) -> dict[str, Any]:
    return {"loss": evaluation.loss, "units": len(evaluation.losses), "metrics": dict(evaluation.metrics)}


def _rival(champion: VersionFact | None, rival: Rival | None, hold_out: HoldOut, horizon: int | None) -> dict[str, Any]:
    """How the champion was judged: as deployed, by its recipe alone (it knew the hold-out), or not at all."""
    if champion is None:
        return {}
    judged = "unusable" if rival is None else "refitted" if rival.knows(hold_out) else DEPLOYED
    if rival is not None and not contest.answers_alike(rival.version, horizon):
        judged = "other-horizon"
    answering = rival.version.version if rival else None
    return {"version": champion.version, "answering": answering, "judged": judged, "end": champion.training_end}


def refit(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Fit what was promoted once more, on everything."""
    model, trainer = step.model, trainer_of(step.model)
    chosen = context.result(model, StepName.EVALUATE).get("chosen")
    if not chosen:
        return Outcome(skipped=True)
    trained, learning = context.result(model, StepName.TRAIN), context.learning(model)
    recipe = recipe_named(model, trainer, trained["recipes"][chosen])
    fitted = _fit(context, model, trainer, learning, recipe, learning.last, progress)
    return Outcome({"digest": _keep(context, model, FINAL, trainer, fitted, (learning.first, learning.last))})


def publish(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Version, promotion and predictions in one transaction; or, where the champion stays, its predictions anew."""
    model, trainer = step.model, trainer_of(step.model)
    trained, judged = context.result(model, StepName.TRAIN), context.result(model, StepName.EVALUATE)
    reason = reason_of(judged["decisions"][-1], trainer.metric)
    if judged["chosen"]:
        return _promote(context, model, trainer, trained, judged["chosen"], reason, progress)
    if trained.get("decision"):
        return Outcome({"promoted": False, "version": trained["champion"]}, skipped=True)
    return _keep_champion(context, model, trainer, trained, reason, progress)


def _promote(
    context: Context,
    model: str,
    trainer: Trainer,
    trained: dict[str, Any],
    chosen: str,
    reason: Message,
    progress: Progress,
) -> Outcome:
    learning = context.learning(model)
    fitted = _fitted(context, model, FINAL, trainer, context.result(model, StepName.REFIT)["digest"])
    predictions = trainer.predict(fitted, learning, progress)
    made = releasing.Trained(
        name=model,
        package=trainer.dump(fitted),
        recipe=recipe_named(model, trainer, trained["recipes"][chosen]),
        learning=learning,
        until=learning.last,
        evaluation=drafts.evaluation(context.run_id, model, chosen) if trained["eve"] else None,
        report=str(context.run_id),
    )

    def write(session: Session) -> dict[str, Any]:
        _require_sound(session, context, trained)
        require_champion(session, model, context.dataset, trained["champion"])
        version, told = releasing.release(session, trainer, made, predictions, context.kind.value, reason)
        return {"promoted": True, "version": version.version, "published": told}

    return Outcome(write=write)


def _keep_champion(
    context: Context, model: str, trainer: Trainer, trained: dict[str, Any], reason: Message, progress: Progress
) -> Outcome:
    """The refused challenger is kept on record; the champion answers on, about the present."""
    learning = context.learning(model)
    refused = _refused(context, model, trainer, trained)
    rival = rival_of(trainer, model, context.dataset) if trained["champion"] else None
    predictions = trainer.predict(rival.fitted, learning, progress) if rival else None

    def write(session: Session) -> dict[str, Any]:
        _require_sound(session, context, trained)
        told: dict[str, Any] = {"promoted": False, "version": trained["champion"]}
        if refused:
            version = releasing.save(session, refused)
            registry.retire(session, version.id, reason)
            registry.remove_old_files(session, model, context.dataset)
            told["refused"] = version.version
        if rival and predictions is not None:
            require_champion(session, model, context.dataset, trained["champion"])
            told["published"] = releasing.answer(session, trainer, learning, predictions, rival.version)
        return told

    return Outcome(write=write)


def _require_sound(session: Session, context: Context, trained: dict[str, Any]) -> None:
    """A run that was interrupted goes on with what it had fitted, from rows that may be gone. Raises DataUndone."""
    require_sound(session, Dataset(context.dataset), trained["data_version"])


def _refused(context: Context, model: str, trainer: Trainer, trained: dict[str, Any]) -> releasing.Trained | None:
    if not trained["eve"]:
        return None
    fitted = _fitted(context, model, CHALLENGER, trainer, trained["digests"][CHALLENGER])
    return releasing.Trained(
        name=model,
        package=trainer.dump(fitted),
        recipe=recipe_named(model, trainer, trained["recipes"][CHALLENGER]),
        learning=context.learning(model),
        until=date.fromisoformat(trained["eve"]),
        evaluation=drafts.evaluation(context.run_id, model, CHALLENGER),
        report=str(context.run_id),
    )


def _champion(context: Context, model: str) -> VersionFact | None:
    with reading() as session:
        return registered.champion(session, model, context.dataset)


def _part(progress: Progress, position: int, count: int) -> Progress:
    def report(share: float, message: str, **values: Any) -> None:
        progress((position + share) / count, message, **values)

    return report
