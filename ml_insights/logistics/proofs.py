"""What the expected cost of a route is made from."""

from __future__ import annotations

from ml_insights.core.i18n import N_
from ml_insights.core.proof import Proof
from ml_insights.logistics.facts import ReleaseFact

COST = N_(
    "What a route like the one of the form is expected to cost: a model of the deliveries below, asked about its "
    "distance, load, stops, vehicle and departure. With 80 % probability the cost lies within the range beside it."
)


def cost_proof(release: ReleaseFact, zone: str) -> Proof:
    """The proof of an estimate by the model that answers."""
    return Proof(
        rows=release.deliveries,
        zone=zone,
        until=release.as_of,
        model=release.model_version,
        computed_at=release.computed_at,
    )
