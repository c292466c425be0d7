"""What the registry tells about model versions, their history and those that could not be loaded."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ml.artifact import Manifest
from ml_insights.core.i18n import Message
from ml_insights.registry.tables import Act


@dataclass(frozen=True)
class Lineage:
    """Where a version comes from: its recipe, the version of the data and the report of its training.

    `horizon` is how many days ahead it looks, where that was asked of the data or of a setting.
    """

    recipe: str = ""
    recipe_digest: str = ""
    data_version: str = ""
    report: str | None = None
    horizon: int | None = None


@dataclass(frozen=True)
class VersionFact:
    """A version and what it was trained on. `training_start` and `training_end` are ISO dates.

    `libraries` maps distributions to versions, `feature_schema` features to types; `digest` is the manifest's SHA-256.
    `promoted_by` and `why` are those of its last promotion; `why` may be that of its refusal, too.
    """

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
    digest: str = ""
    path: str = ""
    libraries: dict[str, Any] = field(default_factory=dict)
    feature_schema: dict[str, Any] = field(default_factory=dict)
    promoted_by: str | None = None
    why: Message = field(default_factory=lambda: Message(""))
    recipe: str = ""
    recipe_digest: str = ""
    data_version: str = ""
    report: str | None = None
    horizon: int | None = None

    @property
    def key(self) -> str:
        """How the ledger refers to it: "demand/3"."""
        return f"{self.name}/{self.version}"


LEAST_AUC = "roc_auc_least"
"""Name of the metric that says which area under the ROC curve is exceeded with 95 % certainty."""
CHANCE = 0.5


@dataclass(frozen=True)
class Ranking:
    """How well a version ranked the hold-out: its area under the ROC curve, and what is exceeded with certainty."""

    auc: float
    least: float

    @property
    def by_chance(self) -> bool:
        """Whether it may be no better than drawing lots."""
        return self.least <= CHANCE


@dataclass(frozen=True)
class PromotionFact:
    """A change of champion, as it was written down."""

    act: Act
    from_version: str | None
    to_version: str
    by: str
    why: Message
    at: datetime


@dataclass(frozen=True)
class IncidentFact:
    """A champion that cannot be loaded now, and which version answers in its place (None: none does)."""

    name: str
    dataset: str
    version: str
    answering: str | None
    reason: str
    raised_at: datetime


@dataclass(frozen=True)
class LoadedModel:
    """The verified files of a version. `replaced` names the champion that could not be loaded, if one could not."""

    version: VersionFact
    manifest: Manifest
    files: dict[str, bytes]
    replaced: str | None = None
