"""The table of jobs: looked at anew while anybody looks, and the buttons of each row."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlalchemy.exc import SQLAlchemyError

from ml_insights.core.access import Area, allowed
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError, Unavailable
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.paging import identifier
from ml_insights.jobs import queries, runner, schedules, service
from ml_insights.jobs.facts import JobFact
from ml_insights.jobs.scheduler import LEASE
from ml_insights.jobs.state.history import HistoryState
from ml_insights.jobs.state.rows import job_row
from ml_insights.ui.guard import Viewer, allow, viewer

SOON_MS, LATER_MS = 1000, 10_000
"""How often the page asks while something is under way, and otherwise."""


class JobsState(rx.State):
    """Every job, and who sees to it that they run."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)
    error: rx.Field[str] = rx.field(default="")
    leader: rx.Field[str] = rx.field(default="")
    may_manage: rx.Field[bool] = rx.field(default=False)
    every: rx.Field[int] = rx.field(default=LATER_MS)

    @rx.event
    @allow(Area.JOBS)
    async def load(self):
        """Fill the table; `?job=NAME` in the address opens that job's history, `&run=7` that run's log."""
        arriving = not self.loaded
        await self._look(viewer(self))
        asked = self.router.url.query_parameters
        if arriving and asked.get("job"):
            return HistoryState.open(asked["job"], identifier(asked.get("run")))

    @rx.event
    @allow(Area.JOBS)
    async def look_again(self):
        """See what has happened since, also in the history that is open."""
        await self._look(viewer(self))
        return HistoryState.look_again

    @rx.event
    @allow(Area.JOBS_MANAGE)
    async def run_now(self, name: str):
        """Start a job; the run that is under way already is shown where there is one."""
        return await self._act(lambda actor: _start(name, actor))

    @rx.event
    @allow(Area.JOBS_MANAGE)
    async def cancel(self, run_id: int):
        """Ask a run to stop, wherever it runs."""
        return await self._act(lambda actor: _commit(service.request_cancel, int(run_id), actor), N_("Asked to stop"))

    @rx.event
    @allow(Area.JOBS_MANAGE)
    async def pause(self, name: str):
        """Keep a job from running by itself."""
        return await self._act(lambda actor: _commit(schedules.pause, name, actor), N_("Paused"))

    @rx.event
    @allow(Area.JOBS_MANAGE)
    async def resume(self, name: str):
        """Let a job run by itself again."""
        return await self._act(lambda actor: _commit(schedules.resume, name, actor), N_("Resumed"))

    async def _look(self, person: Viewer) -> None:
        self.may_manage = allowed(person.role, Area.JOBS_MANAGE)
        try:
            facts, self.leader = await asyncio.to_thread(_facts)
        except SQLAlchemyError as error:
            reason = type(error).__name__
            self.error = Unavailable(service="The database", reason=reason).message(person.language)
            return
        self.rows = [job_row(fact, person.language) for fact in facts]
        self.every = SOON_MS if any(row["last"]["active"] for row in self.rows) else LATER_MS
        self.loaded, self.error = True, ""

    async def _act(self, verb: Callable[[str], None], done: str = "") -> Any:
        person = viewer(self)
        try:
            await asyncio.to_thread(verb, person.email)
        except ProductError as error:
            return rx.toast.error(error.message(person.language))
        await self._look(person)
        return rx.toast.success(gettext(done, person.language)) if done else None


def _facts() -> tuple[list[JobFact], str]:
    with reading() as session:
        leader = queries.leader(session, LEASE)
        return queries.job_facts(session), leader.holder if leader else ""


def _start(name: str, actor: str) -> None:
    with transaction() as session:
        run_id = service.enqueue(session, name, actor).id or 0
    runner.start(run_id)


def _commit(verb: Callable[..., None], *arguments: Any) -> None:
    with transaction() as session:
        verb(session, *arguments)
