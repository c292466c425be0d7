"""Worker processes: the run is done elsewhere, and the caller goes on at once."""

import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ml_insights.core.database import reading, transaction
from ml_insights.jobs import attending, declared, queries, runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from tests.integration.jobs import sample

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


@pytest.fixture
def deaf(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """A run inside a call that hears nothing, and the child process that it started."""
    monkeypatch.setattr(declared, "capabilities", lambda: (sample.CAPABILITY,))
    monkeypatch.setattr(runner, "WORKER", sample.HERE)
    pid_file = tmp_path / "child"
    with transaction() as session:
        run_id = service.enqueue(session, "stubborn", "tester", pid_file=str(pid_file)).id or 0
    runner.start(run_id)
    wait_for(run_id, lambda _: pid_file.exists() and pid_file.read_text() != "")
    return run_id, int(pid_file.read_text())


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"


def test_cancel_ends_a_worker_within_ten_seconds_whatever_it_does(deaf: tuple[int, int]) -> None:
    run_id, child = deaf
    asked = time.monotonic()
    with transaction() as session:
        service.request_cancel(session, run_id, "ana@example.com")
    ended = wait_for(run_id, lambda run: not run.active)
    assert time.monotonic() - asked < 10
    wait_for_the_end_of_the_worker(run_id)
    assert ended.status == JobStatus.CANCELLED
    assert "cancelled by ana@example.com" in ended.error_in("en")
    assert not lives(child)
    with transaction() as session:
        assert service.enqueue(session, "stubborn", "tester", pid_file="").id != run_id


def test_a_run_is_ended_when_its_time_is_over(deaf: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, _ = deaf
    monkeypatch.setattr(attending, "limit_of", lambda _: timedelta(seconds=0.5))
    ended = wait_for(run_id, lambda run: not run.active)
    wait_for_the_end_of_the_worker(run_id)
    assert ended.status == JobStatus.FAILED
    assert "ended after 60 minutes, the most that this job may take" in ended.error_in("en")


def test_the_settings_give_a_job_another_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert declared.limit_of("retrain") > timedelta(hours=1)
    monkeypatch.setenv("JOB_MINUTES", '{"retrain": 7}')
    declared.settings.cache_clear()
    assert declared.limit_of("retrain") == timedelta(minutes=7)
    assert declared.limit_of("segments") == timedelta(minutes=declared.declared()["segments"].minutes)
