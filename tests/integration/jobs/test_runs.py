"""Runs of jobs on real databases: life, death, cancellation and another start."""

import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import NotFound
from ml_insights.jobs import declared, queries, service
from ml_insights.jobs import progress as progress_module
from ml_insights.jobs.errors import RunNotStartable
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.policy import PATIENCE
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.tables import JobStatus
from tests.at_once import at_once
from tests.integration.jobs.sample import CAPABILITY


@pytest.fixture(autouse=True)
def sample_jobs(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (CAPABILITY,))


def enqueue(job: str, **arguments: Any) -> int:
    with transaction() as session:
        return service.enqueue(session, job, "tester", **arguments).id or 0


def fact(run_id: int) -> RunFact:
    with reading() as session:
        return queries.run_fact(session, run_id)


def test_a_run_ends_with_its_result_and_its_progress() -> None:
    seen: list[tuple[float, str, dict[str, Any]]] = []
    done = run_now(enqueue("add", a=2, b=3), lambda *step: seen.append(step))
    assert (done.status, done.result, done.share) == (JobStatus.DONE, {"sum": 5}, 1.0)
    assert seen == [(0.0, "Adding {a}", {"a": 2}), (1.0, "Added", {})]
    assert done.message_in("en") == "Adding 2"  # the second report came within the same half second
    assert done.started_at and done.finished_at and done.started_at <= done.finished_at


def test_asking_twice_gives_the_run_that_waits() -> None:
    first = enqueue("add", a=1, b=1, dataset="demo")
    assert enqueue("add", a=1, b=1, dataset="demo") == first
    assert enqueue("add", a=1, b=1, dataset="company") != first
    run_now(first)
    assert enqueue("add", a=1, b=1, dataset="demo") != first


def test_a_job_that_refuses_says_why_in_the_readers_language() -> None:
    failed = run_now(enqueue("refuse"))
    assert failed.status == JobStatus.FAILED
    assert failed.error_in("en") == "a cannot be 1: too small."


def test_an_unexpected_error_ends_the_run_and_names_itself() -> None:
    failed = run_now(enqueue("crash"))
    assert failed.status == JobStatus.FAILED
    assert "ZeroDivisionError" in failed.error_in("en")


def test_a_run_that_is_done_cannot_be_started() -> None:
    run_id = enqueue("add", a=1, b=1)
    run_now(run_id)
    with pytest.raises(RunNotStartable):
        run_now(run_id)


def test_unknown_names_are_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        enqueue("no-such-job")
    with pytest.raises(NotFound):
        queries.run_fact(session, 4711)
    with pytest.raises(NotFound):
        run_now(4711)


def test_a_waiting_run_is_cancelled_at_once() -> None:
    run_id = enqueue("add", a=1, b=1)
    with transaction() as session:
        service.request_cancel(session, run_id, "tester")
    assert fact(run_id).status == JobStatus.CANCELLED
    with pytest.raises(RunNotStartable):
        run_now(run_id)


def test_a_running_run_stops_at_its_next_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "WRITE_EVERY_SECONDS", 0.0)
    run_id = enqueue("report_for_ever")

    def cancel(*_step: Any) -> None:
        with transaction() as session:
            service.request_cancel(session, run_id, "tester")

    assert run_now(run_id, cancel).status == JobStatus.CANCELLED


def killed_in_the_middle(run_id: int) -> None:
    """A worker of its own takes the run, and is killed in the middle of a transaction."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.jobs.sample", str(run_id)], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None and worker.stdout.readline() == "writing\n"
    assert (fact(run_id).status, fact(run_id).share) == (JobStatus.RUNNING, 0.25)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def test_the_slot_of_a_killed_worker_is_taken_by_one_other_run(database: Engine) -> None:
    run_id = enqueue("write_for_ever")
    killed_in_the_middle(run_id)
    assert enqueue("write_for_ever") == run_id, "a silent worker may still be at work"
    with clock.frozen(clock.now() + PATIENCE + timedelta(seconds=1)):
        first, second = at_once(database, lambda: enqueue("write_for_ever"), lambda: enqueue("write_for_ever"))
        assert first == second != run_id
        assert (fact(run_id).status, fact(first).status) == (JobStatus.INTERRUPTED, JobStatus.QUEUED)
        with pytest.raises(RunNotStartable), transaction() as session:
            service.claim(session, run_id)


def test_a_killed_worker_leaves_nothing_half_written_and_its_run_starts_again() -> None:
    run_id = enqueue("write_for_ever")
    killed_in_the_middle(run_id)
    with clock.frozen(clock.now() + PATIENCE + timedelta(seconds=1)):
        assert fact(run_id).status == JobStatus.INTERRUPTED
        with transaction() as session:
            assert service.claim(session, run_id).attempt == 2
    with reading() as session:
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "half-written")).all() == []


def test_a_worker_that_lost_its_run_can_no_longer_write_to_it() -> None:
    run_id = enqueue("add", a=1, b=1)
    with transaction() as session:
        first = service.claim(session, run_id).attempt
    with clock.frozen(clock.now() + PATIENCE + timedelta(seconds=1)), transaction() as session:
        second = service.claim(session, run_id).attempt
        assert not service.beat(session, run_id, first, share=0.9)
        assert not service.finish(session, run_id, first, JobStatus.DONE)
        assert service.finish(session, run_id, second, JobStatus.DONE)


def test_training_provides_the_models_of_which_nothing_can_be_seen(session: Session) -> None:
    assert [spec.name for spec in service.models_to_compute(session, Dataset.DEMO)] == ["missing"]
