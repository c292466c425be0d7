"""Scoring anew, watched while it runs; a reload of the page picks the run up again."""

from __future__ import annotations

import asyncio

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.jobs import following
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.ui.guard import allow, viewer

JOB = "churn-alerts"
LOOK_EVERY_SECONDS = 0.7


class ChurnRunState(rx.State):
    """How far the run is, and how the last one ended."""

    active: rx.Field[bool] = rx.field(default=False)
    status: rx.Field[str] = rx.field(default="")
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    _watching: int = 0

    @rx.event
    @allow(Area.CHURN)
    async def resume(self):
        """Watch the run that is under way, if one is."""
        run = await asyncio.to_thread(following.latest, JOB)
        if run and run.active:
            self._tell(run, viewer(self).language)
            return ChurnRunState.watch(run.id)
        self.active = False

    @rx.event
    @allow(Area.RECOMPUTE)
    async def start(self):
        """Score everybody anew, and raise what alerts that gives."""
        run_id = await asyncio.to_thread(following.start, JOB, viewer(self).email, {"force": True})
        self.active, self.share, self.message, self.error = True, 0.0, "", ""
        return ChurnRunState.watch(run_id)

    @rx.event(background=True)
    @allow(Area.CHURN)
    async def watch(self, run_id: int):
        """Follow a run to its end, then show what it made."""
        async with self:
            if self._watching == run_id:
                return
            self._watching = run_id
            language = viewer(self).language
        try:
            while True:
                run = await asyncio.to_thread(following.present, run_id, JOB)
                async with self:
                    self._tell(run, language)
                if not run.active:
                    break
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            async with self:
                self._watching = 0
        if run.status == JobStatus.DONE:
            from ml_insights.churn.state.board import ChurnState

            yield ChurnState.refresh

    def _tell(self, run: RunFact, language: str) -> None:
        self.active, self.status, self.share = run.active, run.status.value, run.share
        self.message, self.error = run.message_in(language), run.error_in(language)
