"""What the worker does: bring the forecasts up to date with the orders."""

from __future__ import annotations

from typing import Any

from ml_insights.commerce.queries import active_dataset, data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress, part
from ml_insights.core.database import snapshot, transaction
from ml_insights.core.i18n import N_, Message
from ml_insights.core.training import QUICK
from ml_insights.demand.queries import current_release, left_out
from ml_insights.demand.service.compute import marked_days
from ml_insights.demand.service.trainer import MODEL, DemandTrainer
from ml_insights.registry import queries as registry
from ml_insights.retraining.service import releasing
from ml_insights.retraining.service.models import recipe_of_digest

JOB = "demand-forecast"
REASON = N_("Recomputed from the present orders with the recipe {recipe}, each series by what won its backtest.")


def forecast(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Compute and publish the forecasts of `dataset` (the active one by default), unless they are current.

    The recipe is the champion's, unless that one only bridged a time; whether another is better is what retraining
    asks.
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
    own = recipe_of_digest(trainer, champion.recipe_digest) if champion else None
    recipe = own if own and own.name != QUICK else trainer.recipes()[0]
    fitted = trainer.fit(learning, recipe, learning.last, part(progress, 0.1, 0.7))
    predictions = trainer.predict(fitted, learning, part(progress, 0.8, 0.12))
    made = releasing.Trained(MODEL, trainer.dump(fitted), recipe, learning, learning.last)
    progress(0.93, N_("Publishing the forecasts"))
    reason = Message(REASON, {"recipe": recipe.name})
    with transaction() as session:
        _, told = releasing.release(session, trainer, made, predictions, JOB, reason)
    return {**told, "computed": True, "seconds": round(predictions.data.seconds, 1)}
