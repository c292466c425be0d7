"""Whether results are up to date with the data, and how they are brought there.

Whoever changes rows says so in the same transaction; importers, pages and commands ask how far things are. What does
the work stands above them all, so it is named by its Capability (`computer`) and loaded on use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import load


class Stand(StrEnum):
    """What can be said of a model's results."""

    READY = "ready"
    COMPUTING = "computing"
    NOT_COMPUTED = "not-computed"
    NOT_USED = "not-used"
    """Its inputs are missing, or too few."""
    FAILED = "failed"


@dataclass(frozen=True)
class ModelStand:
    """How the results of one model stand. `until` is the last day that they know.

    `outdated`: the data have changed since. `why` is the template of a message with `values`, where the last attempt
    came to nothing.
    """

    title: str
    stand: Stand
    until: date | None = None
    outdated: bool = False
    why: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Computing:
    """How the results of every model stand, by its name, and how far their computation is.

    `dataset` names the data that pages show, empty where there are none. `run` is the number of the computation that
    is under way or waits to begin, 0 where none is; `share` (0 to 1) of it is done and `message` (a template with
    `values`) says what is being done.
    """

    dataset: str
    models: Mapping[str, ModelStand]
    run: int = 0
    share: float = 0.0
    message: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outdated(self) -> list[str]:
        """Titles of the models whose results are older than the data, while nothing is done about it."""
        return [] if self.run else [model.title for model in self.models.values() if model.outdated]


OnProgress = Callable[[float, str, dict[str, Any]], None]


@dataclass(frozen=True)
class Computer:
    """What does the work. `changed(session, dataset)` asks for it in the caller's transaction, `start(actor)` in one of
    its own; `work(actor, on_progress)` does it in this process and tells how each model stands then."""

    look: Callable[[Session], Computing]
    changed: Callable[[Session, str], None]
    start: Callable[[str], None]
    work: Callable[[str, OnProgress | None], Computing]


def data_changed(session: Session, dataset: str) -> None:
    """Say that rows of `dataset` were added, changed or removed: with this transaction everything made of them is asked
    for anew. However often that is said, it is done once, after the last time."""
    computer().changed(session, dataset)


@lru_cache
def computer() -> Computer:
    """The one that a capability brings."""
    return load(next(capability.computer for capability in capabilities() if capability.computer))
