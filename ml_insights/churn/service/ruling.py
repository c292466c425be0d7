"""Changing what alerts are raised by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from ml_insights.churn.errors import BadRule
from ml_insights.churn.tables import ChurnSettings
from ml_insights.commerce.tables import Dataset
from ml_insights.core import audit, clock
from ml_insights.core.i18n import N_

LIMITS: Mapping[str, tuple[str, float, float]] = {
    "capacity": (N_("Alerts per run"), 0, 10_000),
    "contact_cost": (N_("Cost of a contact"), 0, 1e12),
    "save_rate": (N_("Share that a contact keeps"), 0.001, 1),
    "margin_share": (N_("Margin"), 0.001, 1),
    "due_days": (N_("Days until due"), 1, 90),
    "horizon_days": (N_("Days without a purchase that count as leaving"), 7, 365),
}
"""Column → what it is called, and from what to what it may be."""
WHOLE = ("capacity", "due_days", "horizon_days")


def change_rules(session: Session, dataset: Dataset, changes: Mapping[str, float | None], actor: str) -> None:
    """Set some of the rules; None puts one back to its default. Raises BadRule."""
    for name, value in changes.items():
        called, low, high = LIMITS[name]
        if value is not None and not low <= value <= high:
            raise BadRule(field=called, low=low, high=high)
    row = session.get(ChurnSettings, dataset) or ChurnSettings(dataset=dataset, changed_at=clock.now())
    values: dict[str, Any] = {
        name: int(value) if value is not None and name in WHOLE else value for name, value in changes.items()
    }
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_by, row.changed_at = actor, clock.now()
    session.add(row)
    session.flush()
    audit.record(session, actor, "churn-rules-changed", dataset.value, **values)
