"""Schedulers and workers as real processes on one PostgreSQL: what happens when they compete, are killed, or the clock
jumps. Each firing takes effect once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import declared, schedules, service
from ml_insights.jobs.policy import UNDER_WAY
from ml_insights.jobs.tables import JobRun, JobSchedule, JobStatus, Lease
from tests.integration.jobs.processes import CAPABILITY, EFFECT, HERE

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
PATIENCE_SECONDS = 180
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def wait_until(reached: Callable[[], object], what: str) -> None:
    """Go on as soon as it is so; fail when it takes too long."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen; runs: {runs()}")
        pause.wait(0.1)


def runs(job: str = "") -> list[JobRun]:
    with reading() as session:
        chosen = select(JobRun).order_by(col(JobRun.id))
        return list(session.exec(chosen.where(JobRun.job == job) if job else chosen))


def effects(job: str) -> int:
    with reading() as session:
        left = select(func.count()).where(AuditEvent.action == EFFECT, AuditEvent.subject == job)
        return session.exec(left).one()


def status(job: str) -> JobStatus | None:
    found = runs(job)
    return found[-1].status if found else None


def waits_for(job: str) -> datetime | None:
    with reading() as session:
        row = session.get(JobSchedule, job)
        return row.next_at if row else None


def process_of(worker: str | None) -> int:
    return int((worker or "").rpartition(":")[2])


