"""Methods of statsforecast, one series at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.demand.panel import Panel

LONGEST_HISTORY = 1_000
USUAL_HISTORY, USUAL_CYCLES = 400, 10
INTERMITTENT_SHARE = 0.4
LONGEST_FITTED_SEASON = 24


@dataclass(frozen=True)
class LibraryMethod:
    """A statsforecast model made by `build(seasons)`; only series that `wanted` (zeros' share, season) accepts.

    microseconds: measured cost per observation, by season.
    """

    name: str
    build: Callable[[tuple[int, ...]], Any]
    microseconds: Callable[[int], float]
    wanted: Callable[[np.ndarray, int], np.ndarray]
    cycles: float = 2.0

    def suits(self, panel: Panel) -> np.ndarray:
        """Series long enough and of the kind the method is for."""
        y = panel.tail(LONGEST_HISTORY).y
        zeros = (y == 0).sum(axis=1) / np.maximum(np.isfinite(y).sum(axis=1), 1)
        long_enough = panel.lengths >= max(self.cycles * panel.frequency.season, 8)
        return long_enough & self.wanted(zeros, panel.frequency.season)

    def cost(self, panel: Panel) -> float:
        """Measured on one core."""
        return (
            1e-6 * self.microseconds(panel.frequency.season) * min(panel.y.shape[1], history(panel.frequency.seasons))
        )

    def learn(self, panel: Panel, horizon: int) -> None:
        """Nothing is shared: each series is fitted on its own."""

    def forecast(self, panel: Panel, horizon: int, learned: None) -> np.ndarray:
        """Fit and forecast each series; NaN where the library refuses one."""
        suited = self.suits(panel)
        rows = [
            self._one(y, panel.frequency.seasons, horizon) if fits else None
            for y, fits in zip(panel.y, suited, strict=True)
        ]
        nothing = np.full(horizon, np.nan)
        return np.stack([nothing if row is None else row for row in rows])

    def _one(self, y: np.ndarray, seasons: tuple[int, ...], horizon: int) -> np.ndarray | None:
        observed = np.ascontiguousarray(y[np.isfinite(y)][-history(seasons) :])
        usable = tuple(season for season in seasons if 2 * season <= len(observed))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return np.asarray(self.build(usable or (1,)).forecast(y=observed, h=horizon)["mean"], dtype=float)
        except Exception:  # the library raises bare Exception on series that it cannot fit
            return None


def history(seasons: tuple[int, ...]) -> int:
    """Newest values that a method is fitted on: time grows with them, and accuracy no more after some cycles."""
    return min(max(USUAL_HISTORY, USUAL_CYCLES * max(seasons, default=1)), LONGEST_HISTORY)


def _fitting(season: int) -> int:
    """Exponential smoothing fits no season longer than a day of hours; the library ignores longer ones too."""
    return season if season <= LONGEST_FITTED_SEASON else 1


def _any_series(zeros: np.ndarray, season: int) -> np.ndarray:
    return np.ones(len(zeros), dtype=bool)


def _short_season(zeros: np.ndarray, season: int) -> np.ndarray:
    return np.full(len(zeros), season <= LONGEST_FITTED_SEASON)


def _seasonal(zeros: np.ndarray, season: int) -> np.ndarray:
    return np.full(len(zeros), season > 1)


def _intermittent(zeros: np.ndarray, season: int) -> np.ndarray:
    return zeros >= INTERMITTENT_SHARE


def library_methods() -> list[LibraryMethod]:
    """AutoETS, AutoCES, dynamic optimised Theta, MSTL; Croston (SBA), TSB, ADIDA, IMAPA for intermittent series."""
    from statsforecast import models

    return [
        LibraryMethod(
            "auto_ets",
            lambda s: models.AutoETS(season_length=_fitting(s[0])),
            lambda m: 10 + 30 * _fitting(m),
            _any_series,
        ),
        LibraryMethod("auto_ces", lambda s: models.AutoCES(season_length=s[0]), lambda m: 30, _short_season),
        LibraryMethod(
            "theta",
            lambda s: models.DynamicOptimizedTheta(season_length=s[0]),
            lambda m: 25 + 0.6 * m,
            _any_series,
        ),
        LibraryMethod("mstl", lambda s: models.MSTL(season_length=list(s)), lambda m: 25 + 0.6 * m, _seasonal),
        LibraryMethod("croston_sba", lambda s: models.CrostonSBA(), lambda m: 2, _intermittent),
        LibraryMethod("tsb", lambda s: models.TSB(alpha_d=0.1, alpha_p=0.1), lambda m: 2, _intermittent),
        LibraryMethod("adida", lambda s: models.ADIDA(), lambda m: 2, _intermittent),
        LibraryMethod("imapa", lambda s: models.IMAPA(), lambda m: 2, _intermittent),
    ]
