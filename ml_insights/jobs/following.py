"""What a page that starts a job and follows it asks of the database. Each call is a transaction of its own."""

from __future__ import annotations

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import NotFound
from ml_insights.jobs import queries, runner, service
from ml_insights.jobs.facts import RunFact


def latest(job: str) -> RunFact | None:
    """The newest run of `job` on the active data set."""
    with reading() as session:
        return queries.latest_run(session, job, active_dataset(session).value)


def present(run_id: int, *jobs: str) -> RunFact:
    """How a run of one of `jobs` stands; a page names those that its readers may see. Raises NotFound for others'."""
    with reading() as session:
        run = queries.run_fact(session, run_id)
    if run.job not in jobs:
        raise NotFound(kind="run", name=run_id)
    return run


def start(job: str, actor: str) -> int:
    """Run `job` anew on the active data set in a worker, whether or not it seems needed; its id."""
    with transaction() as session:
        dataset = active_dataset(session).value
        run_id = service.enqueue(session, job, actor, dataset=dataset, force=True).id or 0
    runner.start(run_id)
    return run_id
