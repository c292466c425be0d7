"""Doing the work: in this process (`run_now`), or in a worker process of its own or, where light, beside what else
this process does (`start`).

A worker is a fresh Python, neither forked nor taken from a pool: when the system kills one, no other run is touched,
its memory is given back, and a server of any kind can start it.
"""

import atexit
import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml_insights.core.capability import load
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.settings import settings
from ml_insights.jobs import queries, service
from ml_insights.jobs.attending import attend, kill, worker_name
from ml_insights.jobs.declared import find_job, is_light, limit_of
from ml_insights.jobs.errors import RunCancelled, RunLost, RunNotStartable, UnexpectedFailure
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.progress import Heartbeat, OnProgress, RunProgress
from ml_insights.jobs.run_log import RunLog
from ml_insights.jobs.tables import JobRun, JobStatus

log = logging.getLogger(__name__)

PROJECT = Path(__file__).parents[2]
WORKER = "ml_insights.jobs.worker"

LEVELS = {JobStatus.FAILED: "error", JobStatus.CANCELLED: "warning", JobStatus.INTERRUPTED: "warning"}

_workers: set[subprocess.Popen[bytes]] = set()
_started: set[int] = set()
_lock = threading.Lock()
_stopping = threading.Event()
_serving = threading.Event()


def run_now(run_id: int, on_progress: OnProgress | None = None) -> RunFact:
    """Do a queued or interrupted run in this process and return how it ended; a failing job does not raise.

    Raises NotFound and RunNotStartable. An interruption (Ctrl-C, termination) marks the run and goes on upward.
    """
    with transaction() as session:
        run = service.claim(session, run_id, worker_name(os.getpid()))
        name, attempt, arguments = run.job, run.attempt, dict(run.arguments)
    with RunLog(run_id, attempt, threading.get_ident() if is_light(name) else None) as run_log:
        ending = _Ending(run_id, attempt, run_log)
        try:
            with Heartbeat(run_id, attempt, run_log):
                progress = RunProgress(run_id, attempt, run_log, on_progress, limit_of(name))
                result = load(find_job(name).run)(progress, **arguments)
            ending(JobStatus.DONE, result=result)
        except RunCancelled as error:
            ending(JobStatus.CANCELLED, error)
        except RunLost:
            log.warning("run %s was taken over by another worker", run_id)
        except InsufficientData as error:
            ending(JobStatus.SKIPPED, error)
        except ProductError as error:
            ending(JobStatus.FAILED, error)
        except Exception as error:
            log.exception("run %s of %s failed", run_id, name)
            ending(JobStatus.FAILED, UnexpectedFailure(reason=_first_line(error)))
        except BaseException:
            ending(JobStatus.INTERRUPTED)
            raise
    with reading() as session:
        return queries.run_fact(session, run_id)


class _Ending:
    """Writes how an attempt ended and how long it took, by a clock that nobody sets."""

    def __init__(self, run_id: int, attempt: int, run_log: RunLog) -> None:
        self._run_id, self._attempt, self._log = run_id, attempt, run_log
        self._began = time.monotonic()
        run_log.note("info", f"attempt {attempt} · {worker_name(os.getpid())}")

    def __call__(self, status: JobStatus, error: ProductError | None = None, **values: Any) -> None:
        seconds = time.monotonic() - self._began
        if error:
            values |= service.reason(error)
        with transaction() as session:
            service.finish(session, self._run_id, self._attempt, status, seconds=seconds, **values)
        said = f" · {error.message(settings().language)}" if error else ""
        self._log.note(LEVELS.get(status, "info"), f"{status.value} · {seconds:.1f} s{said}")


def serve(serving: bool) -> None:
    """Note that this process lasts, so that it can start workers; or that it ends."""
    _serving.set() if serving else _serving.clear()


def serves() -> bool:
    """Whether this process lasts, and is no command that is over before its workers are."""
    return _serving.is_set()


def start(run_id: int) -> None:
    """Do a run in a worker process, as soon as fewer than `settings().workers` of them are busy. Returns at once.

    A run of a light job begins at once, in a thread of this process. A run that this process has started already is
    left alone.
    """
    with _lock:
        if run_id in _started:
            return
        _started.add(run_id)
    _stopping.clear()
    threading.Thread(target=_supervise, args=(run_id,), name=f"run-{run_id}", daemon=True).start()


def stop(patience: float = 10.0) -> None:
    """End this process's workers. Their runs are marked interrupted; those of the schedule go on wherever it does."""
    _stopping.set()
    workers = list(_workers)
    for worker in workers:
        worker.terminate()
    deadline = time.monotonic() + patience
    for worker in workers:
        try:
            worker.wait(max(deadline - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            kill(worker)


@lru_cache
def _slots() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(settings().workers, 1))


def _supervise(run_id: int) -> None:
    try:
        light = _is_light(run_id)
        with nullcontext() if light else _slots():
            if not _stopping.is_set():
                _do_here(run_id) if light else _work(run_id)
    finally:
        with _lock:
            _started.discard(run_id)


def _is_light(run_id: int) -> bool:
    with reading() as session:
        run = session.get(JobRun, run_id)
        return run is not None and is_light(run.job)


def _do_here(run_id: int) -> None:
    try:
        run_now(run_id)
    except RunNotStartable:
        return
    with reading() as session:
        following = service.waiting(session, run_id)
    if following:
        start(following)


def _work(run_id: int) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", WORKER, str(run_id)],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        start_new_session=True,
    )
    _workers.add(worker)
    exit_code = attend(worker)
    _workers.discard(worker)
    with transaction() as session:
        service.worker_ended(session, run_id, worker_name(worker.pid), exit_code)
        following = service.waiting(session, run_id)
    if following:
        start(following)


@atexit.register
def _stop_workers() -> None:
    for worker in list(_workers):
        worker.terminate()


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
