"""What people allow for every product at once. Callers commit."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.audit import record
from ml_insights.core.once import upsert
from ml_insights.pricing import policy, queries
from ml_insights.pricing.service.publishing import suggest_anew
from ml_insights.pricing.tables import PriceRules


def set_step(session: Session, dataset: Dataset, step: float, by: str) -> None:
    """Set how far a suggestion may move a price; those of the release that answers follow. Raises BadStep."""
    policy.check_step(step)
    values = {"dataset": dataset, "step": step, "changed_at": clock.now(), "changed_by": by}
    upsert(session, PriceRules, ("dataset",), values)
    record(session, by, "price step set", dataset.value, step=step)
    release = queries.current_release(session, dataset)
    if release is not None:
        suggest_anew(session, release)