class Machines:
    """Schedulers that share a database and a clock."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started: list[subprocess.Popen[bytes]] = []
        self.gate, self.set = folder / "gate", folder / "set"
        self.set.write_text("0")
        self.log = (folder / "log").open("wb")
        fixed = {"TIMEZONE": "UTC", "FAST_SET": self.set, "FAST_GATE": self.gate, "FAST_FROM": time.monotonic()}
        for name, value in fixed.items():
            monkeypatch.setenv(name, str(value))
        self.env = monkeypatch.setenv

    def clock(self, at: datetime, speed: float) -> None:
        """What time it is now, and how fast it passes."""
        self.env("FAST_AT", str(at.timestamp()))
        self.env("FAST_SPEED", str(speed))

    def start(self) -> subprocess.Popen[bytes]:
        """A machine of its own: what it starts dies with it in `crash`."""
        command = [sys.executable, "-m", HERE, "scheduler"]
        machine = subprocess.Popen(command, stdout=self.log, stderr=self.log, start_new_session=True)
        self.started.append(machine)
        return machine

    def start_the_slow_run(self, count: int) -> None:
        """So many machines, and New Year for all of them once one of them waits for it."""
        self.clock(NEW_YEAR - timedelta(days=1), speed=1)
        for _ in range(count):
            self.start()
        wait_until(lambda: waits_for("slow") == NEW_YEAR, "the wait for New Year")
        self.set.write_text(str(timedelta(days=1).total_seconds()))
        wait_until(lambda: status("slow") == JobStatus.RUNNING, "the start of the run")

    def starter_of(self, run: JobRun) -> subprocess.Popen[bytes]:
        """The machine whose worker does the run."""
        parent = psutil.Process(process_of(run.worker)).ppid()
        return next(one for one in self.started if one.pid == parent)

    def leader(self) -> subprocess.Popen[bytes] | None:
        """The one that holds the lease."""
        with reading() as session:
            lease = session.get(Lease, "scheduler")
        return next((one for one in self.started if lease and one.pid == process_of(lease.holder)), None)

    def crash(self, machine: subprocess.Popen[bytes]) -> None:
        """Power cut: the scheduler and its workers are gone, and none could say anything."""
        workers = psutil.Process(machine.pid).children()
        for process in (machine, *workers):
            os.killpg(process.pid, signal.SIGKILL)
        machine.wait()


@pytest.fixture
def machines(postgres_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (CAPABILITY,))
    together = Machines(tmp_path, monkeypatch)
    yield together
    for machine in together.started:
        if machine.poll() is None:
            together.crash(machine)
    together.log.close()


def settle(*jobs: str) -> None:
    """Let nothing new fire, and wait for what is under way."""
    with transaction() as session:
        for job in jobs:
            schedules.pause(session, job, "tester")
    wait_until(lambda: all(run.status not in UNDER_WAY for run in runs()), "the end of the last run")


def each_firing_took_effect_once(job: str) -> None:
    done = [run for run in runs(job) if run.status == JobStatus.DONE]
    firings = [run.firing_at for run in runs(job)]
    assert effects(job) == len(done)
    assert len(set(firings)) == len(firings)
    assert {run.status for run in runs(job)} <= {JobStatus.DONE, JobStatus.SKIPPED}


def done(job: str) -> int:
    return sum(run.status == JobStatus.DONE for run in runs(job))


def test_two_schedulers_fire_once_and_end_cleanly(machines: Machines) -> None:
    machines.clock(NEW_YEAR - timedelta(days=90), speed=15)
    both = [machines.start(), machines.start()]
    wait_until(lambda: done("tally") >= 4, "the fourth firing")
    settle("tally")
    each_firing_took_effect_once("tally")
    assert all(run.attempt == 1 for run in runs("tally") if run.status == JobStatus.DONE)
    for machine in both:
        assert machine.poll() is None
        machine.terminate()
    assert [machine.wait(30) for machine in both] == [0, 0]
    with reading() as session:
        lease = session.get(Lease, "scheduler")
    assert lease is not None and lease.holder == ""


def test_when_the_leader_dies_the_other_takes_over_and_finishes_its_run(machines: Machines) -> None:
    machines.start_the_slow_run(2)
    (before,) = runs("slow")
    machines.crash(machines.starter_of(before))
    wait_until(lambda: runs("slow")[0].attempt == 2, "the second attempt")
    machines.gate.touch()
    wait_until(lambda: status("slow") == JobStatus.DONE, "the end of the run")
    settle("tally", "slow")
    (run,) = runs("slow")
    assert (run.firing_at, run.attempt, effects("slow")) == (NEW_YEAR, 2, 1)
    assert run.fence and before.fence and run.fence > before.fence


def test_a_worker_that_is_killed_is_replaced(machines: Machines) -> None:
    machines.start_the_slow_run(1)
    os.kill(process_of(runs("slow")[0].worker), signal.SIGKILL)
    wait_until(lambda: runs("slow")[0].attempt == 2, "the second attempt")
    machines.gate.touch()
    wait_until(lambda: status("slow") == JobStatus.DONE, "the end of the run")
    (run,) = runs("slow")
    assert (run.attempt, effects("slow")) == (2, 1)


def test_a_leader_that_stood_still_is_fenced_off(machines: Machines) -> None:
    machines.clock(NEW_YEAR - timedelta(days=90), speed=15)
    stopped = machines.start()
    wait_until(lambda: machines.leader() is stopped, "the lead of the first")
    other = machines.start()
    os.kill(stopped.pid, signal.SIGSTOP)
    wait_until(lambda: machines.leader() is other, "the change of the lead")
    os.kill(stopped.pid, signal.SIGCONT)
    before = done("tally")
    wait_until(lambda: done("tally") >= before + 2, "two firings after the change")
    settle("tally")
    each_firing_took_effect_once("tally")
    tokens = [run.fence or 0 for run in runs("tally")]
    assert tokens == sorted(tokens) and tokens[-1] >= 2


def test_clocks_that_jump_repeat_nothing_and_stop_nothing(machines: Machines) -> None:
    machines.clock(NEW_YEAR - timedelta(days=90), speed=15)
    machines.start()
    machines.start()
    for seconds in (0, -3600, 7200, 7170):
        machines.set.write_text(str(seconds))
        before = done("tally")
        wait_until(lambda before=before: done("tally") > before, f"a firing with the clock set by {seconds} s")
    settle("tally")
    each_firing_took_effect_once("tally")


def test_a_firing_is_cancelled_from_another_process(machines: Machines) -> None:
    machines.start_the_slow_run(1)
    with transaction() as session:
        service.request_cancel(session, runs("slow")[0].id or 0, "ana@example.com")
    wait_until(lambda: status("slow") == JobStatus.CANCELLED, "the end of the run")
    settle("tally", "slow")
    (run,) = runs("slow")
    assert (run.status, run.attempt, effects("slow")) == (JobStatus.CANCELLED, 1, 0)
