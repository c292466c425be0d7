"""What a model says now: the champion asked about the present data, or its first version made and judged.

It commits its steps.
"""

from __future__ import annotations

import logging
from typing import Any

from ml import promotion
from ml_insights.commerce.queries import active_dataset, data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress, load, part
from ml_insights.core.database import reading, snapshot, transaction
from ml_insights.core.errors import InsufficientData
from ml_insights.core.i18n import N_, Message
from ml_insights.core.training import Evaluation, Learning, Recipe, Trainer
from ml_insights.registry import queries as registry
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.errors import ChampionChanged, NoBetterThanNaive
from ml_insights.retraining.measures import figure_in_each, label_in_each, recipe_in_each
from ml_insights.retraining.policy import decision_values, reason_of
from ml_insights.retraining.rival import rival_of
from ml_insights.retraining.service import contest, releasing
from ml_insights.retraining.service.champions import require_champion, require_not_refused
from ml_insights.retraining.service.model_steps import check_leaks
from ml_insights.retraining.service.models import spec_of, trainer_of

log = logging.getLogger(__name__)

FIRST = N_("The first model: the recipe {recipe}, from everything there is.")
FIRST_JUDGED = N_("The first model: the recipe {recipe}, from everything there is. {verdict}")


def refresh(progress: Progress, model: str, by: str, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Bring what readers see of `model` up to date with `dataset` (the active one by default).

    A champion answers as it is; without one (or one that can be loaded) the product's recipe is fitted and promoted.
    Nothing is done where readers see the present data already, unless `force`. What is published, its version and the
    ledger's rows are one transaction. Where another version was put to use meanwhile, that one is asked; raises
    ChampionChanged where that happens again. Returns the facts of the trainer's `publish`, with "computed" and "model".
    """
    progress(0.0, N_("Reading the data"))
    trainer = trainer_of(model)
    with snapshot() as session:
        chosen = Dataset(dataset) if dataset else active_dataset(session)
        seen = load(spec_of(model).published)(session, chosen)
        if seen and seen.data_version == data_version(session, chosen) and not force:
            return {"computed": False}
        learning = trainer.read(session, chosen.value)
    try:
        told = _told(progress, trainer, model, learning, by)
    except ChampionChanged as error:
        log.info("%s", error)
        told = _told(progress, trainer, model, learning, by)
    return {**told, "computed": True}


def _told(progress: Progress, trainer: Trainer, model: str, learning: Learning, by: str) -> dict[str, Any]:
    with reading() as session:
        seen = registry.champion(session, model, learning.dataset)
    told = _answered(progress, trainer, model, learning, seen) if seen else None
    return told or _first(progress, trainer, model, learning, by, seen)


def _answered(
    progress: Progress, trainer: Trainer, model: str, learning: Learning, seen: VersionFact
) -> dict[str, Any] | None:
    champion = rival_of(trainer, model, learning.dataset)
    if champion is None:
        return None
    predictions = trainer.predict(champion.fitted, learning, part(progress, 0.2, 0.7))
    with transaction() as session:
        require_champion(session, model, learning.dataset, seen.version)
        told = releasing.answer(session, trainer, learning, predictions, champion.version)
    return {**told, "model": champion.version.key}


def _first(
    progress: Progress, trainer: Trainer, model: str, learning: Learning, by: str, seen: VersionFact | None
) -> dict[str, Any]:
    """`seen` is the champion that cannot be loaded, None where there is none.

    Raises NoBetterThanNaive where the recipe, fitted without the hold-out, foretells that worse than the naive, and
    RefusedBefore where retraining has refused it.
    """
    recipe = trainer.recipes()[0]
    require_not_refused(model, learning, recipe, seen)
    check_leaks(trainer, learning, learning.last)
    evaluation = _held_out(part(progress, 0.1, 0.3), trainer, learning, recipe)
    decision = promotion.first(evaluation.losses, evaluation.baseline) if evaluation else promotion.unjudged()
    if not decision.promote and not spec_of(model).describes:
        scores = {"score": figure_in_each(decision.challenger), "naive": figure_in_each(decision.incumbent)}
        raise NoBetterThanNaive(metric=label_in_each(trainer.metric), units=decision.units, **scores)
    fitted = trainer.fit(learning, recipe, learning.last, part(progress, 0.4, 0.4))
    predictions = trainer.predict(fitted, learning, part(progress, 0.8, 0.1))
    made = releasing.Trained(model, trainer.dump(fitted), recipe, learning, learning.last, evaluation)
    made_by = recipe_in_each(recipe.name)
    reason = Message(FIRST, {"recipe": made_by})
    if decision.promote:
        verdict = reason_of(decision_values(decision), trainer.metric).in_each()
        reason = Message(FIRST_JUDGED, {"recipe": made_by, "verdict": verdict})
    with transaction() as session:
        require_champion(session, model, learning.dataset, seen.version if seen else None)
        version, told = releasing.release(session, trainer, made, predictions, by, reason)
    return {**told, "model": version.key}


def _held_out(progress: Progress, trainer: Trainer, learning: Learning, recipe: Recipe) -> Evaluation | None:
    """How well the recipe foretells the latest days, fitted on those before; None where too few would be left."""
    hold_out = contest.hold_out_of(learning, contest.hold_out_days(trainer, learning), trainer.least_days)
    if hold_out is None:
        return None
    try:
        return trainer.evaluate(trainer.fit(learning, recipe, hold_out.eve, progress), learning, hold_out)
    except InsufficientData:
        return None
