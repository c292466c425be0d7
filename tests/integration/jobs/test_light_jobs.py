"""Light jobs: done in the process that starts them, with one row for all that went well."""

import logging
import os
import subprocess
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Job, Progress
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import declared, queries, runner, service
from ml_insights.jobs.attending import worker_name
from ml_insights.jobs.tables import JobRun, JobStatus
from tests.integration.jobs import sample

HERE = "tests.integration.jobs.test_light_jobs"
PATIENCE_SECONDS = 30
meanwhile: list[Callable[[], None]] = []
"""What happens while the job works, once."""


def deliver(progress: Progress, fails: bool = False) -> dict[str, Any]:
    """Says where it works; fails where it is told to."""
    logging.getLogger(HERE).warning("delivering")
    if meanwhile:
        meanwhile.pop()()
    if fails:
        raise ZeroDivisionError
    return {"process": os.getpid()}


@pytest.fixture(autouse=True)
def one_light_job(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = (Job("deliver", "Deliver", f"{HERE}:deliver", Area.JOBS, light=True), *sample.CAPABILITY.jobs)
    monkeypatch.setattr(declared, "capabilities", lambda: (Capability(name="light", jobs=jobs),))

    def no_process(*_: Any, **__: Any) -> None:
        pytest.fail("a light job started a process")

    monkeypatch.setattr(subprocess, "Popen", no_process)


def enqueue(**arguments: Any) -> int:
    with transaction() as session:
        return service.enqueue(session, "deliver", "tester", **arguments).id or 0


def deliver_once(**arguments: Any) -> int:
    run_id = enqueue(**arguments)
    runner.start(run_id)
    wait_for_the_end(run_id)
    return run_id


def wait_for_the_end(run_id: int) -> None:
    for thread in threading.enumerate():
        if thread.name == f"run-{run_id}":
            thread.join(PATIENCE_SECONDS)


def kept() -> list[tuple[int | None, JobStatus]]:
    with reading() as session:
        return [(run.id, run.status) for run in session.exec(select(JobRun).order_by(col(JobRun.id)))]


def said(run_id: int) -> str:
    with reading() as session:
        return " ".join(line.text for line in queries.log_lines(session, run_id))


def test_it_is_done_in_this_process() -> None:
    run_id = deliver_once()
    with reading() as session:
        done = queries.run_fact(session, run_id)
    assert (done.status, done.result, done.worker) == (
        JobStatus.DONE,
        {"process": os.getpid()},
        worker_name(os.getpid()),
    )


def test_what_went_well_leaves_one_row_and_what_failed_stays() -> None:
    deliver_once()
    failed = deliver_once(fails=True)
    deliver_once()
    newest = deliver_once()
    assert kept() == [(failed, JobStatus.FAILED), (newest, JobStatus.DONE)]
    assert "ZeroDivisionError" in said(failed)


def test_other_jobs_keep_all_their_runs() -> None:
    for _ in range(2):
        with transaction() as session:
            run_id = service.enqueue(session, "nothing", "tester").id or 0
        runner.run_now(run_id)
    deliver_once()
    assert len(kept()) == 3


def test_its_log_holds_its_own_lines_and_not_those_of_the_rest_of_the_process() -> None:
    def elsewhere() -> None:
        other = threading.Thread(target=lambda: logging.getLogger(HERE).warning("a page was opened"))
        other.start()
        other.join()

    meanwhile.append(elsewhere)
    run_id = deliver_once()
    assert "delivering" in said(run_id) and "a page was opened" not in said(run_id)


def test_it_does_not_wait_for_workers_that_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    none_free = threading.BoundedSemaphore(1)
    none_free.acquire()
    monkeypatch.setattr(runner, "_slots", lambda: none_free)
    run_id = deliver_once()
    assert kept() == [(run_id, JobStatus.DONE)]


def test_a_run_that_another_process_has_is_left_alone() -> None:
    run_id = enqueue()
    with transaction() as session:
        service.claim(session, run_id, "elsewhere:1")
    runner.start(run_id)
    wait_for_the_end(run_id)
    assert kept() == [(run_id, JobStatus.RUNNING)]
