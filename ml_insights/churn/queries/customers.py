"""Everything about one customer's leaving."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.churn.facts import CustomerChurn
from ml_insights.churn.queries.alerts import alerts_of, events_of
from ml_insights.churn.queries.scores import current_release, score
from ml_insights.commerce.tables import Dataset


def of_customer(session: Session, dataset: Dataset, customer_id: str) -> CustomerChurn | None:
    """A customer's present score and their alerts with the whole history; None where neither exists."""
    release = current_release(session, dataset)
    found = score(session, release.id, customer_id) if release else None
    alerts = tuple((alert, tuple(events_of(session, alert.id))) for alert in alerts_of(session, dataset, customer_id))
    if found is None and not alerts:
        return None
    if release is None:
        return CustomerChurn(found, None, None, alerts)
    return CustomerChurn(found, release.as_of, release.horizon_days, alerts, release.model_version)
