"""Sees to it that jobs run by themselves: in the site, or alone as `python -m ml_insights scheduler`.

Any number of processes on any number of machines may run one. They compete for a lease in the database; the one that
holds it leads: it records firings, starts their runs, takes up what was interrupted, and ends runs whose worker is
gone.

APScheduler wakes it at the moment that each schedule waits for. What then happens is decided by the rows alone
(`schedules.settle`), and asked again at every renewal of the lease: so it does not matter when clocks jump, a wake-up
is lost, or somebody edits a schedule elsewhere.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.jobs import leases, runner, schedules, service
from ml_insights.jobs.policy import PATIENCE
from ml_insights.jobs.tables import JobRun, JobStatus

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every alarm that is set

LEASE = "scheduler"
LASTS = timedelta(seconds=15)
EVERY = LASTS / 3
"""How often a lease is renewed, and others look whether it is free."""
SHUTDOWN_SECONDS = 5.0


class Watch:
    """For how long things have stood still, by a clock that nobody sets."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, tuple[object, float]] = {}

    def still(self, key: Hashable, value: object) -> timedelta:
        """For how long `key` has had this value, as far as this process has seen."""
        now = time.monotonic()
        before, since = self._seen.get(key, (value, now))
        since = since if before == value else now
        self._seen[key] = (value, since)
        return timedelta(seconds=now - since)

    def forget_all_but(self, keys: set[Hashable]) -> None:
        """Keep memory from growing."""
        self._seen = {key: seen for key, seen in self._seen.items() if key in keys}


class Scheduler:
    """One candidate for the lead.

    `lasts` is how long a lease lasts and `every` how often it is renewed, `patience` how long a silent worker is waited
    for, `start` what starts a run.
    """

    def __init__(
        self,
        lasts: timedelta = LASTS,
        every: timedelta = EVERY,
        patience: timedelta = PATIENCE,
        start: Callable[[int], None] = runner.start,
    ) -> None:
        self._lasts, self._every, self._patience, self._start = lasts, every, patience, start
        self._holder = runner.worker_name(os.getpid())
        self._lease: leases.Lease | None = None
        self._leases_seen, self._heartbeats = Watch(), Watch()
        self._working = threading.Lock()
        self._ended = self._in_trouble = False
        self._alarms = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    @property
    def leads(self) -> bool:
        """Whether this one held the lease when it last looked."""
        return self._lease is not None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then give the lease back."""
        self._alarms.start()
        try:
            while not self._ended:
                self.tick()
                self._ended = stop.wait(self._every.total_seconds())
        finally:
            self._ended = True
            self._alarms.shutdown(wait=False)
            self.step_down()

    def tick(self) -> None:
        """Take or renew the lease and, holding it, do what is due. A database that is away is waited for."""
        with self._working:
            if self._ended:
                return
            try:
                self._work()
                self._in_trouble = False
            except SQLAlchemyError as error:
                if not self._in_trouble:
                    log.warning("the scheduler cannot work and tries again: %s", str(error).partition("\n")[0])
                self._in_trouble = True

    def step_down(self) -> None:
        """Let another one lead at once."""
        with self._working:
            if self._lease is None:
                return
            try:
                with transaction() as session:
                    leases.give_back(session, self._lease)
            except SQLAlchemyError:
                log.warning("the scheduler's lease could not be given back; it ends by itself")
            self._lease = None

    def _work(self) -> None:
        to_start, waiting = [], {}
        with transaction() as session:
            lease = self._hold(session)
            if lease:
                self._end_dead_runs(session)
                waiting = schedules.settle(session, lease.fence)
                to_start = schedules.to_start(session, lease.fence)
        if lease != self._lease:
            log.info("this scheduler leads now" if lease else "another scheduler leads now")
        self._lease = lease
        for run_id in to_start:
            self._start(run_id)
        self._set_alarms(waiting)

    def _hold(self, session: Session) -> leases.Lease | None:
        if self._lease and leases.renew(session, self._lease, self._lasts):
            return self._lease
        seen = leases.look(session, LEASE)
        dead = seen if self._leases_seen.still(LEASE, seen) > self._lasts else None
        return leases.take(session, LEASE, self._holder, self._lasts, dead)

    def _end_dead_runs(self, session: Session) -> None:
        """Judged by heartbeats that stand still here, not by the times they name: clocks differ, and jump."""
        running = session.exec(
            select(JobRun.id, JobRun.attempt, JobRun.heartbeat_at).where(JobRun.status == JobStatus.RUNNING)
        ).all()
        self._heartbeats.forget_all_but({(run_id, attempt) for run_id, attempt, _ in running})
        for run_id, attempt, heartbeat_at in running:
            if self._heartbeats.still((run_id, attempt), heartbeat_at) > self._patience:
                service.give_up(session, run_id or 0, attempt, heartbeat_at)

    def _set_alarms(self, waiting: dict[str, datetime]) -> None:
        """Wake up when each moment comes. Told as a distance, for APScheduler looks at a clock of its own."""
        wanted = {f"{name} {at.isoformat()}": at - clock.now() for name, at in waiting.items()}
        for alarm in self._alarms.get_jobs():
            if alarm.id not in wanted:
                alarm.remove()
        for alarm_id, distance in wanted.items():
            if self._alarms.get_job(alarm_id) is None:
                self._alarms.add_job(self.tick, "date", id=alarm_id, run_date=datetime.now(UTC) + distance)


def run_alone(lasts: timedelta = LASTS, every: timedelta = EVERY, patience: timedelta = PATIENCE) -> None:
    """Work until the process is told to stop (SIGTERM, Ctrl-C)."""
    stop = threading.Event()

    def on_signal(*_: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    Scheduler(lasts, every, patience).run(stop)
    runner.stop()


@asynccontextmanager
async def beside_the_site() -> AsyncIterator[None]:
    """A scheduler for as long as the site serves, unless the settings leave that to another process."""
    stop = threading.Event()
    thread = threading.Thread(target=Scheduler().run, args=(stop,), name="scheduler", daemon=True)
    if settings().scheduler:
        thread.start()
    runner.serve(True)
    try:
        yield
    finally:
        runner.serve(False)
        stop.set()
        await asyncio.to_thread(_wind_up, thread)


def _wind_up(thread: threading.Thread) -> None:
    if thread.ident:
        thread.join(SHUTDOWN_SECONDS)
    runner.stop(SHUTDOWN_SECONDS)
