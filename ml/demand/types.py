"""What goes into the demand forecaster and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd


class Refusal(StrEnum):
    """Why a series gets no forecast."""

    NO_DATES = "no_dates"
    NO_VALUES = "no_values"
    TOO_SHORT = "too_short"
    ALL_ZERO = "all_zero"
    IRREGULAR = "irregular"
    RETURNED = "returned"


@dataclass(frozen=True)
class NotForecastable:
    """A series that was refused, and why: the typed alternative to a crash or a silent zero."""

    unique_id: str
    code: str
    detail: str


@dataclass(frozen=True)
class Calendar:
    """Days that are unlike others: the public holidays of `country` (ISO 3166), days on which it is closed, and the
    weekdays (0 = Monday) on which it always is."""

    country: str | None
    closings: tuple[date, ...]
    weekdays: tuple[int, ...] = ()


Country = str | Calendar | None
"""Whose days are unlike others; a code where public holidays are all there is."""


@dataclass(frozen=True)
class DemandSettings:
    """One configuration for every panel; nothing in it depends on which data set is forecast.

    levels: widths of the bands in percent. country: ISO 3166 code whose public holidays daily models may use, or None.
    closings, weekdays: days, and days of every week (0 = Monday), on which the company is closed, so that nothing is
    expected.
    freq: pandas offset alias of the panel; None reads it from the spacing (whole-number DS needs it). candidates: names
    of the methods that may compete; None lets all of them. measured: how many steps ahead methods are taught and judged
    at most; later ones are forecast by those that won, their bands widened further as errors grew so far.
    """

    levels: tuple[int, ...] = (80, 95)
    country: str | None = "CL"
    freq: str | None = None
    seed: int = 0
    n_jobs: int = 1
    candidates: tuple[str, ...] | None = None
    closings: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    measured: int | None = None

    def judged(self, horizon: int) -> int:
        """How many of `horizon` steps are taught and judged."""
        return min(horizon, self.measured or horizon)

    @property
    def calendar(self) -> Country:
        """Whose days are unlike others."""
        special = self.closings or self.weekdays
        return Calendar(self.country, self.closings, self.weekdays) if special else self.country


@dataclass(frozen=True)
class DemandForecast:
    """Forecasts of a panel with everything needed to judge them.

    forecasts: unique_id, ds, step, mean, lo_80, hi_80, lo_95, hi_95, method.
    backtest: unique_id, candidate, mase, smape, wape, coverage_80, coverage_95, folds, seconds, chosen.
    panel_backtest: candidate, series_run, mase, smape, wape, coverage_80, coverage_95, seconds.
    gains: unique_id, chosen, runner_up, mase_gain, lo, hi: by how much the winner won, with a 95 % bootstrap interval.
    recipes: per series the JSON-able recipe that `refit` turns back into a forecaster.
    models: JSON texts shared by several recipes (the global boosted model).
    measured_steps: per series how many steps ahead the backtest measured; later steps extrapolate the bands. 0 where
    there was too little to measure, so that the band is a wide guess.
    residuals: per series the mean errors of stretches of the backtest, from which reconciliation learns.
    """

    forecasts: pd.DataFrame
    backtest: pd.DataFrame
    panel_backtest: pd.DataFrame
    refusals: list[NotForecastable]
    recipes: dict[str, dict[str, Any]]
    gains: pd.DataFrame
    models: dict[str, str] = field(default_factory=dict)
    measured_steps: dict[str, int] = field(default_factory=dict)
    residuals: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReorderSuggestion:
    """When and how much to order; quantities in the units of the forecast.

    reorder_point: stock position at which to order. safety_stock: the part of it held against error.
    quantity: what to order now (0 when the position suffices). lead_demand: expected demand over the lead time.
    """

    reorder_point: float
    safety_stock: float
    quantity: float
    lead_demand: float
    service_level: float
    lead_time: int
