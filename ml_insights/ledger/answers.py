"""The shapes that the ledger's API answers with."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _OfFact(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OutcomeAnswer(_OfFact):
    """What came true; null where it cannot be known, and `reason` says why."""

    actual: float | None
    reason: str | None
    matured_at: datetime


class PredictionAnswer(_OfFact):
    """What a model version said, and what came of it once that is known."""

    id: int
    model: str = Field(examples=["demand/3"])
    purpose: str = Field(examples=["live"])
    made_at: datetime
    target_at: datetime = Field(description="From when the truth can be known.")
    value: float | None
    lo_80: float | None
    hi_80: float | None
    lo_95: float | None
    hi_95: float | None
    probability: float | None
    reasons: str | None
    features_digest: str
    outcome: OutcomeAnswer | None


class DecisionAnswer(_OfFact):
    """What was done, by a person (e-mail address) or a rule ("rule:…"), and on which prediction."""

    id: int
    action: str = Field(examples=["ordered"])
    by: str
    at: datetime
    prediction_id: int | None
    model: str | None
    detail: dict[str, Any]


class StoryAnswer(_OfFact):
    """Everything that the ledger tells about a subject, the newest first."""

    subject: str = Field(examples=["units/product/85123A"])
    total_predictions: int
    predictions: list[PredictionAnswer]
    decisions: list[DecisionAnswer]
