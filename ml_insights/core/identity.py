"""Who is calling: from a session cookie or an API key to a Caller, remembered for a few seconds.

Accounts are a slice, so the lookup is named by its Capability (`callers`) and loaded on use.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.core.access import Area, Role, allowed
from ml_insights.core.capability import load
from ml_insights.core.database import reading, transaction
from ml_insights.core.security import digest

logger = logging.getLogger(__name__)

MEMORY_SECONDS = 4.0
"""How long an answer is believed: a revoked key or session works at most this much longer."""
MEMORY_SIZE = 20_000


class CredentialKind(StrEnum):
    """What a caller showed."""

    SESSION = "session"
    API_KEY = "api-key"


SCOPES = ("read", "write")


@dataclass(frozen=True)
class Caller:
    """A person (by session) or a program (by API key) that may act with `role`.

    A session has every scope. `credential` names the session or key itself, e.g. "api-key:7"; `language` is empty
    where the person never chose one.
    """

    kind: CredentialKind
    user_id: int | None
    role: Role
    scopes: frozenset[str]
    name: str
    credential: str
    email: str = ""
    language: str = ""

    @property
    def actor(self) -> str:
        """How the audit log names this caller."""
        return self.email or self.credential

    def may(self, area: Area, scope: str = "read") -> bool:
        """Whether role and scopes allow it."""
        return scope in self.scopes and allowed(self.role, area)


@dataclass(frozen=True)
class Found:
    """A caller as the database knows it now; `stale`: its last use was noted long ago."""

    caller: Caller
    stale: bool


@dataclass(frozen=True)
class CallerBook:
    """How callers are looked up, and how their last use is noted."""

    find: Callable[[Session, CredentialKind, str], Found | None]
    note_use: Callable[[Session, Caller], None]


_memory: dict[str, tuple[float, Caller | None]] = {}
_notes = ThreadPoolExecutor(max_workers=1, thread_name_prefix="last-use")


def recall(kind: CredentialKind, secret: str) -> tuple[bool, Caller | None]:
    """(known, caller) from memory alone; never waits."""
    remembered = _memory.get(_memory_key(kind, secret))
    if remembered is None or remembered[0] < time.monotonic():
        return False, None
    return True, remembered[1]


def identify(kind: CredentialKind, secret: str) -> Caller | None:
    """The caller that `secret` belongs to, or nothing if it is forged, expired or revoked. Reads the database."""
    known, caller = recall(kind, secret)
    if known:
        return caller
    with reading() as session:
        found = _book().find(session, kind, secret)
    if found and found.stale:
        _notes.submit(copy_context().run, _note_use, found.caller)
    caller = found.caller if found else None
    if len(_memory) >= MEMORY_SIZE:
        _memory.clear()
    _memory[_memory_key(kind, secret)] = (time.monotonic() + MEMORY_SECONDS, caller)
    return caller


async def identify_soon(kind: CredentialKind, secret: str) -> Caller | None:
    """`identify` without blocking the event loop."""
    known, caller = recall(kind, secret)
    return caller if known else await asyncio.to_thread(identify, kind, secret)


def forget_callers() -> None:
    """Make revocations and role changes of this process take effect at once."""
    _memory.clear()


def finish_notes() -> None:
    """Wait until the last use of every caller seen so far is noted: before the database is closed or exchanged."""
    _notes.submit(lambda: None).result()


def _note_use(caller: Caller) -> None:
    """In a thread of its own: an answer never waits for a writer, such as a long import, that holds the database."""
    try:
        with transaction() as session:
            _book().note_use(session, caller)
    except SQLAlchemyError:
        logger.warning("the last use of %s could not be noted", caller.credential, exc_info=True)


def _memory_key(kind: CredentialKind, secret: str) -> str:
    return f"{kind}:{digest(secret)}"


@lru_cache
def _book() -> CallerBook:
    return load(next(capability.callers for capability in capabilities() if capability.callers))
