"""Jobs on the command line: what a cron can trust."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from ml_insights.__main__ import add_slices, app
from ml_insights.core import clock
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import declared, queries, schedules, service
from ml_insights.jobs.policy import PATIENCE
from ml_insights.jobs.scheduler import Scheduler
from ml_insights.jobs.tables import JobRun, JobStatus, Misfire
from tests.integration.jobs.sample import CAPABILITY

Invoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def sample_jobs(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (CAPABILITY,))


@pytest.fixture
def invoke() -> Invoke:
    add_slices()
    return lambda *arguments: CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))


@pytest.mark.parametrize(("job", "code"), [("nothing", 0), ("refuse", 1), ("crash", 1)])
def test_the_exit_code_says_how_a_run_ended(invoke: Invoke, job: str, code: int) -> None:
    assert invoke("jobs", "run", job).exit_code == code


def test_a_run_that_failed_says_why(invoke: Invoke) -> None:
    assert "a cannot be 1: too small." in invoke("jobs", "run", "refuse").output


def test_a_run_shows_its_progress_and_prints_its_result_as_json(invoke: Invoke) -> None:
    shown = invoke("jobs", "run", "step", "--json")
    assert "50% Half way" in shown.stderr
    answer = json.loads(shown.stdout)
    assert (answer["status"], answer["result"], answer["actor"]) == ("done", {"steps": 2}, "command line")


def test_an_unknown_job_is_refused(invoke: Invoke) -> None:
    assert "no job" in str(invoke("jobs", "run", "no-such-job").exception)


def test_the_list_says_when_and_how(invoke: Invoke) -> None:
    with transaction() as session:
        schedules.edit(session, "nothing", "0 2 1 * *", "UTC", Misfire.SKIP, "tester")
    invoke("jobs", "run", "nothing")
    found = {job["name"]: job for job in json.loads(invoke("jobs", "list", "--json").stdout)}
    assert found["refuse"]["schedule"] is None
    assert (found["nothing"]["schedule"]["cron"], found["nothing"]["last_run"]["status"]) == ("0 2 1 * *", "done")
    assert "On day 1 of each" in " ".join(invoke("jobs", "list").stdout.split())


def test_pausing_and_resuming(invoke: Invoke) -> None:
    with transaction() as session:
        schedules.edit(session, "nothing", "0 2 1 * *", "UTC", Misfire.SKIP, "tester")
    assert invoke("jobs", "pause", "nothing").exit_code == 0
    Scheduler(start=lambda _run: None).tick()
    with reading() as session:
        schedule = queries.job_fact(session, "nothing").schedule
    assert schedule is not None and (schedule.enabled, schedule.next_at) == (False, None)
    assert "runs next: " in invoke("jobs", "resume", "nothing").stdout
    assert "no schedule" in str(invoke("jobs", "pause", "refuse").exception)


def test_history_and_log(invoke: Invoke) -> None:
    for _ in range(2):
        invoke("jobs", "run", "refuse")
    invoke("jobs", "run", "step")
    newest, oldest = json.loads(invoke("jobs", "history", "refuse", "--json").stdout)
    assert newest["id"] > oldest["id"] and newest["status"] == "failed"
    assert json.loads(invoke("jobs", "history", "refuse", "--status", "done", "--json").stdout) == []
    assert "it is one of queued" in str(invoke("jobs", "history", "refuse", "--status", "good").exception)
    log = invoke("jobs", "log", str(newest["id"])).stdout
    assert "too small" in log and "error" in log
    (run,) = json.loads(invoke("jobs", "history", "step", "--json").stdout)
    texts = [line["text"] for line in json.loads(invoke("jobs", "log", str(run["id"]), "--json").stdout)]
    assert any("Half way" in text for text in texts)
    assert any("half the work is done rows=2" in text for text in texts)


def test_a_secret_does_not_get_into_the_log(invoke: Invoke) -> None:
    run_id = json.loads(invoke("jobs", "run", "indiscreet", "--json").stdout)["id"]
    log = invoke("jobs", "log", str(run_id)).stdout
    assert "postgresql://ana:[redacted]@db" in log and "hunter2" not in log


def test_a_cancelled_run_ends_with_1(invoke: Invoke) -> None:
    with transaction() as session:
        run_id = service.enqueue(session, "report_for_ever", "tester").id or 0
        service.claim(session, run_id)
    assert invoke("jobs", "cancel", str(run_id)).exit_code == 0
    with transaction() as session:
        service.finish(session, run_id, 1, JobStatus.CANCELLED)
    assert invoke("jobs", "cancel", "4711").exception is not None


def test_a_run_that_is_told_to_stop_is_marked_and_ends_with_143() -> None:
    command = [sys.executable, "-m", "tests.integration.jobs.sample", "command", "jobs", "run", "report_for_ever"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stderr is not None and "Still at it" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate()
    with reading() as session:
        (run,), _ = queries.history(session, "report_for_ever")
    assert (process.returncode, run.status) == (143, JobStatus.INTERRUPTED)


def test_a_run_that_is_under_way_elsewhere_is_waited_for() -> None:
    command = [sys.executable, "-m", "tests.integration.jobs.sample", "command", "jobs", "run", "report_for_ever"]
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert first.stderr is not None and "Still at it" in first.stderr.readline()
    second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert second.stderr is not None and "Still at it" in second.stderr.readline()
    with transaction() as session:
        (run,), total = queries.history(session, "report_for_ever")
        service.request_cancel(session, run.id, "tester")
    first.communicate()
    second.communicate()
    assert (total, first.returncode, second.returncode) == (1, 1, 1)


def test_the_run_of_a_worker_that_died_is_taken_over(invoke: Invoke) -> None:
    with transaction() as session:
        run_id = service.enqueue(session, "step", "tester").id or 0
        service.claim(session, run_id)
        session.get_one(JobRun, run_id).heartbeat_at = clock.now() - PATIENCE + timedelta(seconds=1)
    shown = invoke("jobs", "run", "step", "--json")
    answer = json.loads(shown.stdout)
    assert (answer["id"], answer["status"], answer["attempt"], shown.exit_code) == (run_id, "done", 2, 0)
