"""What the worker does every hour: ask each model what came true of its predictions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ml_insights.capabilities import capabilities
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.capability import ModelSpec, Progress, load
from ml_insights.core.database import transaction
from ml_insights.core.i18n import N_, in_each
from ml_insights.ledger.service import due, record_outcomes

PAGE = 100_000
"""Predictions asked about at once. Each page is a transaction: a run that is killed keeps what it has recorded."""


def mature_outcomes(progress: Progress) -> dict[str, Any]:
    """Record the outcomes of every prediction that has matured, of every model and data set; running again adds none.

    A model whose outcomes cannot be read does not stop the others; the run fails in the end and names it.
    """
    asked = [(spec, dataset) for spec in _models() for dataset in Dataset]
    until, added = clock.now(), 0
    failed: dict[str, Exception] = {}
    for place, (spec, dataset) in enumerate(asked):
        progress(place / len(asked), N_("Looking for what came true of {model}"), model=in_each(spec.title))
        try:
            added += _mature(spec, dataset, until)
        except Exception as error:
            failed[f"{spec.name}/{dataset.value}"] = error
    if failed:
        raise ExceptionGroup(f"outcomes of {', '.join(failed)} could not be recorded", list(failed.values()))
    return {"outcomes": added}


def _models() -> list[ModelSpec]:
    return [spec for capability in capabilities() for spec in capability.models if spec.outcomes]


def _mature(spec: ModelSpec, dataset: Dataset, until: datetime) -> int:
    added, after = 0, 0
    while True:
        with transaction() as session:
            page = due(session, dataset, spec.name, until, after=after, limit=PAGE)
            if page.empty:
                return added
            after = int(page["prediction_id"].max())
            found = load(spec.outcomes or "")(session, dataset, page)
            added += record_outcomes(session, dataset, found, until)
