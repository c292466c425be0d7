"""What the registry tells about a model version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ml.artifact import Manifest


@dataclass(frozen=True)
class VersionFact:
    """A version and what it was trained on. `training_start` and `training_end` are ISO dates."""

    id: int
    name: str
    dataset: str
    version: str
    type: str
    status: str
    metrics: dict[str, Any]
    training_start: str
    training_end: str
    trained_at: datetime
    deployed_at: datetime | None


@dataclass(frozen=True)
class LoadedModel:
    """The verified files of a version. `replaced` names the champion that could not be loaded, if one could not."""

    version: VersionFact
    manifest: Manifest
    files: dict[str, bytes]
    replaced: str | None = None
