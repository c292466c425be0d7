"""Computing the forecasts anew, watched while it runs; a reload of the page picks the run up again."""

from __future__ import annotations

import asyncio

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.demand.state.listing import SeriesListState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.reorder import ReorderState
from ml_insights.demand.state.series import DemandState
from ml_insights.jobs import following, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

JOB = "demand-forecast"
LOOK_EVERY_SECONDS = 0.7


class RecomputeState(rx.State):
    """How far the computation is, and how the last one ended."""

    active: rx.Field[bool] = rx.field(default=False)
    status: rx.Field[str] = rx.field(default="")
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    _watching: int = 0

    @rx.event
    @allow(Area.DEMAND)
    async def resume(self):
        """Watch the computation that is under way, if one is."""
        run = await asyncio.to_thread(following.latest, JOB)
        if run and run.active:
            self._tell(run)
            return RecomputeState.watch(run.id)
        self.active = False

    @rx.event
    @allow(Area.DEMAND_RECOMPUTE)
    async def start(self):
        """Compute anew."""
        actor = viewer(self).email
        run_id = await asyncio.to_thread(following.start, JOB, actor, {"force": True})
        self.active, self.share, self.message, self.error = True, 0.0, "", ""
        return RecomputeState.watch(run_id)

    @rx.event
    @allow(Area.DEMAND_RECOMPUTE)
    async def cancel(self):
        """Stop the computation; the forecasts that are there stay."""
        await asyncio.to_thread(_cancel, viewer(self).email)

    @rx.event(background=True)
    @allow(Area.DEMAND)
    async def watch(self, run_id: int):
        """Follow a run to its end, then show what it made."""
        async with self:
            if self._watching == run_id:
                return
            self._watching = run_id
        try:
            while True:
                run = await asyncio.to_thread(following.present, run_id, JOB)
                async with self:
                    self._tell(run)
                if not run.active:
                    break
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            async with self:
                self._watching = 0
        if run.status == JobStatus.DONE:
            yield DemandState.load
            yield PointsState.load
            yield SeriesListState.load
            yield ReorderState.load

    def _tell(self, run: RunFact) -> None:
        language = language_of(self)
        self.active, self.status, self.share = run.active, run.status.value, run.share
        self.message, self.error = run.message_in(language), run.error_in(language)


def _cancel(actor: str) -> None:
    run = following.latest(JOB)
    if run and run.active:
        with transaction() as session:
            service.request_cancel(session, run.id, actor)
