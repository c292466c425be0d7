"""What a run says, kept with it: its progress, and every line that is logged while it works."""

import logging
import threading
from types import TracebackType
from typing import Self

from sqlalchemy.exc import IntegrityError, OperationalError

from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.logging import plainly
from ml_insights.core.settings import settings
from ml_insights.jobs.tables import JobLogLine

MOST_LINES = 2000
MOST_CHARACTERS = 4000
LEFT_OUT = N_("{lines} further lines were left out.")


class RunLog(logging.Handler):
    """Collects lines for the length of a `with` block; `write` stores them.

    Lines wait in memory until then, for whoever logs may be in the middle of a transaction of their own, and SQLite has
    room for one writer. thread: the only one whose lines are kept, in a process that does more than this run.
    """

    def __init__(self, run_id: int, attempt: int, thread: int | None = None) -> None:
        super().__init__()
        if thread is not None:
            self.addFilter(lambda record: record.thread == thread)
        self._run_id, self._attempt = run_id, attempt
        self._waiting: list[JobLogLine] = []
        self._room, self._left_out = MOST_LINES, 0
        self._writing = threading.Lock()
        plainly(self)

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        logging.getLogger().removeHandler(self)
        if self._left_out:
            self._keep("warning", gettext(LEFT_OUT, settings().language, lines=self._left_out))
        self.write()

    def emit(self, record: logging.LogRecord) -> None:
        """For the logging module."""
        try:
            self.note(record.levelname.lower(), self.format(record))
        except Exception:
            self.handleError(record)

    def note(self, level: str, text: str) -> None:
        """Add a line; beyond `MOST_LINES` it is only counted."""
        if self._room > 0:
            self._room -= 1
            self._keep(level, text)
        else:
            self._left_out += 1

    def _keep(self, level: str, text: str) -> None:
        line = JobLogLine(
            run_id=self._run_id, attempt=self._attempt, at=clock.now(), level=level, text=text[:MOST_CHARACTERS]
        )
        self._waiting.append(line)

    def write(self) -> None:
        """Store what has been said since; what the database has no time for now is stored later."""
        with self._writing:
            taken, self._waiting = self._waiting, []
            try:
                with transaction() as session:
                    session.add_all(taken)
            except OperationalError:
                self._waiting = [*taken, *self._waiting]
            except IntegrityError:
                return  # the run is gone, as when the demo company was removed
