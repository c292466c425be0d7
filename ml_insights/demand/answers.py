"""The shapes that the demand API answers with."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from ml_insights.demand.tables import Level, Measure


class SeriesItem(BaseModel):
    """A series that can be asked for by its `id`, or by its `key` together with the measure."""

    id: str = Field(examples=["units/product/85123A"])
    measure: Measure
    level: Level
    key: str = Field(examples=["85123A"])
    label: str = Field(examples=["White hanging heart t-light holder"])
    refused: str | None = Field(default=None, description="Why there is no forecast; null where there is one.")


class SeriesPage(BaseModel):
    """Some of the series that match a search."""

    total: int = Field(description="How many match.")
    series: list[SeriesItem]


class Provenance(BaseModel):
    """What an answer was made from."""

    model_version: str = Field(examples=["demand/3"])
    computed_at: datetime
    data_until: date = Field(description="Last day of sales that the model has seen.")
    demo: bool = Field(description="Whether this is the demo company, not yours.")


class ForecastDay(BaseModel):
    """One day: expected value and, for the levels asked for, the band that covers it with that probability.

    A bound is null where the history was too short to calibrate the band.
    """

    date: date
    step: int = Field(examples=[1])
    mean: float | None = Field(examples=[412.5])
    lo_80: float | None = Field(default=None, examples=[351.0])
    hi_80: float | None = Field(default=None, examples=[480.2])
    lo_95: float | None = Field(default=None, examples=[310.4])
    hi_95: float | None = Field(default=None, examples=[541.9])


class PeriodTotal(BaseModel):
    """The whole period together; the band takes the errors of different days as half correlated."""

    expected: float | None = Field(examples=[12_375.0])
    lo_80: float | None = Field(default=None, examples=[10_900.0])
    hi_80: float | None = Field(default=None, examples=[14_020.0])


class DemandForecastAnswer(BaseModel):
    """The forecast of one series, day by day."""

    status: Literal["forecast"]
    series: SeriesItem
    days_ahead: int = Field(examples=[30])
    method: str = Field(description="The candidate that won the backtest on this series.", examples=["auto_ets"])
    measured_coverage: dict[str, float | None] = Field(
        description="Share of held-out days inside each band, as measured in the backtest.",
        examples=[{"80": 0.81, "95": 0.95}],
    )
    inactive_since: date | None = Field(
        default=None,
        description="Day of its last sale, where it has stopped and nothing more is expected; null while it sells.",
    )
    measured_days: int = Field(description="How many days ahead the backtest measured; later bands extrapolate.")
    total: PeriodTotal
    forecast: list[ForecastDay]
    provenance: Provenance


class NotForecastableAnswer(BaseModel):
    """Why there is no forecast of this series."""

    status: Literal["not_forecastable"]
    series: SeriesItem
    reason: str = Field(examples=["too_short"])
    detail: str = Field(examples=["Not forecastable, because it has fewer than four days of sales so far."])
    provenance: Provenance


class OrderPlaced(BaseModel):
    """What was ordered of a product."""

    product: str = Field(max_length=300, examples=["85123A"])
    quantity: float = Field(description="Pieces, above 0.", examples=[40])


class DecisionRecorded(BaseModel):
    """Where the ledger keeps it."""

    id: int
    subject: str = Field(examples=["units/product/85123A"])
