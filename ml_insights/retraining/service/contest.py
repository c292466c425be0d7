"""Challenger against champion on the same hold-out: who is scored how, and what follows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ml import promotion
from ml.promotion import Decision
from ml_insights.core.database import transaction
from ml_insights.core.training import Evaluation, Fitted, HoldOut, Learning, Recipe, Trainer
from ml_insights.registry import service as registry
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.facts import VersionFact

log = logging.getLogger(__name__)

CHALLENGER, INCUMBENT, DEPLOYED, FINAL = "challenger", "incumbent", "deployed", "final"
"""What is asked about, the champion's recipe made anew, the champion as it is, and what was promoted."""


@dataclass(frozen=True)
class Rival:
    """The version that answers now, brought back. `stood_in_for` is the champion that could not be loaded."""

    version: VersionFact
    fitted: Fitted
    stood_in_for: str | None

    def knows(self, hold_out: HoldOut) -> bool:
        """Whether its training saw any of the hold-out, so that scoring it there as it is would be a leak."""
        return date.fromisoformat(self.version.training_end) > hold_out.eve


@dataclass(frozen=True)
class Verdict:
    """Which contender goes in, None to keep the champion; the decisions that led there, the last one counting."""

    chosen: str | None
    decisions: tuple[Decision, ...]


def hold_out_of(learning: Learning, days: int, least: int) -> HoldOut | None:
    """The last `days`; None where fewer than `least` would be left to learn from."""
    hold_out = HoldOut(learning.last - timedelta(days=days), learning.last)
    return hold_out if (hold_out.eve - learning.first).days + 1 >= least else None


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


def decide(
    evaluations: Mapping[str, Evaluation],
    champion: VersionFact | None,
    wanted: Recipe,
    data_version: str,
    margin: float,
    only_wanted: bool,
) -> Verdict:
    """The two questions, in order: is the new recipe better; may the champion's own go on with newer data?

    evaluations: those of CHALLENGER (the recipe that is wanted), of INCUMBENT (the champion's recipe, where it is
    another one) and of DEPLOYED (the champion as it is, unless it knew the hold-out). only_wanted: the second question
    is not asked about another recipe than the one somebody named.
    """
    challenger = evaluations[CHALLENGER]
    if champion is None:
        first = promotion.first(challenger.losses, challenger.baseline)
        return Verdict(CHALLENGER if first.promote else None, (first,))
    if champion.recipe_digest == wanted.digest:
        return _newer(CHALLENGER, evaluations, margin, ())
    rival = evaluations.get(INCUMBENT) or evaluations.get(DEPLOYED)
    better = promotion.new_recipe(challenger.losses, rival.losses if rival else {})
    if better.promote or only_wanted or INCUMBENT not in evaluations:
        return Verdict(CHALLENGER if better.promote else None, (better,))
    if champion.data_version == data_version:
        return Verdict(None, (promotion.nothing_new(), better))
    return _newer(INCUMBENT, evaluations, margin, (better,))


def _newer(label: str, evaluations: Mapping[str, Evaluation], margin: float, before: tuple[Decision, ...]) -> Verdict:
    """The champion as it is against its recipe on newer data; where it knew the hold-out, its recipe stands for it."""
    renewed = evaluations[label]
    former = evaluations.get(DEPLOYED, renewed)
    decision = promotion.newer_data(renewed.losses, former.losses, margin)
    return Verdict(label if decision.promote else None, (*before, decision))
