"""What the figures of customers at risk are made from."""

from __future__ import annotations

from datetime import timedelta

from ml_insights.churn.facts import Headline
from ml_insights.core.i18n import N_
from ml_insights.core.proof import Period, Proof

CUSTOMERS = N_(
    "Customers who may buy nothing in this period and with whom enough revenue is at risk for a contact to pay, at the "
    "costs and chances that the rules of alerts say."
)
REVENUE = N_(
    "The revenue at risk of these customers, added up: of each, the chance of buying nothing in this period times what "
    "is expected of them if they stay."
)


def at_risk_proof(found: Headline, zone: str) -> Proof:
    """The proof of how many customers are at risk, and of the revenue that is at risk with them."""
    release = found.release
    last = release.as_of + timedelta(days=release.horizon_days)
    return Proof(
        rows=found.now.customers,
        zone=zone,
        period=Period(release.as_of + timedelta(days=1), last),
        until=release.as_of,
        model=release.model_version,
        computed_at=release.computed_at,
    )
