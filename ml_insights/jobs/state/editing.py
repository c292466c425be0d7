"""The form of a schedule: what is written in it is read at once, and its next firings are shown before it is saved."""

from __future__ import annotations

import asyncio

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.jobs import queries, schedules
from ml_insights.jobs.facts import JobFact
from ml_insights.jobs.state.table import JobsState
from ml_insights.jobs.tables import Misfire
from ml_insights.jobs.words import in_words
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer

FRESH_CRON = "0 3 * * *"
"""What the form proposes for a job that has no schedule yet."""


@forgets("job")
class ScheduleState(rx.State):
    """A schedule as it is being written. `job` is empty while the form is closed."""

    job: rx.Field[str] = rx.field(default="")
    title: rx.Field[str] = rx.field(default="")
    cron: rx.Field[str] = rx.field(default="")
    zone: rx.Field[str] = rx.field(default="")
    misfire: rx.Field[str] = rx.field(default=Misfire.ONCE.value)
    default_cron: rx.Field[str] = rx.field(default="")
    edited_by: rx.Field[str] = rx.field(default="")
    edited_at: rx.Field[str] = rx.field(default="")
    words: rx.Field[str] = rx.field(default="")
    firings: rx.Field[list[str]] = rx.field(default_factory=list)
    error: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.JOBS_MANAGE)
    async def open(self, job: str):
        """Show the schedule of a job."""
        language = viewer(self).language
        fact = await asyncio.to_thread(_fact, job)
        schedule = fact.schedule
        self.job, self.title = job, gettext(fact.title, language)
        self.cron = schedule.cron if schedule else FRESH_CRON
        self.zone = schedule.zone if schedule else company().timezone
        self.misfire = schedule.misfire.value if schedule else Misfire.ONCE.value
        self.default_cron = (schedule.default_cron if schedule else None) or ""
        self.edited_by = (schedule.edited_by if schedule else None) or ""
        self.edited_at = schedule.edited_at.isoformat() if schedule and schedule.edited_at else ""
        self._preview(language)

    @rx.event
    @allow(Area.JOBS_MANAGE)
    def close(self, is_open: bool):
        """Forget what was written."""
        if not is_open:
            self.job = ""

    @rx.event
    @allow(Area.JOBS_MANAGE)
    def write_cron(self, cron: str):
        """Read what was written."""
        self.cron = cron[:100]
        self._preview(viewer(self).language)

    @rx.event
    @allow(Area.JOBS_MANAGE)
    def write_zone(self, zone: str):
        """Count in another zone."""
        self.zone = zone.strip()[:64]
        self._preview(viewer(self).language)

    @rx.event
    @allow(Area.JOBS_MANAGE)
    def choose_misfire(self, misfire: str):
        """Catch up on missed firings, or not."""
        self.misfire = Misfire(misfire).value

    @rx.event
    @allow(Area.JOBS_MANAGE)
    async def save(self):
        """Keep what was written; what cannot be read stays in the form with its reason."""
        person = viewer(self)
        try:
            await asyncio.to_thread(_save, self.job, self.cron, self.zone, Misfire(self.misfire), person.email)
        except ProductError as error:
            self.error = error.message(person.language)
            return
        self.job = ""
        yield JobsState.look_again
        yield rx.toast.success(gettext(N_("Saved"), person.language))

    def _preview(self, language: str) -> None:
        try:
            cron = schedules.read(self.cron, self.zone)
            self.firings = [firing.isoformat() for firing in schedules.upcoming(cron)]
        except ProductError as error:
            self.error, self.words, self.firings = error.message(language), "", []
            return
        self.error, self.words = "", in_words(cron.expression, language)


def _fact(job: str) -> JobFact:
    with reading() as session:
        return queries.job_fact(session, job)


def _save(job: str, cron: str, zone: str, misfire: Misfire, actor: str) -> None:
    with transaction() as session:
        schedules.edit(session, job, cron, zone, misfire, actor)
