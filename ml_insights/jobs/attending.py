"""Sees to a worker process from outside: whatever it does, it ends when it has to.

A run learns at its next progress report that it should stop. One that makes none, as inside a long fit, is ended with
its process and all that this process has started. What it had not committed never was.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from ml_insights.core.database import transaction
from ml_insights.jobs import service
from ml_insights.jobs.declared import limit_of

LOOK_SECONDS = 1.0
GRACE_SECONDS = 4.0
"""For how long a run that was asked to stop may go on: together with a look, half of the ten seconds promised."""


def worker_name(process: int) -> str:
    """How a process is named in the rows of runs: "host:process"."""
    return f"{socket.gethostname()}:{process}"


def attend(worker: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a worker, and end it where one of its runs does not stop when asked; its exit code."""
    watch = _Watch(worker_name(worker.pid))
    while True:
        try:
            return worker.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            try:
                stubborn = watch.look()
            except SQLAlchemyError:
                continue  # the database is away for a moment; the next look asks again
        if stubborn:
            code = kill(worker)
            with transaction() as session:
                service.end_held(session, watch.worker)
            return code


def kill(worker: subprocess.Popen[bytes]) -> int:
    """End a worker and everything that it has started; its exit code."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    return worker.wait()


class _Watch:
    """For how long the runs of a worker have been going on, or asked to stop, by a clock that nobody sets."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._began: dict[tuple[int, int], float] = {}
        self._asked: dict[tuple[int, int], float] = {}

    def look(self) -> bool:
        """Ask those to stop whose time is over; whether one of the asked has not stopped in time."""
        now = time.monotonic()
        with transaction() as session:
            runs = service.held_by(session, self.worker)
            for run in runs:
                began = self._began.setdefault((run.id or 0, run.attempt), now)
                if not run.cancel_requested and now - began > limit_of(run.job).total_seconds():
                    service.request_cancel(session, run.id or 0, service.TIME)
            asked = {(run.id or 0, run.attempt) for run in runs if run.cancel_requested}
        self._asked = {key: self._asked.get(key, now) for key in asked}
        return any(now - since >= GRACE_SECONDS for since in self._asked.values())
