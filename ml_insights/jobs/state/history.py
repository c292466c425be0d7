"""The history of one job, and the log of one of its runs."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.errors import NotFound
from ml_insights.core.i18n import gettext
from ml_insights.core.paging import nearest_page
from ml_insights.jobs import queries
from ml_insights.jobs.declared import find_job
from ml_insights.jobs.facts import LogLine, RunFact
from ml_insights.jobs.state.rows import log_row, run_row
from ml_insights.jobs.tables import JobStatus
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 10
EVERY = ""
"""The filter that lets all runs through."""


@forgets("job", "run_id")
class HistoryState(rx.State):
    """One page of a job's runs. `job` is empty while nothing is open, `run_id` 0 while no log is."""

    job: rx.Field[str] = rx.field(default="")
    title: rx.Field[str] = rx.field(default="")
    outcome: rx.Field[str] = rx.field(default=EVERY)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)
    run_id: rx.Field[int] = rx.field(default=0)
    log: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.JOBS)
    async def open(self, job: str, run_id: int = 0):
        """Show the runs of a job, and the log of one of them."""
        person = viewer(self)
        try:
            self.title = gettext(find_job(job).title, person.language)
        except NotFound as error:
            return rx.toast.error(error.message(person.language))
        self.job, self.outcome, self.page, self.loaded = job, EVERY, 1, False
        self.run_id, self.log = int(run_id), []
        await self._look()

    @rx.event
    @allow(Area.JOBS)
    def close(self, is_open: bool):
        """Leave the history."""
        if not is_open:
            self.job, self.run_id = "", 0

    @rx.event
    @allow(Area.JOBS)
    async def filter(self, outcome: str):
        """Only runs that ended so."""
        self.outcome = outcome if outcome in set(JobStatus) else EVERY
        self.page = 1
        await self._look()

    @rx.event
    @allow(Area.JOBS)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._look()

    @rx.event
    @allow(Area.JOBS)
    async def show_log(self, run_id: int):
        """What a run said; a second time closes it."""
        self.run_id = 0 if self.run_id == int(run_id) else int(run_id)
        self.log = []
        await self._look()

    @rx.event
    @allow(Area.JOBS)
    async def look_again(self):
        """See what has happened since."""
        if self.job:
            await self._look()

    async def _look(self) -> None:
        last = int(self.log[-1]["id"]) if self.log else 0
        runs, self.total, lines = await asyncio.to_thread(_read, self.job, self.outcome, self.page, self.run_id, last)
        self.rows = [run_row(run, viewer(self).language) for run in runs]
        if lines:
            self.log = [*self.log, *[log_row(line) for line in lines]]
        self.loaded = True


def _read(job: str, outcome: str, page: int, run_id: int, after: int) -> tuple[list[RunFact], int, list[LogLine]]:
    statuses = [JobStatus(outcome)] if outcome else []
    with reading() as session:
        runs, total = queries.history(session, job, statuses, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        return runs, total, queries.log_lines(session, run_id, after) if run_id else []
