"""A person's choice of version, forward or back: the version and its predictions change together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from ml import artifact
from ml_insights.commerce.service import hold
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.database import reading
from ml_insights.core.errors import NotFound
from ml_insights.core.training import Learning, Predictions
from ml_insights.registry import queries as registered
from ml_insights.registry import service as registry
from ml_insights.registry.errors import NoFallback, NotPromotable
from ml_insights.registry.facts import VersionFact
from ml_insights.registry.tables import ModelStatus
from ml_insights.retraining.service import releasing
from ml_insights.retraining.service.models import trainer_of

MOVED_ON = "another version was put to use in the meantime"


@dataclass(frozen=True)
class Activation:
    """A version and what it says about the present, ready to be put to use. `back`: it is a rollback."""

    version: VersionFact
    learning: Learning
    predictions: Predictions
    back: bool

    def write(self, session: Session, by: str, reason: str) -> VersionFact:
        """Put the version to use, in the caller's transaction. Raises NoReason, NotPromotable, NoFallback."""
        chosen, trainer = self.version, trainer_of(self.version.name)
        hold(session, Dataset(chosen.dataset))
        if self.back:
            now = registry.rollback(session, chosen.name, chosen.dataset, by, reason)
        else:
            now = registry.promote(session, chosen.id, by, reason)
        if now.id != chosen.id:
            raise NotPromotable(name=chosen.name, version=chosen.version, reason=MOVED_ON)
        releasing.answer(session, trainer, self.learning, self.predictions, now)
        return now


def promotion(model: str, version: str, dataset: str, progress: Progress | None = None) -> Activation:
    """Version number `version` of a model, asked about the present. Slow; call it away from any transaction.

    Raises UnknownModel, NotFound, NotPromotable, and what its trainer raises where there is nothing to predict from.
    """
    trainer_of(model)
    with reading() as session:
        chosen = registered.version(session, model, dataset, version)
    if chosen is None:
        raise NotFound(kind="model version", name=f"{model}/{version}")
    return _prepared(chosen, False, progress)


def rollback(model: str, dataset: str, progress: Progress | None = None) -> Activation:
    """The version that one click goes back to, asked about the present. Raises as `promotion`, and NoFallback."""
    trainer_of(model)
    with reading() as session:
        chosen = fallback(session, model, dataset)
    if chosen is None:
        raise NoFallback(name=model)
    return _prepared(chosen, True, progress)


def fallback(session: Session, model: str, dataset: str) -> VersionFact | None:
    """The version that a rollback would put to use."""
    versions = registered.stand_ins(session, model, dataset)
    return next((one for one in versions if one.status == ModelStatus.FALLBACK), None)


def _prepared(chosen: VersionFact, back: bool, progress: Progress | None) -> Activation:
    trainer = trainer_of(chosen.name)
    try:
        _, files = artifact.read(registry.model_folder() / chosen.path, chosen.digest)
        fitted = trainer.restore(files)
    except ValueError as error:
        raise NotPromotable(name=chosen.name, version=chosen.version, reason=str(error)) from error
    with reading() as session:
        learning = trainer.read(session, chosen.dataset)
    return Activation(chosen, learning, trainer.predict(fitted, learning, progress or _silent), back)


def _silent(share: float, message: str, **values: Any) -> None:
    """Nobody asked."""
