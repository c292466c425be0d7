"""What a page that starts a job and follows it asks of the database. Each call is a transaction of its own."""

from __future__ import annotations

from typing import Any

from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import NotFound
from ml_insights.jobs import queries, runner, service
from ml_insights.jobs.facts import RunFact


def latest(*jobs: str) -> RunFact | None:
    """The run of one of `jobs` that tells most, on the active data set where they work on one: what is under way, else
    the newest."""
    with reading() as session:
        return queries.telling_run(session, {job: service.dataset_of(session, job, {}) for job in jobs})


def present(run_id: int, *jobs: str) -> RunFact:
    """How a run of one of `jobs` stands; a page names those that its readers may see. Raises NotFound for others'."""
    with reading() as session:
        run = queries.run_fact(session, run_id)
    if run.job not in jobs:
        raise NotFound(kind="run", name=run_id)
    return run


def start(job: str, actor: str, arguments: dict[str, Any]) -> int:
    """Run `job` in a worker, on the active data set where it works on one; the number of that run, or of the one that
    is under way already."""
    with transaction() as session:
        dataset = service.dataset_of(session, job, arguments)
        given = arguments | ({"dataset": dataset} if dataset else {})
        run_id = service.enqueue(session, job, actor, **given).id or 0
    runner.start(run_id)
    return run_id


def cancel(actor: str, *jobs: str) -> None:
    """Ask the run of one of `jobs` to stop that is under way on the active data set, if one is."""
    run = latest(*jobs)
    if run and run.active:
        with transaction() as session:
            service.request_cancel(session, run.id, actor)
