"""Find the version that answers: the champion, else the newest before it that can be trusted."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlmodel import Session

from ml import artifact
from ml_insights.registry import queries
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.facts import LoadedModel, VersionFact
from ml_insights.registry.service.files import model_folder
from ml_insights.registry.service.incidents import raise_incident, resolve

log = logging.getLogger(__name__)

Loaded = TypeVar("Loaded")
Use = Callable[[VersionFact, artifact.Manifest, dict[str, bytes], str | None], Loaded]
"""Makes something of a version's verified files; the last argument names the champion that it stands in for.

Raises BadArtifact where it cannot, and the next version is tried."""


@dataclass(frozen=True)
class Found(Generic[Loaded]):
    """What could be loaded, if anything. `reasons` says of each version that was tried before why it could not."""

    name: str
    loaded: Loaded | None
    champion: VersionFact | None
    answering: VersionFact | None
    reasons: tuple[str, ...] = ()

    def get(self) -> Loaded:
        """What was loaded. Raises NoUsableModel."""
        if self.loaded is None:
            raise NoUsableModel(name=self.name, reason="; ".join(self.reasons) or "none was trained")
        return self.loaded


def load(session: Session, name: str, dataset: str = "") -> LoadedModel:
    """The champion's verified files; when they are bad, missing or too new, those of the version before it.

    That is an incident: written down and told (see `incidents`) in the caller's transaction, once. Raises NoUsableModel
    when no version can be trusted; commit nevertheless, to keep the alert.
    """
    found = find(session, name, dataset, LoadedModel)
    note(session, found)
    return found.get()


def find(session: Session, name: str, dataset: str, use: Use[Loaded]) -> Found[Loaded]:
    """What `use` makes of the champion's files, else of a stand-in's. Writes nothing."""
    champion = queries.champion(session, name, dataset)
    reasons: list[str] = []
    for version in _in_order(session, name, dataset, champion):
        replaced = champion.version if champion and reasons else None
        try:
            manifest, files = artifact.read(model_folder() / version.path, version.digest)
            return Found(name, use(version, manifest, files, replaced), champion, version, tuple(reasons))
        except artifact.BadArtifact as error:
            reasons.append(f"version {version.version}: {error}")
    return Found(name, None, champion, None, tuple(reasons))


def _in_order(session: Session, name: str, dataset: str, champion: VersionFact | None) -> Iterator[VersionFact]:
    """The champion and, asked for only where it fails, the versions that may stand in for it."""
    if champion:
        yield champion
    yield from queries.stand_ins(session, name, dataset)


def note(session: Session, found: Found[Loaded]) -> None:
    """Raise the alert about a champion that could not be loaded, or end the one about a champion that could."""
    if found.champion is None:
        return
    if not found.reasons:
        resolve(session, found.champion.id)
        return
    answering = found.answering.version if found.answering else None
    reason = found.reasons[0].partition(": ")[2]
    if raise_incident(session, found.champion, answering, reason):
        log.error("model %s is not loaded: %s", found.name, "; ".join(found.reasons))
