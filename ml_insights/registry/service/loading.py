"""Find the version that answers: the champion, else the newest before it that can be trusted."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlmodel import Session

from ml import artifact
from ml_insights.registry import queries
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.facts import LoadedModel, VersionFact
from ml_insights.registry.service.files import model_folder
from ml_insights.registry.service.incidents import raise_incident, resolve
from ml_insights.registry.tables import ModelStatus

log = logging.getLogger(__name__)

Loaded = TypeVar("Loaded")
Use = Callable[[VersionFact, artifact.Manifest, dict[str, bytes], str | None], Loaded]
"""Makes something of a version's verified files; the last argument names the champion that it stands in for.

Raises BadArtifact where it cannot, and the next version is tried."""


def load(session: Session, name: str, dataset: str = "") -> LoadedModel:
    """The champion's verified files; when they are bad, missing or too new, those of the version before it.

    That is an incident: written down and told (see `incidents`) in the caller's transaction, once. Raises NoUsableModel
    when no version can be trusted; commit nevertheless, to keep the alert.
    """
    return load_as(session, name, dataset, LoadedModel)


def load_as(session: Session, name: str, dataset: str, use: Use[Loaded]) -> Loaded:
    """What `use` makes of the champion's files, as `load` finds them."""
    first: VersionFact | None = None
    reasons: list[str] = []
    for version in _in_order(session, name, dataset):
        first = first or version
        try:
            manifest, files = artifact.read(model_folder() / version.path, version.digest)
            loaded = use(version, manifest, files, first.version if reasons else None)
        except artifact.BadArtifact as error:
            log.error("model %s version %s is not loaded: %s", name, version.version, error)
            reasons.append(f"version {version.version}: {error}")
            continue
        _note(session, first, version.version, reasons)
        return loaded
    _note(session, first, None, reasons)
    raise NoUsableModel(name=name, reason="; ".join(reasons) or "none was trained")


def _in_order(session: Session, name: str, dataset: str) -> Iterator[VersionFact]:
    """The champion and, asked for only where it fails, the versions that may stand in for it."""
    champion = queries.champion(session, name, dataset)
    if champion:
        yield champion
    yield from queries.stand_ins(session, name, dataset)


def _note(session: Session, first: VersionFact | None, answering: str | None, reasons: list[str]) -> None:
    if first is None or first.status != ModelStatus.CHAMPION:
        return
    if reasons:
        raise_incident(session, first, answering, reasons[0].partition(": ")[2])
    else:
        resolve(session, first.id)
