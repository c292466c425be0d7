"""What pages, callers and the report learn about retraining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ml_insights.core.i18n import gettext
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.tables import RunKind, RunStatus, StepName, StepStatus


@dataclass(frozen=True)
class StepFact:
    """One step of a run as it stands."""

    id: int
    position: int
    name: StepName
    model: str
    status: StepStatus
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    fit_seconds: float
    result: Mapping[str, Any]
    error: str | None
    error_values: Mapping[str, Any]

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in (StepStatus.DONE, StepStatus.FAILED, StepStatus.SKIPPED)

    @property
    def unused(self) -> bool:
        """Whether its model is left out of the run, for there are no data for it."""
        return self.status == StepStatus.SKIPPED and self.error is not None

    def error_in(self, language: str) -> str:
        """Why it failed, or which data are missing, in the reader's language."""
        return gettext(self.error, language, **self.error_values) if self.error else ""


@dataclass(frozen=True)
class RunFact:
    """One run of retraining. A running one may have been interrupted; the run of its job knows."""

    id: int
    kind: RunKind
    dataset: str
    request: Mapping[str, Any]
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    summary: Mapping[str, Any]
    asked_by: str = ""
    steps: tuple[StepFact, ...] = ()

    def of_model(self, model: str) -> dict[StepName, StepFact]:
        """The steps of one model, by name ("" for those of no model)."""
        return {step.name: step for step in self.steps if step.model == model}

    def unused(self, model: str, language: str) -> str:
        """Which data `model` lacks, in the reader's language; "" where it takes part."""
        return next((step.error_in(language) for step in self.of_model(model).values() if step.unused), "")

    @property
    def models(self) -> tuple[str, ...]:
        """The models it works on, in order."""
        return tuple(dict.fromkeys(step.model for step in self.steps if step.model))


@dataclass(frozen=True)
class ReportFact:
    """A report without its words: the run that it tells of, and by model what is drawn (`service.report.pictures`).

    `written` is the whole text of one that is older than that, in `language`; it stays as it is.
    """

    run: RunFact
    created_at: datetime
    pictures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    written: str = ""
    language: str = ""


@dataclass(frozen=True)
class LastDecision:
    """What the newest run decided about a model; `reason` in the reader's language, `unused` which data it lacks."""

    run_id: int
    at: datetime
    promoted: bool
    reason: str
    failed: str = ""
    unused: str = ""


@dataclass(frozen=True)
class ProductionFact:
    """What is in production of one model, and how it is doing.

    `champion` is None before the first training. `age` is that of its data: how long ago its training window ended;
    `overdue` says that it should have been renewed. `live` holds the accuracy of its predictions that matured lately
    (n, mase, wape, coverage_80 …). `fallback` is the version that one click goes back to.
    """

    name: str
    title: str
    dataset: str
    champion: VersionFact | None
    fallback: VersionFact | None
    age: timedelta | None
    overdue: bool
    live: Mapping[str, Any] = field(default_factory=dict)
    last: LastDecision | None = None
    retrainable: bool = True


@dataclass(frozen=True)
class WatchFact:
    """What the latest look at a champion found; see `tables.ModelWatch`."""

    version: str
    at: datetime
    inputs: Mapping[str, float]
    error: Mapping[str, Any]

    @property
    def decayed(self) -> bool:
        """Whether the live error is above the promised one beyond noise."""
        return bool(self.error.get("decayed"))
