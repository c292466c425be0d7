"""What the worker does: bring the forecasts up to date with the orders."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset, data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import N_
from ml_insights.demand.errors import NotEnoughOrders
from ml_insights.demand.queries import current_release
from ml_insights.demand.service.compute import compute, default_settings, read_sales
from ml_insights.demand.service.publish import publish

JOB = "demand-forecast"


def forecast(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Compute and publish the forecasts of `dataset` (the active one by default), unless they are current."""
    progress(0.0, N_("Reading orders"))
    with reading() as session:
        chosen = Dataset(dataset) if dataset else active_dataset(session)
        present = current_release(session, chosen)
        if present and present.data_version == data_version(session, chosen) and not force:
            return {"release": present.id, "computed": False}
        sales = read_sales(session, chosen)
    computed = compute(sales, default_settings(), progress)
    if computed.forecast.forecasts.empty:
        raise NotEnoughOrders(series=len(computed.forecast.refusals))
    progress(0.93, N_("Publishing the forecasts"))
    with transaction() as session:
        release = publish(session, computed, JOB)
    return {
        "release": release.id,
        "computed": True,
        "series": int(sales.series["unique_id"].nunique()),
        "refused": len(computed.forecast.refusals),
        "seconds": round(computed.seconds, 1),
    }


def has_champion(session: Session) -> bool:
    """Whether the data that pages show has a forecast."""
    return current_release(session, active_dataset(session)) is not None
