"""What the expected profit of prices is made from."""

from __future__ import annotations

from ml_insights.core.i18n import N_
from ml_insights.core.proof import Proof
from ml_insights.pricing.facts import ReleaseFact

GAIN = N_(
    "What the suggestions that are worth doing are expected to add to the profit of a week, all together. Only those "
    "are in it that nobody has decided yet and whose profit rises even at the cautious end of the elasticity."
)


def gain_proof(release: ReleaseFact, worth: int, zone: str) -> Proof:
    """The proof of the expected profit of `worth` suggestions."""
    return Proof(
        rows=worth, zone=zone, until=release.as_of, model=release.model_version, computed_at=release.computed_at
    )
