"""Several acts at the same moment, in threads of their own, each with everything read before any of them writes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from sqlalchemy import Engine, event

PATIENCE_SECONDS = 60
WRITES = ("INSERT", "UPDATE", "DELETE")


def at_once(engine: Engine, *acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or the exception that it raised, in the order of the acts.

    Before its first statement that changes or locks a row, an act waits for the others to be as far (or to be over).
    """
    ready, arrived = threading.Barrier(len(acts)), threading.local()
    ends: list[Any] = [None] * len(acts)

    def meet() -> None:
        if not getattr(arrived, "acting", False):
            return
        arrived.acting = False
        with suppress(threading.BrokenBarrierError):
            ready.wait(PATIENCE_SECONDS)

    def watch(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(WRITES) or "FOR UPDATE" in statement:
            meet()

    def run(place: int) -> None:
        arrived.acting = True
        try:
            ends[place] = acts[place]()
        except Exception as error:
            ends[place] = error
        if arrived.acting:
            ready.abort()

    event.listen(engine, "before_cursor_execute", watch)
    threads = [threading.Thread(target=copy_context().run, args=(run, place)) for place in range(len(acts))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2 * PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    finally:
        event.remove(engine, "before_cursor_execute", watch)
    return ends


def told(ends: list[Any], kind: type[Exception]) -> Exception:
    """The one exception among the ends, of this kind; every other act got through."""
    failed = [end for end in ends if isinstance(end, Exception)]
    assert len(failed) == 1 and isinstance(failed[0], kind), ends
    return failed[0]
