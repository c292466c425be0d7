"""What the worker does on the 1st and the 15th: score everybody, raise alerts, tell who is to work them."""

from __future__ import annotations

from typing import Any

from ml_insights.churn import queries
from ml_insights.churn.service.raising import raise_alerts
from ml_insights.churn.service.telling import tell
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress, part
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import N_
from ml_insights.retraining.refreshing import refresh

JOB, MODEL = "churn-alerts", "churn"


def churn_alerts(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Score the customers of `dataset` (the active one by default) where the data have changed, then raise alerts.

    Whoever names a data set without `force` has only new data, as after an import: then alerts are raised the first
    time alone. Later ones come with the schedule, or when somebody asks, so that the work list does not fill with every
    import. Alerts, their notifications and their decisions are one transaction: a run that is killed has raised all or
    none.
    """
    with reading() as session:
        chosen = Dataset(dataset) if dataset else active_dataset(session)
    told = refresh(part(progress, 0.0, 0.9), MODEL, JOB, chosen.value, force)
    with reading() as session:
        due = force or not dataset or not queries.any_alert(session, chosen)
    if not due:
        return {**told, "alerts": 0, "revenue_at_risk": 0.0, "people_told": 0}
    progress(0.92, N_("Raising alerts"))
    with transaction() as session:
        raised = raise_alerts(session, chosen)
        people = tell(session, chosen, raised)
    at_risk = round(sum(alert.at_risk for alert in raised.alerts), 2)
    return {**told, "alerts": len(raised.alerts), "revenue_at_risk": at_risk, "people_told": people}
