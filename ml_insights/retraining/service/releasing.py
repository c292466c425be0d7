"""The one way by which a trained model comes to answer: version, promotion, predictions and ledger together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml_insights.commerce.service import require_sound
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.i18n import Message
from ml_insights.core.training import Evaluation, Learning, Package, Predictions, Recipe, Trainer
from ml_insights.ledger import service as ledger
from ml_insights.registry import service as registry
from ml_insights.registry.facts import Lineage, VersionFact
from ml_insights.retraining.policy import BACKTEST, NAIVE


@dataclass(frozen=True)
class Trained:
    """A model on its way into the registry. `until` is the last day of what it was fitted on."""

    name: str
    package: Package
    recipe: Recipe
    learning: Learning
    until: date
    evaluation: Evaluation | None = None
    report: str | None = None


def save(session: Session, trained: Trained) -> VersionFact:
    """Store the version as a candidate, with what it scored on the hold-out.

    Raises NotSaved, BadArtifact, and DataUndone where what it learnt from was taken back since.
    """
    package, learning = trained.package, trained.learning
    require_sound(session, Dataset(learning.dataset), learning.data_version)
    manifest = artifact.Manifest(
        name=trained.name,
        version=registry.next_version(session, trained.name, learning.dataset),
        kind=package.kind,
        trained_at=clock.now().isoformat(),
        training_window=(learning.first.isoformat(), trained.until.isoformat()),
        feature_schema=dict(package.feature_schema),
        metrics=_metrics(package, trained.evaluation),
        libraries=dict(package.libraries),
    )
    recipe = trained.recipe
    lineage = Lineage(recipe.name, recipe.digest, learning.data_version, trained.report, learning.horizon)
    return registry.save(session, manifest, package.files, learning.dataset, package.parity, lineage)


def _metrics(package: Package, evaluation: Evaluation | None) -> dict[str, float]:
    """Scores on the hold-out by their plain names; those of the naive method there and of the training are marked."""
    own = {f"{BACKTEST}{name}": float(value) for name, value in package.metrics.items()}
    if evaluation is None:
        return own
    naive = next(iter(evaluation.baselines.values()), {})
    beside = {f"{NAIVE}{name}": float(value) for name, value in naive.items()}
    return {**own, **beside, **{name: float(value) for name, value in evaluation.metrics.items()}}


def release(
    session: Session, trainer: Trainer, trained: Trained, predictions: Predictions, by: str, reason: Message
) -> tuple[VersionFact, dict[str, Any]]:
    """Save, promote, publish and write down, in the caller's transaction; the version and what publishing told."""
    saved = save(session, trained)
    champion = registry.promote(session, saved.id, by, reason)
    registry.remove_old_files(session, trained.name, trained.learning.dataset)
    return champion, answer(session, trainer, trained.learning, predictions, champion, trained.evaluation)


def answer(
    session: Session,
    trainer: Trainer,
    learning: Learning,
    predictions: Predictions,
    version: VersionFact,
    evaluation: Evaluation | None = None,
) -> dict[str, Any]:
    """Make `predictions` what readers see, and write them down in the ledger, after what it said about the hold-out.

    The ledger comes last: what takes long is done before its chain is locked. Raises DataUndone where what they were
    made from was taken back since.
    """
    digest = predictions.features_digest or learning.data_version
    dataset = Dataset(learning.dataset)
    require_sound(session, dataset, learning.data_version)
    told = trainer.publish(session, learning, predictions, version.key)
    if evaluation is not None:  # before what it says now, which is the newest of a subject's story
        judged(session, learning, version, evaluation)
    ledger.record_predictions(session, dataset, version.key, predictions.rows, clock.now(), features_digest=digest)
    return told


def judged(session: Session, learning: Learning, version: VersionFact, evaluation: Evaluation) -> None:
    """Write down what the version said about the hold-out, and what came true."""
    rows, dataset = evaluation.predictions, Dataset(learning.dataset)
    ids = ledger.record_predictions(
        session,
        dataset,
        version.key,
        rows.drop(columns="actual"),
        clock.now(),
        purpose="evaluation",
        features_digest=learning.data_version,
    )
    outcomes = pd.DataFrame({"prediction_id": list(ids), "actual": rows["actual"].to_numpy(dtype=float)})
    ledger.record_outcomes(session, dataset, outcomes, clock.now())
