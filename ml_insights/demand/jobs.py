"""What the worker does: bring the forecasts up to date with the orders."""

from __future__ import annotations

from typing import Any

from ml_insights.commerce.queries import active_dataset, data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress, part
from ml_insights.core.database import reading, snapshot, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, Message
from ml_insights.core.training import QUICK, Learning, Predictions
from ml_insights.demand.queries import current_release, left_out
from ml_insights.demand.service.compute import marked_days
from ml_insights.demand.service.trainer import MODEL, DemandTrainer
from ml_insights.registry import queries as registry
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.errors import ChampionChanged, RefusedBefore
from ml_insights.retraining.measures import recipe_in_each
from ml_insights.retraining.rival import rival_of
from ml_insights.retraining.service import releasing
from ml_insights.retraining.service.champions import require_champion, require_not_refused
from ml_insights.retraining.service.models import recipe_of_digest

JOB = "demand-forecast"
REASON = N_("Recomputed from the present orders with the recipe {recipe}, each series by what won its backtest.")


def forecast(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Compute and publish the forecasts of `dataset` (the active one by default), unless they are current.

    The recipe is the champion's, unless that one only bridged a time; whether another is better is what retraining
    asks. What retraining has refused since is not put to use: the champion answers about the present.
    """
    progress(0.0, N_("Reading orders"))
    trainer = DemandTrainer()
    with snapshot() as session:
        chosen = Dataset(dataset) if dataset else active_dataset(session)
        present = current_release(session, chosen)
        same = present and present.left_out == marked_days(left_out(session, chosen))
        if present and same and present.data_version == data_version(session, chosen) and not force:
            return {"release": present.id, "computed": False}
        champion = registry.champion(session, MODEL, chosen.value)
        learning = trainer.read(session, chosen.value)
    try:
        told, predictions = _anew(progress, trainer, learning, champion)
    except (ChampionChanged, RefusedBefore) as error:
        told, predictions = _as_it_is(progress, trainer, learning, error)
    return {**told, "computed": True, "seconds": round(predictions.data.seconds, 1)}


def _anew(
    progress: Progress, trainer: DemandTrainer, learning: Learning, champion: VersionFact | None
) -> tuple[dict[str, Any], Predictions]:
    """The tournaments of the champion's recipe held again. Raises RefusedBefore and ChampionChanged."""
    own = recipe_of_digest(trainer, champion.recipe_digest) if champion else None
    recipe = own if own and own.name != QUICK else trainer.recipes()[0]
    require_not_refused(MODEL, learning, recipe, champion)
    fitted = trainer.fit(learning, recipe, learning.last, part(progress, 0.1, 0.7))
    predictions = trainer.predict(fitted, learning, part(progress, 0.8, 0.12))
    made = releasing.Trained(MODEL, trainer.dump(fitted), recipe, learning, learning.last)
    progress(0.93, N_("Publishing the forecasts"))
    reason = Message(REASON, {"recipe": recipe_in_each(recipe.name)})
    with transaction() as session:
        require_champion(session, MODEL, learning.dataset, champion.version if champion else None)
        _, told = releasing.release(session, trainer, made, predictions, JOB, reason)
    return told, predictions


def _as_it_is(
    progress: Progress, trainer: DemandTrainer, learning: Learning, error: ProductError
) -> tuple[dict[str, Any], Predictions]:
    """What the champion says of the present; raises `error` where there is none that can be loaded."""
    with reading() as session:
        seen = registry.champion(session, MODEL, learning.dataset)
    champion = rival_of(trainer, MODEL, learning.dataset) if seen else None
    if seen is None or champion is None:
        raise error
    predictions = trainer.predict(champion.fitted, learning, part(progress, 0.1, 0.8))
    with transaction() as session:
        require_champion(session, MODEL, learning.dataset, seen.version)
        return releasing.answer(session, trainer, learning, predictions, champion.version), predictions
