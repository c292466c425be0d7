"""The version that answers now, brought back from its files; what cannot be loaded is told at once, so this commits."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from ml_insights.core.database import transaction
from ml_insights.core.training import Fitted, HoldOut, Trainer
from ml_insights.registry import service as registry
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.facts import VersionFact

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rival:
    """The version that answers now, brought back. `stood_in_for` is the champion that could not be loaded."""

    version: VersionFact
    fitted: Fitted
    stood_in_for: str | None

    def knows(self, hold_out: HoldOut) -> bool:
        """Whether its training saw any of the hold-out, so that scoring it there as it is would be a leak."""
        return date.fromisoformat(self.version.training_end) > hold_out.eve


def rival_of(trainer: Trainer, model: str, dataset: str) -> Rival | None:
    """What answers now, from verified files; None where nothing can be loaded, which the registry then tells."""
    try:
        with transaction() as session:
            loaded = _load(session, model, dataset)
        return Rival(loaded.version, trainer.restore(loaded.files), loaded.replaced) if loaded else None
    except ValueError as error:
        log.warning("the champion of %s cannot be brought back: %s", model, error)
        return None


def _load(session: Any, model: str, dataset: str) -> Any:
    """The registry's answer; its alert is kept although there is none."""
    try:
        return registry.load(session, model, dataset)
    except NoUsableModel as error:
        log.warning("no version of %s can be loaded: %s", model, error)
        return None
