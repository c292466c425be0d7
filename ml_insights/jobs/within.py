"""A job as a run of its own inside another run: with its own history, and never twice at once."""

from __future__ import annotations

import time
from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import queries, service
from ml_insights.jobs.errors import RunNotStartable
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.runner import run_now

LOOK_EVERY_SECONDS = 0.5


def run_within(progress: Progress, job: str, dataset: str, actor: str) -> RunFact:
    """Do `job` on `dataset` here, or wait for the run of it that is under way elsewhere; how it ended.

    Raises what `progress` raises, once the inner run has been told to stop.
    """
    with transaction() as session:
        other = service.under_way(session, job, dataset)
        run_id = other or service.enqueue(session, job, actor, dataset=dataset).id or 0

    def on_progress(share: float, message: str, values: dict[str, Any]) -> None:
        progress(share, message, **values)

    try:
        return run_now(run_id, on_progress)
    except RunNotStartable:
        return _awaited(progress, run_id)


def _awaited(progress: Progress, run_id: int) -> RunFact:
    while True:
        with reading() as session:
            fact = queries.run_fact(session, run_id)
        if not fact.active:
            return fact
        progress(fact.share, fact.message, **fact.message_values)
        time.sleep(LOOK_EVERY_SECONDS)
