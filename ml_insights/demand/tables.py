"""Forecasts that pages and the API answer from. A release is complete or absent; readers never see half of one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, String, text
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime


class Measure(StrEnum):
    """What is forecast: pieces, or money in the configured currency; both net of returns."""

    UNITS = "units"
    REVENUE = "revenue"


class Level(StrEnum):
    """What a series adds up. OTHERS are the products without a forecast of their own, together, by category."""

    TOTAL = "total"
    CATEGORY = "category"
    PRODUCT = "product"
    OTHERS = "others"


class State(StrEnum):
    """What kind of history a series has. UNKNOWN where it has no forecast for another reason than its shortness."""

    ACTIVE = "active"
    STOPPED = "stopped"
    NEW = "new"
    SHORT = "short"
    MOSTLY_ZERO = "mostly_zero"
    UNKNOWN = ""


class ForecastRelease(SQLModel, table=True):
    """One complete set of forecasts, made from one state of the data by one model version.

    `data_until` is the last day of history. `products_sold` counts the products with any sale, `products_modelled`
    those that got a tournament. `left_out` lists the (series, day) that it was told to look past. `seconds` is what the
    computation took.
    """

    __tablename__ = "forecast_releases"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False, index=True))
    data_version: str
    model_version: str
    computed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    history_start: date
    data_until: date
    horizon: int
    left_out: list[list[str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'"))
    )
    products_sold: int
    products_modelled: int
    seconds: float


class DemandSeries(SQLModel, table=True):
    """One series of a release: its history, one value a day, and how its forecast was chosen.

    `history` begins at `start` and has no gaps: a day without sales is 0. `refusal` is empty where there is a forecast.
    `coverage_80` and `coverage_95` are the shares of held-out days that fell inside the bands, NULL where not measured.
    `state` is one of `State`. `sum_shares` says how wide the bands of sums of days are, see `ml.demand.sums`.
    `gain` is by how much MASE of the runner-up is above the winner's, with its 95 % bootstrap interval.
    """

    __tablename__ = "demand_series"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("demand_series_identity", "release_id", "unique_id", unique=True),
        Index("demand_series_by_rank", "release_id", "measure", "rank"),
    )

    id: int | None = Field(default=None, primary_key=True)
    release_id: int = Field(foreign_key="forecast_releases.id", ondelete="CASCADE")
    unique_id: str
    measure: Measure = Field(sa_column=Column(String(16), nullable=False))
    level: Level = Field(sa_column=Column(String(16), nullable=False))
    key: str
    label: str
    search_text: str
    rank: int
    state: State = Field(default=State.UNKNOWN, sa_column=Column(String(16), nullable=False, server_default=""))
    start: date | None = None
    history: list[float] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    method: str = ""
    refusal: str = ""
    refusal_detail: str = ""
    measured_steps: int = 0
    mase: float | None = None
    coverage_80: float | None = None
    coverage_95: float | None = None
    runner_up: str | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    effects: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sum_shares: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )


class DemandForecastRow(SQLModel, table=True):
    """One future day of one series. A band that could not be calibrated is NULL."""

    __tablename__ = "demand_forecasts"  # pyright: ignore[reportAssignmentType]

    series_id: int = Field(primary_key=True, foreign_key="demand_series.id", ondelete="CASCADE")
    step: int = Field(primary_key=True)
    ds: date
    mean: float
    lo_80: float | None = None
    hi_80: float | None = None
    lo_95: float | None = None
    hi_95: float | None = None


class DemandBacktest(SQLModel, table=True):
    """How one candidate did on one series in the rolling-origin backtest."""

    __tablename__ = "demand_backtests"  # pyright: ignore[reportAssignmentType]

    series_id: int = Field(primary_key=True, foreign_key="demand_series.id", ondelete="CASCADE")
    candidate: str = Field(primary_key=True)
    mase: float | None = None
    smape: float | None = None
    wape: float | None = None
    coverage_80: float | None = None
    coverage_95: float | None = None
    folds: int = 0
    seconds: float = 0.0
    chosen: bool = False


class DemandPanelBacktest(SQLModel, table=True):
    """How one candidate did over all series that it ran on, and on how many it won."""

    __tablename__ = "demand_panel_backtests"  # pyright: ignore[reportAssignmentType]

    release_id: int = Field(primary_key=True, foreign_key="forecast_releases.id", ondelete="CASCADE")
    candidate: str = Field(primary_key=True)
    series_run: int = 0
    wins: int = 0
    mase: float | None = None
    smape: float | None = None
    wape: float | None = None
    coverage_80: float | None = None
    coverage_95: float | None = None
    seconds: float = 0.0


class DemandAnomaly(SQLModel, table=True):
    """A past day that does not fit its series. `score` is the distance in robust standard deviations, signed."""

    __tablename__ = "demand_anomalies"  # pyright: ignore[reportAssignmentType]

    series_id: int = Field(primary_key=True, foreign_key="demand_series.id", ondelete="CASCADE")
    ds: date = Field(primary_key=True)
    value: float
    expected: float
    score: float


class DemandLeftOut(SQLModel, table=True):
    """A day of a series that forecasts look past, because somebody said that it was a slip.

    `series` has no measure ("product/85123A"): what was no sale was no money either.
    """

    __tablename__ = "demand_left_out"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    series: str = Field(primary_key=True)
    ds: date = Field(primary_key=True)
    by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
