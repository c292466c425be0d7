"""What a job tells the world while it works, and how it learns that it should stop."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from ml_insights.core.database import transaction
from ml_insights.core.i18n import gettext
from ml_insights.core.settings import settings
from ml_insights.jobs import service
from ml_insights.jobs.errors import RunLost
from ml_insights.jobs.policy import HEARTBEAT
from ml_insights.jobs.run_log import RunLog

OnProgress = Callable[[float, str, dict[str, Any]], None]

WRITE_EVERY_SECONDS = 0.5


class RunProgress:
    """Progress of one attempt at a run, written at most twice a second. Call it outside of any open transaction.

    Raises RunCancelled when somebody asked the run to stop, TookTooLong when its time is over, RunLost when another
    worker has it.
    """

    def __init__(
        self,
        run_id: int,
        attempt: int,
        run_log: RunLog,
        on_progress: OnProgress | None = None,
        limit: timedelta = timedelta.max,
    ) -> None:
        self._run_id, self._attempt, self._log, self._on_progress = run_id, attempt, run_log, on_progress
        self._began, self._limit = time.monotonic(), limit.total_seconds()
        self._written = float("-inf")
        self._told = ("", -1)

    def __call__(self, share: float, message: str, **values: Any) -> None:
        """Say that `share` (0 to 1) is done and what comes now, as a translatable message with its values."""
        share = min(max(share, 0.0), 1.0)
        if self._on_progress:
            self._on_progress(share, message, values)
        if self._told != (message, int(share * 10)):
            self._told = (message, int(share * 10))
            self._log.note("info", f"{share:4.0%} {gettext(message, settings().language, **values)}")
        if time.monotonic() - self._written >= WRITE_EVERY_SECONDS:
            self._write(share, message, values)

    def _write(self, share: float, message: str, values: dict[str, Any]) -> None:
        with transaction() as session:
            mine = service.beat(
                session, self._run_id, self._attempt, share=share, message=message, message_values=values
            )
            if time.monotonic() - self._began > self._limit:
                service.request_cancel(session, self._run_id, service.TIME)
            asked = service.stop_of(session, self._run_id)
        self._log.write()
        self._written = time.monotonic()
        if not mine:
            raise RunLost
        if asked is not None:
            raise asked


class Heartbeat:
    """A thread that shows for the length of a `with` block that the worker lives, and what it logs."""

    def __init__(self, run_id: int, attempt: int, run_log: RunLog) -> None:
        self._run_id, self._attempt, self._log = run_id, attempt, run_log
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run_id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT.total_seconds()):
            try:
                with transaction() as session:
                    service.beat(session, self._run_id, self._attempt)
                self._log.write()
            except OperationalError:
                continue  # the database is busy or away for a moment; patience is many beats long
