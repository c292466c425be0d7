"""The shapes that the demand API answers with."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from ml_insights.demand.facts import Grain
from ml_insights.demand.tables import Level, Measure, State


class SeriesItem(BaseModel):
    """A series that can be asked for by its `id`, or by its `key` together with the measure."""

    id: str = Field(examples=["units/product/85123A"])
    measure: Measure
    level: Level
    key: str = Field(examples=["85123A"])
    label: str = Field(examples=["White hanging heart t-light holder"])
    state: State = Field(
        description="active, stopped, new, short or mostly_zero; empty where there is no forecast for another reason.",
        examples=["active"],
    )
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


class ForecastPeriod(BaseModel):
    """An ISO week or a calendar month: its days added up, with the band of the sum.

    What has been sold of it already is in `mean` and in the bounds. It is unfinished where not each of its days is sold
    or expected; such a period is not to be compared with others.
    """

    first: date
    last: date
    unfinished: bool
    days_sold: int = Field(description="Days of it before the forecast begins.", examples=[9])
    days_expected: int = Field(description="Days of it that are forecast.", examples=[22])
    sold: float | None = Field(default=None, examples=[90.0])
    mean: float = Field(examples=[301.5])
    lo_80: float | None = Field(default=None, examples=[280.0])
    hi_80: float | None = Field(default=None, examples=[322.0])
    lo_95: float | None = Field(default=None, examples=[268.0])
    hi_95: float | None = Field(default=None, examples=[335.0])


class PeriodTotal(BaseModel):
    """All coming days together; how far their errors make up for each other was measured in the backtest."""

    first: date
    last: date

    expected: float | None = Field(examples=[12_375.0])
    lo_80: float | None = Field(default=None, examples=[10_900.0])
    hi_80: float | None = Field(default=None, examples=[14_020.0])


class DemandForecastAnswer(BaseModel):
    """The forecast of one series, by days, ISO weeks or calendar months."""

    status: Literal["forecast"]
    series: SeriesItem
    grain: Grain = Field(description="What each row of `forecast` adds up.")
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
    forecast: list[ForecastDay] | list[ForecastPeriod]
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
    last_order: int | None = Field(
        default=None, description="The last order of it that you have seen, 0 for none; any without it."
    )


class DayOfSeries(BaseModel):
    """A past day of a series, in units and in money."""

    series: str = Field(max_length=300, examples=["product/85123A"])
    day: date


class DayLeftOut(DayOfSeries):
    """A day that forecasts look past."""

    by: str = Field(examples=["ana@example.com"])
    at: datetime


class DecisionRecorded(BaseModel):
    """Where the ledger keeps it."""

    id: int
    subject: str = Field(examples=["units/product/85123A"])
