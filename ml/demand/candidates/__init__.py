"""The methods that compete, one module each; `candidates` lists them."""

from __future__ import annotations

from ml.demand.candidates.base import Candidate
from ml.demand.candidates.boosted import Boosted
from ml.demand.candidates.cyclic import Cyclic
from ml.demand.candidates.library import library_methods
from ml.demand.candidates.month import DayOfMonth
from ml.demand.candidates.naive import SeasonalNaive
from ml.demand.candidates.prophet import Prophet
from ml.demand.candidates.recursive import Recursive
from ml.demand.candidates.smoothing import DAMPED_TREND, THETA, Smoothing
from ml.demand.types import Country


def candidates(country: Country, seed: int) -> list[Candidate]:
    """Every method, whole-panel ones first."""
    drift_theta = Smoothing("drift_theta", THETA)
    return [
        SeasonalNaive(),
        SeasonalNaive("seasonal_naive_long", rank=1),
        Smoothing("damped_trend", DAMPED_TREND),
        drift_theta,
        Cyclic("naive_cycle", SeasonalNaive(), alone=True),
        Cyclic("damped_trend_cycle", Smoothing("damped_trend", DAMPED_TREND)),
        DayOfMonth(),
        Boosted(country, seed),
        Boosted(country, seed, base=drift_theta),
        Recursive(country, seed),
        *library_methods(),
        Prophet(country),
    ]
