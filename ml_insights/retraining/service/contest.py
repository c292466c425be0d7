"""Challenger against champion on the same hold-out: who is scored how, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ml import promotion
from ml.promotion import Decision
from ml_insights.core.training import Evaluation, HoldOut, Learning, Recipe, Trainer
from ml_insights.registry.facts import VersionFact

CHALLENGER, INCUMBENT, DEPLOYED, FINAL = "challenger", "incumbent", "deployed", "final"
"""What is asked about, the champion's recipe made anew, the champion as it is, and what was promoted."""


@dataclass(frozen=True)
class Verdict:
    """Which contender goes in, None to keep the champion; the decisions that led there, the last one counting."""

    chosen: str | None
    decisions: tuple[Decision, ...]


def hold_out_days(trainer: Trainer, learning: Learning) -> int:
    """How many of the latest days judge a model: as many as it looks ahead, where its learning says so."""
    return learning.horizon or trainer.hold_out_days


def answers_alike(version: VersionFact, horizon: int | None) -> bool:
    """Whether a version looks ahead by what is asked now: one of other days says something else."""
    return version.horizon == horizon


def hold_out_of(learning: Learning, days: int, least: int) -> HoldOut | None:
    """The last `days`; None where fewer than `least` would be left to learn from."""
    hold_out = HoldOut(learning.last - timedelta(days=days), learning.last)
    return hold_out if (hold_out.eve - learning.first).days + 1 >= least else None


def decide(
    evaluations: Mapping[str, Evaluation],
    champion: VersionFact | None,
    wanted: Recipe,
    data_version: str,
    margin: float,
    only_wanted: bool,
    horizon: int | None = None,
) -> Verdict:
    """The two questions, in order: is the new recipe better; may the champion's own go on with newer data?

    evaluations: those of CHALLENGER (the recipe that is wanted), of INCUMBENT (the champion's recipe, where it is
    another one) and of DEPLOYED (the champion as it is, unless it knew the hold-out). only_wanted: the second question
    is not asked about another recipe than the one somebody named. horizon: that which is asked; a champion of another
    one is no rival, and only the recipes are compared.
    """
    challenger = evaluations[CHALLENGER]
    if champion is None:
        first = promotion.first(challenger.losses, challenger.baseline)
        return Verdict(CHALLENGER if first.promote else None, (first,))
    if not answers_alike(champion, horizon):
        return _other_horizon(evaluations, only_wanted)
    if champion.recipe_digest == wanted.digest:
        return _newer(CHALLENGER, evaluations, margin, ())
    rival = evaluations.get(INCUMBENT) or evaluations.get(DEPLOYED)
    better = promotion.new_recipe(challenger.losses, rival.losses if rival else {})
    if better.promote or only_wanted or INCUMBENT not in evaluations:
        return Verdict(CHALLENGER if better.promote else None, (better,))
    if champion.data_version == data_version:
        return Verdict(None, (better,))
    return _newer(INCUMBENT, evaluations, margin, (better,))


def _other_horizon(evaluations: Mapping[str, Evaluation], only_wanted: bool) -> Verdict:
    """The champion's own recipe, where it is another one, goes on unless the wanted one is better."""
    label, before = CHALLENGER, ()
    if INCUMBENT in evaluations and not only_wanted:
        better = promotion.new_recipe(evaluations[CHALLENGER].losses, evaluations[INCUMBENT].losses)
        label, before = (CHALLENGER if better.promote else INCUMBENT), (better,)
    decision = promotion.new_horizon(evaluations[label].losses, evaluations[label].baseline)
    return Verdict(label if decision.promote else None, (*before, decision))


def _newer(label: str, evaluations: Mapping[str, Evaluation], margin: float, before: tuple[Decision, ...]) -> Verdict:
    """The champion as it is against its recipe on newer data; where it knew the hold-out, its recipe stands for it."""
    renewed = evaluations[label]
    former = evaluations.get(DEPLOYED, renewed)
    decision = promotion.newer_data(renewed.losses, former.losses, margin)
    return Verdict(label if decision.promote else None, (*before, decision))
