"""Decides which event handlers a caller may run. Every handler is a public endpoint, so: deny by default.

A handler says who may call it, directly below `@rx.event`::

    class DemandState(rx.State):
        @rx.event
        @allow(Area.DEMAND)
        async def load(self): ...

`@allow(A, B)` lets in the roles that may enter A or B; `@public` lets in everybody, signed in or not; for a handler of
a mixin, `allow_inherited` says so in each state. A handler without any is refused, and so is Reflex's own `setvar`.
Inside a handler, `viewer(self)` says who is acting.

The guard runs before foreground and background handlers, on_load handlers, handlers chained by others, and uploads (an
upload event carries no headers of its own, so it is judged by those of the socket that its state belongs to; the API
also refuses `/_upload` without a session). State outlives a sign-out, for it belongs to the browser tab: so the guard
empties it when the tab's user or role changes, before anything is sent. Computed vars run outside of handlers: they
must not read private data.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import quote

import reflex as rx
from reflex.middleware.middleware import Middleware
from reflex.state import (
    BaseState,
    FrontendEventExceptionState,
    OnLoadInternalState,
    StateUpdate,
    UpdateVarsInternalState,
)
from reflex_base.event import Event, EventHandler, EventSpec
from reflex_base.registry import RegistrationContext
from reflex_base.utils.format import format_event_handler

from ml_insights.core.access import Area, Role
from ml_insights.core.errors import Forbidden
from ml_insights.core.gate import SESSION_COOKIE
from ml_insights.core.identity import Caller, CredentialKind, identify_soon
from ml_insights.ui.i18n import reader_language

SIGN_IN_ROUTE = "/sign-in"
FORBIDDEN_ROUTE = "/forbidden"

_ACCESS = "_ml_insights_access"
_State = TypeVar("_State", bound=type[BaseState])
_Handler = TypeVar("_Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may run a handler: everybody, or the roles that may enter one of `areas`."""

    areas: frozenset[Area] = frozenset()
    everybody: bool = False

    def admits(self, caller: Caller | None) -> bool:
        """Whether `caller` may run the handler; only people, by session, get here."""
        return self.everybody or (caller is not None and any(caller.may(area) for area in self.areas))


@dataclass(frozen=True)
class Viewer:
    """Who is acting. `language` is the one they chose in their account, else the browser's."""

    user_id: int
    name: str
    email: str
    role: Role
    language: str


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def allow(*areas: Area) -> Callable[[_Handler], _Handler]:
    """Let in the roles that may enter one of `areas`. Goes below `@rx.event`."""
    return _declare(Access(areas=frozenset(areas)))


def allow_inherited(state: type[BaseState], area: Area, *names: str) -> None:
    """Let the roles that may enter `area` run handlers that `state` has from a mixin; each state has its own copies."""
    for name in names:
        allow(area)(state.event_handlers[name].fn)


def public(handler: _Handler) -> _Handler:
    """Let in everybody, also those who are not signed in. Goes below `@rx.event`."""
    return _declare(Access(everybody=True))(handler)


def _declare(access: Access) -> Callable[[_Handler], _Handler]:
    def mark(handler: _Handler) -> _Handler:
        setattr(handler, _ACCESS, access)
        return handler

    return mark


def entered_by(*areas: Area) -> Callable[[_State], _State]:
    """Let in the roles that may enter one of `areas` to the handlers that a state has from its mixins."""

    def mark(state: _State) -> _State:
        for mixin in state._mixins():
            for name in set(vars(mixin)) & set(state.event_handlers):
                if _access_of(state.event_handlers[name]) is None:
                    allow(*areas)(state.event_handlers[name].fn)
        return state

    return mark


def viewer(_state: BaseState) -> Viewer:
    """Who is acting, inside a handler that the guard let through. Raises Forbidden where nobody is signed in."""
    acting = _viewer.get()
    if acting is None:
        raise Forbidden
    return acting


def signed_in(_state: BaseState) -> bool:
    """Whether anybody is signed in, for public handlers."""
    return _viewer.get() is not None


def session_token(state: BaseState) -> str:
    """The session of this browser, for handlers that treat it unlike the viewer's other sessions."""
    return cookie(_header(state, "cookie"), SESSION_COOKIE)


