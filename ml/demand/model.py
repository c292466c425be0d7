"""Fit the tournament on a panel and forecast it: winners, bands, tables and recipes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ml.backtest import Origins
from ml.demand.bands import panel_bands
from ml.demand.candidates import candidates
from ml.demand.kinds import alike
from ml.demand.panel import Panel
from ml.demand.regularise import regularise
from ml.demand.report import PanelResult, combine
from ml.demand.selection import add_medians, select
from ml.demand.slips import without_slips
from ml.demand.tournament import run_tournament
from ml.demand.types import DemandForecast, DemandSettings, NotForecastable, Refusal, ReorderSuggestion
from ml.metrics import seasonal_naive_scale

__all__ = ["DemandForecast", "DemandSettings", "NotForecastable", "Refusal", "ReorderSuggestion", "forecast_panel"]

Progress = Callable[[str, float], None]
LONGEST_HORIZON = 1_000


def forecast_panel(
    frame: pd.DataFrame,
    horizon: int,
    *,
    future: pd.DataFrame | None = None,
    settings: DemandSettings = DemandSettings(),
    progress: Progress | None = None,
) -> DemandForecast:
    """Forecast every series of `frame` `horizon` steps ahead.

    frame: unique_id, ds (dates, or whole numbers with `settings.freq`), y; further numeric columns are regressors,
    used when `future` (unique_id, ds, the same columns) knows them for the coming steps. `progress` is called with
    the method just finished and the share of the work done. Series that cannot be forecast are in `refusals`.
    Raises ValueError when the horizon is not 1 to 1,000 or a column is missing.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise ValueError(f"The horizon must be 1 to {LONGEST_HORIZON} steps, not {horizon}.")
    panels, refusals = regularise(frame, horizon, future, settings.freq)
    panels, results = alike(panels, settings.judged(horizon)), []
    for position, panel in enumerate(panels):
        results.append(forecast_regular(panel, horizon, settings, _share(progress, position, len(panels))))
    return combine(results, refusals, settings)


def forecast_regular(
    panel: Panel,
    horizon: int,
    settings: DemandSettings,
    progress: Progress | None = None,
    origins: Origins | None = None,
) -> PanelResult:
    """Tournament, selection and bands of the series of one frequency; see `run_tournament` for `origins`."""
    panel = without_slips(panel)
    everyone = candidates(settings.calendar, settings.seed)
    field = [one for one in everyone if settings.candidates is None or one.name in settings.candidates]
    tournament = run_tournament(
        panel,
        horizon,
        field,
        settings.n_jobs,
        progress,
        country=settings.calendar,
        origins=origins,
        taught=settings.judged(horizon),
    )
    backtest, medians = add_medians(tournament)
    selection = select(backtest)
    rows = np.arange(len(panel.ids))
    mean = backtest.final[selection.winner, rows]
    said = np.stack([backtest.forecasts[winner, fold, rows] for fold, winner in enumerate(selection.winner_without)])
    scale = error_scale(panel)
    fold_scale = np.sqrt(scale) * np.sqrt(np.where(np.isfinite(backtest.scale), backtest.scale, scale))
    errors = np.where(backtest.closed, np.nan, backtest.actual - said)
    bands = panel_bands(panel, said, errors, fold_scale, scale, settings, horizon, backtest.origins.independent)
    return PanelResult(panel, backtest, medians, selection, mean, said, fold_scale, scale, bands)


def error_scale(panel: Panel) -> np.ndarray:
    """(series,) what errors are measured in when series are pooled; positive even where a series is constant.

    Past errors are measured half way (in logarithms) between the scale of their time and today's: the former alone is
    unsteady on short histories, the latter alone belittles the past of series that grew.
    """
    scale = seasonal_naive_scale(panel.y, panel.frequency.season)
    level = np.abs(panel.y[:, -1])
    return np.where(np.isfinite(scale), scale, np.where(level > 0, level, 1.0))


def _share(progress: Progress | None, position: int, count: int) -> Progress | None:
    if progress is None:
        return None
    report = progress
    return lambda name, share: report(name, (position + share) / count)
