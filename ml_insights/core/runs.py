"""Jobs as the slices below them see them: how one stands, when it runs by itself, and a run of it at once.

Jobs stand above, so they are named by their Capability (`runs`) and loaded on use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import load


@dataclass(frozen=True)
class JobGlance:
    """How a job stands, in the reader's language.

    `schedule` says in words when it runs by itself, empty where only people start it; `next_at` is empty while it is
    paused, and until a scheduler has seen it. The rest is of its newest run, 0 where there was none: `share` (0 to 1)
    of it is done and `message` says what is being done, `error` why it failed.
    """

    schedule: str
    paused: bool
    next_at: datetime | None
    run: int = 0
    active: bool = False
    share: float = 0.0
    message: str = ""
    error: str = ""


@dataclass(frozen=True)
class RunBook:
    """How jobs are looked at and started.

    `look(session, job, language)` reads. `start(job, actor, arguments)` asks for a run in a transaction of its own and
    begins it in a worker; a run that waits or works already is the one that is meant.
    """

    look: Callable[[Session, str, str], JobGlance]
    start: Callable[[str, str, dict[str, Any]], int]


@lru_cache
def run_book() -> RunBook:
    """The one that a capability brings."""
    return load(next(capability.runs for capability in capabilities() if capability.runs))
