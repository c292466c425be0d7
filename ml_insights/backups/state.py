"""The page of backups: the list, one being made, one being checked, one being put back."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.backups import queries, restore_notes, service
from ml_insights.backups.facts import BackupFact, RestoreRun
from ml_insights.core.access import Area
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import LANGUAGES, N_, gettext
from ml_insights.core.settings import settings
from ml_insights.jobs.state.following import FollowingState, follows
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

JOB = "backup"
LOOK_EVERY_SECONDS = 0.5
CONFIRMATION = N_("RESTORE")


class BackupsState(rx.State):
    """What is in the folder, and which of it is being looked at."""

    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)
    problem: rx.Field[str] = rx.field(default="")
    bucket: rx.Field[str] = rx.field(default="")
    checking: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.BACKUPS)
    async def load(self):
        """Open the page; what is under way is picked up again."""
        await self._refresh()
        return [MakingState.resume, RestoringState.resume]

    @rx.event
    @allow(Area.BACKUPS)
    async def refresh(self):
        """Show the list anew."""
        await self._refresh()

    @rx.event(background=True)
    @allow(Area.BACKUPS)
    async def check(self, name: str):
        """Compare every byte of a backup with its checksums."""
        async with self:
            if self.checking:
                return
            self.checking, language = name, viewer(self).language
        told = await asyncio.to_thread(_verify, name, language)
        async with self:
            self.checking = ""
            await self._refresh()
        yield told

    async def _refresh(self) -> None:
        self.bucket, self.problem = settings().backup_bucket, ""
        try:
            self.rows = await asyncio.to_thread(_rows)
        except OSError as error:
            self.problem = error.strerror or str(error)
        self.loaded = True


@forgets("status")
@follows(
    JOB, sees=Area.BACKUPS, starts=Area.BACKUPS, then=(BackupsState.refresh,), arguments=lambda actor: {"by": actor}
)
class MakingState(FollowingState, rx.State):
    """How far the backup that is being made is, and how the last one ended."""


class RestoringState(rx.State):
    """The question whether to restore, and how far it is. Progress is read from a file: the database is replaced."""

    name: rx.Field[str] = rx.field(default="")
    made_at: rx.Field[str] = rx.field(default="")
    typed: rx.Field[str] = rx.field(default="")
    confirmed: rx.Field[bool] = rx.field(default=False)
    active: rx.Field[bool] = rx.field(default=False)
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    outcome: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    _watching: bool = False

    @rx.event
    @allow(Area.BACKUPS)
    async def resume(self):
        """Watch the restore that is under way, if one is, whoever started it."""
        self.name = self.typed = self.outcome = self.error = ""
        self.confirmed = False
        run = await asyncio.to_thread(restore_notes.latest)
        self.active = run is not None and run.active
        if self.active:
            return RestoringState.watch

    @rx.event
    @allow(Area.BACKUPS)
    async def ask(self, name: str, made_at: str):
        """Show what a restore does, and ask for the word."""
        (await self.get_state(MakingState)).status = ""
        self.name, self.made_at, self.typed, self.confirmed, self.outcome = name, made_at, "", False, ""

    @rx.event
    @allow(Area.BACKUPS)
    def leave(self):
        """Do not restore."""
        self.name = self.typed = ""
        self.confirmed = False

    @rx.event
    @allow(Area.BACKUPS)
    def type_word(self, typed: str):
        """See whether the word is the right one."""
        self.typed, self.confirmed = typed[:40], _is_word(typed)

    @rx.event(background=True)
    @allow(Area.BACKUPS)
    async def start(self):
        """Restore what was asked about; the word is looked at again, for it is the browser that says it."""
        async with self:
            name, acting = self.name, viewer(self)
            if not _is_word(self.typed) or not name or self.active:
                return
            self.active, self.share, self.message, self.outcome, self.error = True, 0.0, "", "", ""
            self.name = self.typed = ""
            self.confirmed = False
        work = asyncio.create_task(asyncio.to_thread(_restore, name, acting.email, acting.language))
        while not work.done():
            await asyncio.wait({work}, timeout=LOOK_EVERY_SECONDS)
            async with self:
                self._tell(await asyncio.to_thread(restore_notes.latest))
        async with self:
            self.active, self.error = False, work.result()
            self.outcome = "failed" if self.error else "done"
            await self._show_list()

    @rx.event(background=True)
    @allow(Area.BACKUPS)
    async def watch(self):
        """Follow the restore to its end."""
        async with self:
            if self._watching:
                return
            self._watching = True
        try:
            while (run := await asyncio.to_thread(restore_notes.latest)) and run.active:
                async with self:
                    self._tell(run)
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            async with self:
                self._watching = self.active = False
        async with self:
            self.outcome = run.outcome if run else ""
            self.error = _message(run, language_of(self)) if run and run.outcome == "failed" else ""
            await self._show_list()

    def _tell(self, run: RestoreRun | None) -> None:
        if run and run.active:
            self.share, self.message = run.share, _message(run, language_of(self))

    async def _show_list(self) -> None:
        """Not by an event: whoever restored an older state may have to sign in again before the next one."""
        shown = await self.get_state(BackupsState)
        await shown._refresh()


def _message(run: RestoreRun, language: str) -> str:
    return gettext(run.message, language, **run.values)


def _is_word(typed: str) -> bool:
    return typed.strip().casefold() in {gettext(CONFIRMATION, language).casefold() for language in LANGUAGES}


def _rows() -> list[dict[str, Any]]:
    return [_row(fact) for fact in queries.list_backups()]


def _row(fact: BackupFact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "at": fact.created_at.isoformat(),
        "megabytes": fact.size / 1e6,
        "rows": fact.rows,
        "models": fact.models,
        "by": fact.by,
        "before_restore": fact.before_restore,
        "state": _state(fact),
        "checked_at": fact.check.at.isoformat() if fact.check else "",
        "missing": ", ".join(fact.missing),
    }


def _state(fact: BackupFact) -> str:
    if not fact.readable or (fact.check and not fact.check.good):
        return "damaged"
    return "whole" if fact.check else "unknown"


def _verify(name: str, language: str) -> rx.event.EventSpec:
    try:
        queries.stored(name)
        service.verify(name)
    except ProductError as error:
        return rx.toast.error(error.message(language))
    return rx.toast.success(gettext(N_("{name} is whole."), language, name=name))


def _restore(name: str, actor: str, language: str) -> str:
    """Why it failed, in the reader's language; empty where it did not."""
    try:
        queries.stored(name)
        service.restore(name, actor)
    except ProductError as error:
        return error.message(language)
    return ""
