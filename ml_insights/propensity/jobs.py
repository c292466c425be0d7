"""What the worker does on Mondays: score everybody, make the week's list, tell those who sell."""

from __future__ import annotations

from typing import Any

from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress, part
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import N_
from ml_insights.propensity import queries
from ml_insights.propensity.service.telling import tell_sellers
from ml_insights.propensity.service.trainer import MODEL
from ml_insights.retraining.refreshing import refresh

JOB = "propensity"


def propensity(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Score the customers of `dataset` (the active one by default) where data have changed, and tell of the list.

    Whoever names a data set without `force` has only new data, as after an import: then the first list alone is told
    of. Later ones are told of with the schedule, or when somebody asks.
    """
    with reading() as session:
        chosen = Dataset(dataset) if dataset else active_dataset(session)
    told = refresh(part(progress, 0.0, 0.95), MODEL, JOB, chosen.value, force)
    with reading() as session:
        due = force or not dataset or queries.count_lists(session, chosen) <= 1
    if not due:
        return {**told, "people_told": 0}
    progress(0.97, N_("Telling those who sell"))
    with transaction() as session:
        people = tell_sellers(session, chosen)
    return {**told, "people_told": people}
