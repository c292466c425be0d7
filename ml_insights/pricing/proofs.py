"""What the figures of prices are made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ml_insights.core.i18n import N_
from ml_insights.core.proof import Period, Proof
from ml_insights.pricing.facts import ReleaseFact

GAIN = N_(
    "What the suggestions that are worth doing are expected to add to the profit of a week, all together. Only those "
    "are in it that nobody has decided yet and whose profit rises even at the cautious end of the elasticity."
)


ELASTICITY = N_(
    "By how many per cent the quantity of this product changed when its own price changed by one per cent, in the "
    "weeks below. Its slow level, the time of the year and marked promotions are taken out, and it is drawn towards "
    "that of similar products as far as its own weeks say little. The range holds 95 %."
)
SUGGESTION = N_(
    "The price with the highest expected profit a week (price less unit cost, times the quantity that buyers are "
    "expected to take) among those that really held in the weeks below, within one step of the present price and above "
    "the least margin."
)


def product_proof(release: ReleaseFact, weeks: Sequence[Sequence[Any]], zone: str) -> Proof:
    """The proof of what is said of one product. weeks: [Monday, …] of those that it was sold in, oldest first."""
    days = [date.fromisoformat(str(week[0])) for week in weeks]
    return Proof(
        rows=len(days),
        zone=zone,
        period=Period(days[0], days[-1] + timedelta(days=6)) if days else None,
        until=release.as_of,
        model=release.model_version,
        computed_at=release.computed_at,
    )


def gain_proof(release: ReleaseFact, worth: int, zone: str) -> Proof:
    """The proof of the expected profit of `worth` suggestions."""
    return Proof(
        rows=worth, zone=zone, until=release.as_of, model=release.model_version, computed_at=release.computed_at
    )
