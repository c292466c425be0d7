"""What the company is: its currency, country, zone and closing days. The only place that knows where they are set.

The environment says, until somebody has set the company up in the page (`core.company_row`). It is asked for in hot
paths and while transactions are open, so each process remembers the answer and looks again after some seconds, over a
connection of its own and never two callers at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from ml_insights.core.company_facts import Company
from ml_insights.core.settings import Settings, settings

FRESH_SECONDS = 3.0
"""How long a change that another process made may stay unseen."""


@dataclass(frozen=True)
class _Known:
    company: Company
    read_at: float
    settings: Settings


_fixed: ContextVar[Company | None] = ContextVar("fixed", default=None)
_lock = Lock()
_known: _Known | None = None


def company() -> Company:
    """The company as it is set up at present, or was some seconds ago."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    known, chosen = _known, settings()
    if known is None or known.settings is not chosen:
        with _lock:
            return _look(chosen)
    if time.monotonic() - known.read_at > FRESH_SECONDS and _lock.acquire(blocking=False):
        try:
            return _look(chosen)
        finally:
            _lock.release()
    return known.company


def forget() -> None:
    """Look anew at the next question, after this process has changed it."""
    global _known  # noqa: PLW0603  one answer for the process
    _known = None


def of_settings() -> Company:
    """The company as the environment has it."""
    chosen = settings()
    return Company(chosen.currency, chosen.country, chosen.timezone)


@contextmanager
def fixed(as_it_is: Company) -> Iterator[None]:
    """Be that company inside the block, whatever is set up."""
    token = _fixed.set(as_it_is)
    try:
        yield
    finally:
        _fixed.reset(token)


def _look(chosen: Settings) -> Company:
    """What the database says, else what was known before, else the environment."""
    from ml_insights.core import company_row  # tables take a second to import; those who have asked before need none

    global _known  # noqa: PLW0603  one answer for the process
    before = _known.company if _known and _known.settings is chosen else of_settings()
    found = company_row.look(before, of_settings())
    _known = _Known(found, time.monotonic(), chosen)
    return found
