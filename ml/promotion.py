"""Whether a newly trained model replaces the one that answers. Two questions, kept apart, and both judged in pairs.

A *new recipe* has to be better beyond noise, with both recipes fitted on data before the hold-out: else every lucky
month would change the model. The *same recipe on newer data* only has to be not worse: newer data is a reason by
itself. Losses are lower-is-better, one per unit; only units that both models answered are compared. Models that look
ahead by different horizons answer different questions and are not compared: as a first model does, one of a *new
horizon* has to hold out against the naive method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ml.compare import PairedGain, paired_bootstrap

SMALLEST_SHARE_ANSWERED = 0.95
"""Of the champion's units that a challenger has to answer: leaving out the hard ones is no improvement."""

SAME = 1e-9
"""Share of a loss within which two are equal: the same sums in another order differ in their last digits."""

NOT_COMPARED = PairedGain(np.nan, np.nan, np.nan)


class Question(StrEnum):
    """What was asked."""

    FIRST = "first"
    NEW_HORIZON = "new-horizon"
    NEW_RECIPE = "new-recipe"
    NEWER_DATA = "newer-data"
    NOTHING_NEW = "nothing-new"


class Reason(StrEnum):
    """Why it was answered so."""

    FIRST_BEATS_NAIVE = "first-beats-naive"
    FIRST_WORSE_THAN_NAIVE = "first-worse-than-naive"
    FIRST_UNJUDGED = "first-unjudged"
    NEW_HORIZON_BEATS_NAIVE = "new-horizon-beats-naive"
    NEW_HORIZON_WORSE_THAN_NAIVE = "new-horizon-worse-than-naive"
    NEW_HORIZON_UNJUDGED = "new-horizon-unjudged"
    BETTER_BEYOND_NOISE = "better-beyond-noise"
    NOT_BETTER_BEYOND_NOISE = "not-better-beyond-noise"
    WORSE_BEYOND_NOISE = "worse-beyond-noise"
    NOT_WORSE = "not-worse"
    WORSE_ON_NEWER_DATA = "worse-on-newer-data"
    ANSWERS_FEWER = "answers-fewer"
    NOTHING_TO_COMPARE = "nothing-to-compare"
    NOTHING_NEW = "nothing-new"


@dataclass(frozen=True)
class Decision:
    """What was decided. `gain` is the loss saved per unit with its 95 % interval, `units` how many were compared.

    challenger, incumbent: mean losses over those units; the incumbent of the first model is the naive baseline.
    margin: the loss that newer data may cost. Figures are NaN where nothing was compared.
    """

    question: Question
    promote: bool
    reason: Reason
    gain: PairedGain = NOT_COMPARED
    units: int = 0
    challenger: float = np.nan
    incumbent: float = np.nan
    margin: float = 0.0


def nothing_new() -> Decision:
    """Same data and same recipe: the champion stays."""
    return Decision(Question.NOTHING_NEW, False, Reason.NOTHING_NEW)


def unjudged() -> Decision:
    """The first model, from data too short to hold any of it out: it goes in unjudged, and says so."""
    return Decision(Question.FIRST, True, Reason.FIRST_UNJUDGED)


def unjudged_horizon() -> Decision:
    """Another horizon is asked for, and too short data to hold as much out: it goes in unjudged, and says so."""
    return Decision(Question.NEW_HORIZON, True, Reason.NEW_HORIZON_UNJUDGED)


def nothing_to_compare() -> Decision:
    """Newer data, but too little of it to hold any out: the champion stays."""
    return Decision(Question.NEWER_DATA, False, Reason.NOTHING_TO_COMPARE)


def first(losses: Mapping[str, float], baseline: Mapping[str, float]) -> Decision:
    """Without a champion the naive baseline is to be beaten or equalled: not worse than it beyond noise."""
    compared = _compare(Question.FIRST, losses, baseline)
    if compared.units == 0:
        return unjudged()
    return _unless_worse(compared, Reason.FIRST_BEATS_NAIVE, Reason.FIRST_WORSE_THAN_NAIVE)


def new_horizon(losses: Mapping[str, float], baseline: Mapping[str, float]) -> Decision:
    """The champion looks ahead by other days: what replaces it has to be not worse than the naive beyond noise."""
    compared = _compare(Question.NEW_HORIZON, losses, baseline)
    if compared.units == 0:
        return unjudged_horizon()
    return _unless_worse(compared, Reason.NEW_HORIZON_BEATS_NAIVE, Reason.NEW_HORIZON_WORSE_THAN_NAIVE)


def new_recipe(losses: Mapping[str, float], champion: Mapping[str, float]) -> Decision:
    """Promoted when the whole interval of the gain lies above zero. Both were fitted before the hold-out."""
    compared = _compare(Question.NEW_RECIPE, losses, champion)
    if _answers_fewer(losses, champion):
        return _decided(compared, False, Reason.ANSWERS_FEWER)
    if compared.units == 0:
        return _decided(compared, False, Reason.NOTHING_TO_COMPARE)
    if compared.gain.low > 0:
        return _decided(compared, True, Reason.BETTER_BEYOND_NOISE)
    worse = compared.gain.high < 0
    return _decided(compared, False, Reason.WORSE_BEYOND_NOISE if worse else Reason.NOT_BETTER_BEYOND_NOISE)


def newer_data(losses: Mapping[str, float], champion: Mapping[str, float], margin: float) -> Decision:
    """Promoted unless the whole interval lies below minus `margin`, a share of the champion's mean loss."""
    compared = _compare(Question.NEWER_DATA, losses, champion, margin)
    if _answers_fewer(losses, champion):
        return _decided(compared, False, Reason.ANSWERS_FEWER)
    if compared.units == 0:
        return _decided(compared, False, Reason.NOTHING_TO_COMPARE)
    return _unless_worse(compared, Reason.NOT_WORSE, Reason.WORSE_ON_NEWER_DATA)


def _compare(
    question: Question, losses: Mapping[str, float], incumbent: Mapping[str, float], margin: float = 0.0
) -> Decision:
    units = sorted(unit for unit in losses.keys() & incumbent.keys() if np.isfinite(losses[unit] - incumbent[unit]))
    if not units:
        return Decision(question, False, Reason.NOTHING_TO_COMPARE)
    new, old = (np.array([side[unit] for unit in units]) for side in (losses, incumbent))
    new = np.where(np.isclose(new, old, rtol=SAME, atol=0), old, new)
    gain, allowed = paired_bootstrap(new, old), margin * float(old.mean())
    return Decision(
        question, False, Reason.NOTHING_TO_COMPARE, gain, len(units), float(new.mean()), float(old.mean()), allowed
    )


def _unless_worse(compared: Decision, kept_up: Reason, worse: Reason) -> Decision:
    """Promoted unless the whole interval lies below minus the margin."""
    fell_behind = _wholly_below(compared.gain, -compared.margin)
    return _decided(compared, not fell_behind, worse if fell_behind else kept_up)


def _decided(compared: Decision, promote: bool, reason: Reason) -> Decision:
    return Decision(**{**compared.__dict__, "promote": promote, "reason": reason})


def _answers_fewer(losses: Mapping[str, float], champion: Mapping[str, float]) -> bool:
    return len(champion.keys() & losses.keys()) < SMALLEST_SHARE_ANSWERED * len(champion)


def _wholly_below(gain: PairedGain, limit: float) -> bool:
    """Whether the interval lies below `limit`; a single pair has none, and its gain decides."""
    return (gain.high if np.isfinite(gain.high) else gain.gain) < limit
