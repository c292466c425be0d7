"""What demand queries return and policy takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from ml_insights.demand.tables import Level, Measure, State

BANDS = (80, 95)
"""Levels of the bands in percent."""


class Grain(StrEnum):
    """What a figure adds up: one day, an ISO week or a calendar month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class ReleaseFact:
    """A complete set of forecasts and what it was made from; `left_out` is the (series, ISO day) that it looks past."""

    id: int
    dataset: str
    data_version: str
    model_version: str
    computed_at: datetime
    history_start: date
    data_until: date
    horizon: int
    products_sold: int
    products_modelled: int
    seconds: float
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SeriesRef:
    """One series as the picker lists it. `refusal` is empty where there is a forecast."""

    unique_id: str
    measure: Measure
    level: Level
    key: str
    label: str
    refusal: str
    state: State = State.UNKNOWN


@dataclass(frozen=True)
class Wanted:
    """Which series of a list: of a state (any where it is None), whose names hold the words of `text`, in which order.

    `days` is how far ahead what is expected adds up.
    """

    measure: Measure
    days: int
    state: State | None = None
    text: str = ""
    sort: str = "rank"
    descending: bool = False


@dataclass(frozen=True)
class ForecastPoint:
    """One future day; a bound is None where its band could not be calibrated."""

    ds: date
    step: int
    mean: float
    lo_80: float | None
    hi_80: float | None
    lo_95: float | None
    hi_95: float | None


@dataclass(frozen=True)
class AnomalyFact:
    """A past day that does not fit: `score` in robust standard deviations, signed."""

    ds: date
    value: float
    expected: float
    score: float


@dataclass(frozen=True)
class LeftOutFact:
    """A day of a series (without its measure) that forecasts look past, and who said so."""

    series: str
    ds: date
    by: str
    at: datetime


@dataclass(frozen=True)
class BacktestFact:
    """How one candidate did. `series` is how many series it ran on (1 for a single one), `wins` on how many it won."""

    candidate: str
    mase: float | None
    smape: float | None
    wape: float | None
    coverage_80: float | None
    coverage_95: float | None
    folds: int
    seconds: float
    wins: int
    series: int = 1


@dataclass(frozen=True)
class Gain:
    """By how much MASE of the runner-up is above the winner's, with a 95 % bootstrap interval."""

    runner_up: str
    gain: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class SeriesDetail:
    """Everything about one series. `history` has one value a day from `start` on.

    `sum_shares` says how wide the bands of sums of days are, see `ml.demand.sums`.
    """

    ref: SeriesRef
    start: date | None
    history: tuple[float, ...]
    forecast: tuple[ForecastPoint, ...]
    method: str
    refusal_detail: str
    measured_steps: int
    mase: float | None
    coverage_80: float | None
    coverage_95: float | None
    won_by: Gain | None
    effects: dict[str, Any]
    sum_shares: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The day of each value of `history`."""
        return tuple(self.start + timedelta(days=n) for n in range(len(self.history))) if self.start else ()

    @property
    def inactive_since(self) -> date | None:
        """The day of its last sale, where nothing is expected on any coming day; else None."""
        expects = any(point.mean or point.hi_95 != 0 for point in self.forecast)
        if expects or not self.forecast:
            return None
        return next((day for day, value in zip(self.days[::-1], self.history[::-1], strict=True) if value > 0), None)


@dataclass(frozen=True)
class ReorderRow:
    """When and how much of a product to order, in its units; money in the configured currency.

    `order_up_to` is the stock position to order up to; `quantity` is what an order placed at `reorder_point` brings.
    """

    key: str
    label: str
    lead_demand: float
    safety_stock: float
    reorder_point: float
    order_up_to: float
    quantity: float


@dataclass(frozen=True)
class ListedRow:
    """A series in a list: what is expected of it with its 80 % band, and what was sold just before. None where it has
    no forecast, or where that is not known."""

    unique_id: str
    key: str
    label: str
    level: Level
    state: State
    refusal: str
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    change: float | None = None


@dataclass(frozen=True)
class DemandView:
    """Everything that the page tells about one series.

    `panel` is the backtest over all series, `slips` the past days that look like a slip of the keyboard.
    """

    release: ReleaseFact
    detail: SeriesDetail
    anomalies: tuple[AnomalyFact, ...]
    backtest: tuple[BacktestFact, ...]
    panel: tuple[BacktestFact, ...]
    slips: tuple[date, ...] = ()
