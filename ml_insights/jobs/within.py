"""A job done here, by a command or inside another run: with its own history, and never twice at once."""

from __future__ import annotations

import time
from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import queries, service
from ml_insights.jobs.errors import RunNotStartable
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.progress import OnProgress
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.tables import JobStatus

LOOK_EVERY_SECONDS = 0.5


def run_within(progress: Progress, job: str, dataset: str, actor: str) -> RunFact:
    """Do `job` on `dataset` here, or wait for the run of it that is under way elsewhere; how it ended.

    Raises what `progress` raises, once the inner run has been told to stop.
    """
    with transaction() as session:
        run_id = service.enqueue(session, job, actor, dataset=dataset).id or 0

    def on_progress(share: float, message: str, values: dict[str, Any]) -> None:
        progress(share, message, **values)

    return run_or_wait(run_id, on_progress)


def run_or_wait(run_id: int, on_progress: OnProgress) -> RunFact:
    """Do a run in this process, or wait for the worker that does it elsewhere; how it ended.

    Where that worker dies, the run is taken up again here. Raises NotFound, and what `on_progress` raises.
    """
    while True:
        try:
            return run_now(run_id, on_progress)
        except RunNotStartable:
            found = _awaited(run_id, on_progress)
        if found.status is not JobStatus.INTERRUPTED:
            return found


def _awaited(run_id: int, on_progress: OnProgress) -> RunFact:
    while True:
        with reading() as session:
            fact = queries.run_fact(session, run_id)
        if not fact.active:
            return fact
        if fact.message:
            on_progress(fact.share, fact.message, fact.message_values)
        time.sleep(LOOK_EVERY_SECONDS)