@contextmanager
def acting_as(acting: Viewer) -> Iterator[None]:
    """Be `acting` inside the block, for tests that call handlers without the guard."""
    token = _viewer.set(acting)
    try:
        yield
    finally:
        _viewer.reset(token)


class GuardState(rx.State):
    """Whose data this tab's state holds: `user:role`, empty for nobody."""

    _owner: str = ""


HYDRATING = frozenset(format_event_handler(rx.State.event_handlers[name]) for name in ("hydrate", "hydrate_and_load"))
REFLEX_HANDLERS = HYDRATING | frozenset(
    format_event_handler(handler)
    for handler in (
        rx.State.event_handlers["set_is_hydrated"],
        OnLoadInternalState.event_handlers["on_load_internal"],
        OnLoadInternalState.event_handlers["set_is_hydrated"],
        UpdateVarsInternalState.event_handlers["update_vars_internal"],
        FrontendEventExceptionState.event_handlers["handle_frontend_exception"],
    )
)
"""Reflex's own handlers without which no page works. They show defaults, list a page's on_load handlers (each judged
by itself), keep cookies and browser storage in step (they set vars declared as such, and no others) and log errors."""


def declared_access(event_name: str) -> Access | None:
    """Who may run the handler `event_name`; nothing where that was never said."""
    if event_name in REFLEX_HANDLERS:
        return Access(everybody=True)
    registered = RegistrationContext.get().event_handlers.get(event_name)
    return _access_of(registered.handler) if registered else None


def _access_of(handler: EventHandler) -> Access | None:
    return getattr(handler.fn, _ACCESS, None)


def cookie(headers_cookie: str, name: str) -> str:
    """Value of one cookie of a Cookie header; empty where it is missing or the header is malformed."""
    try:
        found = SimpleCookie(headers_cookie).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


class Guard(Middleware):
    """Add it with `app.add_middleware(Guard(), index=0)`."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Nothing where the event may run; otherwise an update that stops it and says why."""
        caller = await _caller(state)
        emptied = await _empty_for_new_owner(state, caller)
        _viewer.set(_as_viewer(state, caller))
        access = declared_access(event.name)
        if access is None or not access.admits(caller):
            return _refusal(app, state, event, caller)
        if emptied and event.name not in HYDRATING:
            return _stop(rx.call_script("window.location.reload()"))
        return None


async def _caller(state: BaseState) -> Caller | None:
    token = session_token(state)
    return await identify_soon(CredentialKind.SESSION, token) if token else None


def _header(state: BaseState, name: str) -> str:
    return str(state.router_data.get("headers", {}).get(name, ""))


async def _empty_for_new_owner(state: BaseState, caller: Caller | None) -> bool:
    guard = await state.get_state(GuardState)
    previous, owner = guard._owner, f"{caller.user_id}:{caller.role}" if caller else ""
    if previous == owner:
        return False
    if previous:
        state._get_root_state().reset()
    guard._owner = owner
    return bool(previous)


def _as_viewer(state: BaseState, caller: Caller | None) -> Viewer | None:
    if caller is None or caller.user_id is None:
        return None
    return Viewer(caller.user_id, caller.name, caller.email, caller.role, _language(state, caller))


def _language(state: BaseState, caller: Caller | None) -> str:
    kept = caller.language if caller else ""
    return reader_language(_header(state, "cookie"), _header(state, "accept-language"), kept)


def _refusal(app: rx.App, state: BaseState, event: Event, caller: Caller | None) -> StateUpdate:
    if caller is None:
        answer = rx.redirect(f"{SIGN_IN_ROUTE}?next={quote(_path(state))}")
    elif event.name in _load_events(app, state):
        answer = rx.redirect(FORBIDDEN_ROUTE)
    else:
        answer = rx.toast.error(Forbidden().message(_language(state, caller)))
    return _stop(answer)


def _stop(answer: EventSpec) -> StateUpdate:
    return StateUpdate(events=Event.from_event_type(answer))


def _path(state: BaseState) -> str:
    return str(state.router_data.get("asPath") or state.router_data.get("pathname") or "/")


def _load_events(app: rx.App, state: BaseState) -> set[str]:
    return {event.name for event in Event.from_event_type(app.get_load_events(_path(state).partition("?")[0]))}
