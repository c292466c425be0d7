"""Doing the work: in this process (`run_now`) or in a worker process of its own (`start`).

A worker is a fresh Python, neither forked nor taken from a pool: when the system kills one, no other run is touched,
its memory is given back, and a server of any kind can start it.
"""

import atexit
import logging
import os
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml_insights.core.capability import load
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.jobs import queries, service
from ml_insights.jobs.errors import RunCancelled, RunLost, UnexpectedFailure
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.progress import Heartbeat, OnProgress, RunProgress
from ml_insights.jobs.tables import JobStatus

log = logging.getLogger(__name__)

PROJECT = Path(__file__).parents[2]

_workers: set[subprocess.Popen[bytes]] = set()


def run_now(run_id: int, on_progress: OnProgress | None = None) -> RunFact:
    """Do a queued or interrupted run in this process and return how it ended; a failing job does not raise.

    Raises NotFound and RunNotStartable. An interruption (Ctrl-C, termination) marks the run and goes on upward.
    """
    with transaction() as session:
        run = service.claim(session, run_id)
        name, attempt, arguments = run.job, run.attempt, dict(run.arguments)
    try:
        with Heartbeat(run_id, attempt):
            result = load(service.find_job(name).run)(RunProgress(run_id, attempt, on_progress), **arguments)
        _end(run_id, attempt, JobStatus.DONE, result=result)
    except RunCancelled as error:
        _end(run_id, attempt, JobStatus.CANCELLED, **_reason(error))
    except RunLost:
        log.warning("run %s was taken over by another worker", run_id)
    except ProductError as error:
        _end(run_id, attempt, JobStatus.FAILED, **_reason(error))
    except Exception as error:
        log.exception("run %s of %s failed", run_id, name)
        _end(run_id, attempt, JobStatus.FAILED, **_reason(UnexpectedFailure(reason=_first_line(error))))
    except BaseException:
        _end(run_id, attempt, JobStatus.INTERRUPTED)
        raise
    with reading() as session:
        return queries.run_fact(session, run_id)


def start(run_id: int) -> None:
    """Do a run in a worker process, as soon as fewer than `settings().workers` of them are busy. Returns at once."""
    threading.Thread(target=_supervise, args=(run_id,), name=f"run-{run_id}", daemon=True).start()


@lru_cache
def _slots() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(settings().workers, 1))


def _supervise(run_id: int) -> None:
    with _slots():
        worker = subprocess.Popen(
            [sys.executable, "-m", "ml_insights.jobs.worker", str(run_id)],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        _workers.add(worker)
        worker.wait()
        _workers.discard(worker)
    if worker.returncode < 0:
        _mark_killed(run_id)


def _mark_killed(run_id: int) -> None:
    with transaction() as session:
        run = queries.run_fact(session, run_id)
        if run.status == JobStatus.RUNNING:
            service.finish(session, run_id, run.attempt, JobStatus.INTERRUPTED)


@atexit.register
def _stop_workers() -> None:
    for worker in list(_workers):
        worker.terminate()


def _end(run_id: int, attempt: int, status: JobStatus, **values: Any) -> None:
    with transaction() as session:
        service.finish(session, run_id, attempt, status, **values)


def _reason(error: ProductError) -> dict[str, Any]:
    return {
        "error": " ".join((type(error).__doc__ or "").split()),
        "error_values": {key: str(value) for key, value in error.values.items()},
    }


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
