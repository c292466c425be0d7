"""What a page forgets when its reader arrives, and never later.

A page's on_load handlers run when the page can be used already, and again whenever its socket reconnects: a laptop
wakes up, the language changes. So they read, and leave alone what the reader has done since. What belongs to one visit
(an open form, a secret that is shown once) is named here and emptied on arriving, before the page's first data leave::

    @forgets("inviting", "link")
    class UsersState(rx.State): ...

Arriving is loading the document or following a link within the site; a reconnect is neither.
"""

from collections.abc import Callable
from typing import TypeVar

import reflex as rx
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, OnLoadInternalState, StateUpdate
from reflex_base.event import Event
from reflex_base.utils.format import format_event_handler

FIRST_HYDRATE = "hashes"
"""Reflex's page sends the hashes of its own defaults with the first hydrate of a document, and with no later one."""
HYDRATE = format_event_handler(rx.State.event_handlers["hydrate_and_load"])
NAVIGATE = format_event_handler(OnLoadInternalState.event_handlers["on_load_internal"])

_forgotten: dict[type[BaseState], tuple[str, ...]] = {}
_State = TypeVar("_State", bound=type[BaseState])


def forgets(*names: str) -> Callable[[_State], _State]:
    """Empty these fields of a state when a reader arrives. Raises AttributeError for a field that it lacks."""

    def mark(state: _State) -> _State:
        if unknown := set(names) - set(state.get_fields()):
            raise AttributeError(f"{state.__name__} has no {', '.join(sorted(unknown))}")
        _forgotten[state] = names
        return state

    return mark


class VisitState(rx.State):
    """Whether the next page load belongs to a hydrate that has been seen."""

    _hydrated: bool = False


class Arrival(Middleware):
    """Add it behind the guard: `app.add_middleware(Arrival())`."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Forget what belonged to the last visit where `event` begins another; never stops an event."""
        if event.name == HYDRATE:
            (await state.get_state(VisitState))._hydrated = bool(app.get_load_events(_path(state)))
            arrived = FIRST_HYDRATE in event.payload
        elif event.name == NAVIGATE:
            visit = await state.get_state(VisitState)
            arrived, visit._hydrated = not visit._hydrated, False
        else:
            return None
        if arrived:
            await forget(state)
        return None


async def forget(state: BaseState) -> None:
    """Empty what every state of this tab named; `state` is any of them."""
    for kind, names in _forgotten.items():
        kept, fields = await state.get_state(kind), kind.get_fields()
        for name in names:
            setattr(kept, name, fields[name].default_value())


def _path(state: BaseState) -> str:
    return str(state.router_data.get("pathname") or "/")
