"""The state by which a page starts, watches and cancels the runs of its job.

A page says what it follows, and its handlers are those of every such page::

    @follows("segments", sees=Area.SEGMENTS, starts=Area.RECOMPUTE, then=(SegmentsState.load,))
    class SegmentsRunState(FollowingState, rx.State): ...

No handler takes the number of a run: a browser can name none but those of the page's own jobs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import reflex as rx

from ml_insights.core.access import Area, allowed
from ml_insights.jobs import following
from ml_insights.jobs.facts import RunFact
from ml_insights.ui.guard import allow_inherited, viewer

LOOK_EVERY_SECONDS = 0.7


def _anew(_actor: str) -> dict[str, Any]:
    return {"force": True}


def _nothing(_run: RunFact, _language: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Follows:
    """What a page follows. `starts` is the area of those who may start and cancel; `then` shows what a run has made.

    `arguments` gives the arguments of the run that somebody (their address) starts; `details` what the page shows of a
    run besides, by the name of the field, in a language.
    """

    jobs: tuple[str, ...]
    starts: Area
    then: Sequence[Any] = ()
    arguments: Callable[[str], dict[str, Any]] = _anew
    details: Callable[[RunFact, str], dict[str, Any]] = _nothing


class FollowingState(rx.State, mixin=True):
    """How far the run is, and how the last one that was watched here ended."""

    _follows: ClassVar[Follows]

    active: rx.Field[bool] = rx.field(default=False)
    status: rx.Field[str] = rx.field(default="")
    share: rx.Field[float] = rx.field(default=0.0)
    message: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    may_start: rx.Field[bool] = rx.field(default=False)
    _run: int = 0
    _watching: int = 0
    _language: str = ""

    @rx.event
    async def resume(self):
        """Watch the run that is under way, whoever or whatever has started it."""
        self.may_start = allowed(viewer(self).role, self._follows.starts)
        self._language = viewer(self).language
        run = await asyncio.to_thread(following.latest, *self._follows.jobs)
        if run is None or not run.active:
            self.active = False
            return None
        return self._watch(run)

    @rx.event
    async def start(self):
        """Run the page's job."""
        return await self._start(self._follows.arguments(viewer(self).email))

    @rx.event
    async def cancel(self):
        """Stop the run that is under way; what was there before stays."""
        await asyncio.to_thread(following.cancel, viewer(self).email, *self._follows.jobs)

    @rx.event(background=True)
    async def watch(self):
        """Follow a run to its end, then show what it made."""
        async with self:
            run_id = self._run
            if self._watching == run_id:
                return
            self._watching = run_id
        run = None
        try:
            while run is None or run.active:
                if run:
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
                run = await asyncio.to_thread(following.present, run_id, *self._follows.jobs)
                details = await asyncio.to_thread(self._follows.details, run, self._language)
                async with self:
                    if self._watching != run_id:  # somebody else has signed in here, or another run is watched
                        return
                    self._tell(run, details)
        finally:
            async with self:
                if self._watching == run_id:
                    self._watching = 0
        for shown in self._follows.then:
            yield shown

    async def _start(self, arguments: dict[str, Any]) -> Any:
        self._language = viewer(self).language
        run_id = await asyncio.to_thread(following.start, self._follows.jobs[0], viewer(self).email, arguments)
        return self._watch(await asyncio.to_thread(following.present, run_id, *self._follows.jobs))

    def _watch(self, run: RunFact) -> Any:
        self._run = run.id
        self._tell(run, {})
        return self.__class__.watch

    def _tell(self, run: RunFact, details: dict[str, Any]) -> None:
        self.active, self.status, self.share = run.active, run.status.value, run.share
        self.message, self.error = run.message_in(self._language), run.error_in(self._language)
        for name, value in details.items():
            setattr(self, name, value)


_State = TypeVar("_State", bound=type[FollowingState])


def follows(
    *jobs: str, sees: Area, starts: Area, then: Sequence[Any] = (), **how: Callable[..., Any]
) -> Callable[[_State], _State]:
    """Let a state follow the runs of `jobs`, and start the first of them; `how` may name `arguments` and `details`."""

    def mark(state: _State) -> _State:
        state._follows = Follows(jobs, starts, then, **how)
        allow_inherited(state, sees, "resume", "watch")
        allow_inherited(state, starts, "start", "cancel")
        return state

    return mark
