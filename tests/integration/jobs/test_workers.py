"""Worker processes: the run is done elsewhere, and the caller goes on at once."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine

from ml_insights.core.database import reading, transaction
from ml_insights.jobs import queries, runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus

PATIENCE_SECONDS = 90


def wait_for(run_id: int, reached: Callable[[RunFact], bool]) -> RunFact:
    """The run once it is as wanted; as it is when that takes too long."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 5):
        with reading() as session:
            run = queries.run_fact(session, run_id)
        if reached(run):
            break
        pause.wait(0.2)
    return run


def wait_for_the_end_of_the_worker(run_id: int) -> None:
    """It ends a moment after its run."""
    for thread in threading.enumerate():
        if thread.name == f"run-{run_id}":
            thread.join(PATIENCE_SECONDS)


def test_a_worker_does_the_run_and_reports_how_it_ended(database: Engine) -> None:
    with transaction() as session:
        run_id = service.enqueue(session, "demand-forecast", "tester", dataset="company").id or 0
    runner.start(run_id)
    done = wait_for(run_id, lambda run: not run.active)
    wait_for_the_end_of_the_worker(run_id)
    assert done.status == JobStatus.SKIPPED
    assert "There are no orders" in done.error_in("en")


def test_a_second_worker_leaves_a_run_alone_that_another_has(database: Engine) -> None:
    with transaction() as session:
        run_id = service.enqueue(session, "demand-forecast", "tester", dataset="company").id or 0
        attempt = service.claim(session, run_id).attempt
    before = threading.active_count()
    runner.start(run_id)
    wait_for_the_end_of_the_worker(run_id)
    assert threading.active_count() <= before
    with reading() as session:
        run = queries.run_fact(session, run_id)
    assert (run.status, run.attempt) == (JobStatus.RUNNING, attempt)
