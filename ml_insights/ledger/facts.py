"""What the ledger tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ml_insights.core.i18n import gettext


@dataclass(frozen=True)
class OutcomeFact:
    """What came of a prediction; `actual` is None where it was closed, and `reason` says why."""

    actual: float | None
    reason: str | None
    matured_at: datetime


@dataclass(frozen=True)
class PredictionFact:
    """A prediction, by which model ("demand/3"), and its outcome once there is one."""

    id: int
    model: str
    purpose: str
    made_at: datetime
    target_at: datetime
    value: float | None
    lo_80: float | None
    hi_80: float | None
    lo_95: float | None
    hi_95: float | None
    probability: float | None
    reasons: str | None
    features_digest: str
    outcome: OutcomeFact | None


@dataclass(frozen=True)
class DecisionFact:
    """What was done about a subject, by whom ("rule:…" or an e-mail address), when, and on which prediction."""

    id: int
    subject: str
    action: str
    by: str
    at: datetime
    prediction_id: int | None
    model: str | None
    detail: dict[str, Any]


@dataclass(frozen=True)
class Story:
    """A subject's predictions with their outcomes, and its decisions, the newest first.

    `total_predictions` counts those that are not listed too.
    """

    subject: str
    predictions: tuple[PredictionFact, ...]
    decisions: tuple[DecisionFact, ...]
    total_predictions: int


@dataclass(frozen=True)
class Accuracy:
    """How right a model was about targets of one week (its Monday), or of all weeks where `week` is None.

    `outcomes` have matured, `closed` of them without an actual. Errors are in the model's unit; `mase` is scaled,
    `wape`, `bias` (value minus actual) and `skill` (1 minus the error over the naive method's) are shares; coverages
    are shares of actuals inside the band. None where nothing says so, as AUC where all or none came true.
    """

    week: date | None
    outcomes: int
    closed: int
    mae: float | None
    mase: float | None
    wape: float | None
    bias: float | None
    skill: float | None
    coverage_80: float | None
    coverage_95: float | None
    brier: float | None
    log_loss: float | None
    auc: float | None
    ece: float | None


@dataclass(frozen=True)
class CalibrationBin:
    """Predictions whose probability was from `low` to `high`: their mean probability, and the share that came true."""

    low: float
    high: float
    predictions: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Calibration:
    """Whether probabilities and bands mean what they say. `coverage` is (promised, measured share, outcomes)."""

    bins: tuple[CalibrationBin, ...]
    coverage: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class Breach:
    """The first block of a chain that is not as it was written. `problem` is an English template of `values`."""

    block: int
    problem: str
    values: dict[str, Any] = field(default_factory=dict)

    def said(self, language: str = "en") -> str:
        """What was changed, for a reader."""
        return gettext(self.problem, language, **self.values)


@dataclass(frozen=True)
class Verification:
    """What checking a chain found. `head` is the digest of its last block: noted elsewhere, it proves that nobody
    wrote the whole chain anew."""

    dataset: str
    blocks: int
    rows: int
    head: str
    breach: Breach | None
