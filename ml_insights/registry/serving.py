"""The champion of each model, opened and kept: what pages and the API ask for every row that they predict.

Each process keeps its own and asks the database, when it is asked itself, whether another version answers now: at most
every POLL_SECONDS, so that a promotion, a roll-back or a mended file is seen everywhere within that time. This is an
edge: it commits the alert about a champion that cannot be loaded.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from ml import artifact
from ml.parity import open_session
from ml_insights.core.database import engine
from ml_insights.registry import queries
from ml_insights.registry.facts import VersionFact
from ml_insights.registry.service import find, note

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0


@dataclass(frozen=True)
class Serving:
    """A version that is ready to answer.

    `sessions` maps its ONNX files to open onnxruntime sessions, `files` its other files to their bytes. `replaced`
    names the champion that it stands in for, where that could not be loaded.
    """

    version: VersionFact
    manifest: artifact.Manifest
    files: Mapping[str, bytes]
    sessions: Mapping[str, Any]
    replaced: str | None = None

    @property
    def session(self) -> Any:
        """The session of a version with one ONNX file. Raises ValueError where there is none, or more than one."""
        (only,) = self.sessions.values()
        return only


@dataclass
class _Held:
    serving: Serving
    mark: tuple[int, str] | None
    due: float


class _Shelf:
    def __init__(self) -> None:
        self.held: dict[tuple[str, str, Engine], _Held] = {}
        self.lock = Lock()


_shelf = _Shelf()
os.register_at_fork(after_in_child=_shelf.__init__)
"""Sessions of ONNX Runtime do not survive a fork, nor does a lock that is held."""


def champion(name: str, dataset: str = "") -> Serving:
    """The version of model `name` that answers now, opened. Raises NoUsableModel.

    Opening takes as long as ONNX Runtime needs for the file: from an event handler, ask in a thread.
    """
    key = (name, dataset, engine())
    held = _shelf.held.get(key)
    if held is not None and monotonic() < held.due:
        return held.serving
    if not _shelf.lock.acquire(blocking=held is None) and held is not None:
        return held.serving  # one thread asks; those with an answer do not wait for it
    try:
        return _refreshed(key)
    finally:
        _shelf.lock.release()


def _refreshed(key: tuple[str, str, Engine]) -> Serving:
    held = _shelf.held.get(key)
    if held is None or monotonic() >= held.due:  # no other thread was faster
        held = _shelf.held[key] = _asked(key, held)
        held.due = monotonic() + POLL_SECONDS
    return held.serving


def _asked(key: tuple[str, str, Engine], held: _Held | None) -> _Held:
    name, dataset, database = key
    try:
        with Session(database) as session:
            whole = held is not None and held.serving.replaced is None
            if held is not None and whole and held.mark == queries.champion_mark(session, name, dataset):
                return held
            return _loaded(session, name, dataset)
    except SQLAlchemyError:
        if held is None:
            raise
        log.warning("the database did not say which version of model %s answers", name, exc_info=True)
        return held


def _loaded(session: Session, name: str, dataset: str) -> _Held:
    found = find(session, name, dataset, opened)
    try:
        note(session, found)
        session.commit()
    except SQLAlchemyError:  # the alert can wait for the next reader, the answer cannot
        log.warning("the alert about model %s was not stored", name, exc_info=True)
    mark = (found.champion.id, found.champion.digest) if found.champion else None
    return _Held(found.get(), mark, due=0.0)


def opened(version: VersionFact, manifest: artifact.Manifest, files: dict[str, bytes], replaced: str | None) -> Serving:
    """A version with its ONNX files opened. Raises BadArtifact where ONNX Runtime cannot."""
    sessions = {name: open_session(data) for name, data in files.items() if name.endswith(".onnx")}
    rest = {name: data for name, data in files.items() if name not in sessions}
    return Serving(version, manifest, rest, sessions, replaced)
