"""The tournament's arrays as the tables that people and pages read."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml import metrics
from ml.compare import paired_bootstrap
from ml.conformal import Bands, calibrate
from ml.demand.bands import measured
from ml.demand.panel import Panel, future_stamps
from ml.demand.recipes import recipe_of, shared_models
from ml.demand.selection import Selection
from ml.demand.tournament import Backtest
from ml.demand.types import DemandForecast, DemandSettings, NotForecastable


@dataclass(frozen=True)
class PanelResult:
    """Everything about the series of one frequency. mean: (series, horizon). chosen: (folds, series, steps), what the
    candidates chosen without each fold said at it."""

    panel: Panel
    backtest: Backtest
    medians: dict[str, list[tuple[str, ...]]]
    selection: Selection
    mean: np.ndarray
    chosen: np.ndarray
    error_scale: np.ndarray
    scale: np.ndarray
    bands: Bands


def combine(results: list[PanelResult], refusals: list[NotForecastable], settings: DemandSettings) -> DemandForecast:
    """One result over all frequencies."""
    return DemandForecast(
        forecasts=_stack([forecast_table(result) for result in results]),
        backtest=_stack([backtest_table(result, settings) for result in results]),
        panel_backtest=_stack([panel_table(result, settings) for result in results]),
        refusals=refusals,
        recipes={key: _recipe(result, row) for result in results for row, key in enumerate(result.panel.ids)},
        models={
            name: text for result in results for name, text in shared_models(result.panel, result.backtest).items()
        },
        gains=_stack([gains_table(result, settings.seed) for result in results]),
        measured_steps={key: steps for result in results for key, steps in _measured_steps(result, settings)},
    )


def _known(result: PanelResult, settings: DemandSettings) -> np.ndarray:
    """(series,) whether the backtest told enough for a band."""
    errors = np.where(result.backtest.closed, np.nan, result.backtest.actual - result.chosen)
    return measured(result.panel, errors, settings.judged(result.mean.shape[1]))


def _measured_steps(result: PanelResult, settings: DemandSettings) -> Iterable[tuple[str, int]]:
    """Each series, and how far ahead its band was measured."""
    steps = np.where(_known(result, settings), result.bands.measured, 0)
    return zip(result.panel.ids, steps.tolist(), strict=True)


def _stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def band_columns(result: PanelResult) -> dict[str, np.ndarray]:
    """lo_80, hi_80 …: (series, horizon); non-negative series stay non-negative, closed days are zero."""
    floor = np.where(result.panel.non_negative, 0.0, -np.inf)[:, None]
    closed = result.backtest.closed_ahead
    columns = {}
    for level, (low, high) in result.bands.around(result.mean).items():
        columns[f"lo_{level}"] = np.where(closed, 0.0, np.maximum(low, floor))
        columns[f"hi_{level}"] = np.where(closed, 0.0, np.maximum(high, floor))
    return columns


def forecast_table(result: PanelResult) -> pd.DataFrame:
    """unique_id, ds, step, mean, bands, method."""
    series, horizon = result.mean.shape
    names = np.array(result.backtest.names, dtype=object)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.array(result.panel.ids, dtype=object), horizon),
            "ds": future_stamps(result.panel, horizon).ravel(),
            "step": np.tile(np.arange(1, horizon + 1), series),
            "mean": result.mean.ravel(),
            **{name: values.ravel() for name, values in band_columns(result).items()},
            "method": np.repeat(names[result.selection.winner], horizon),
        }
    )


def _scores(result: PanelResult, forecast: np.ndarray, settings: DemandSettings) -> dict[str, np.ndarray]:
    """Metric → (folds, series); coverage, on days that were not known to be closed, of bands of the other folds."""
    actual, scale, error_scale = result.backtest.actual, result.backtest.scale, result.error_scale
    open_errors = np.where(result.backtest.closed, np.nan, actual - forecast)
    scores = {
        "mase": metrics.mase(actual, forecast, scale),
        "smape": metrics.smape(actual, forecast),
        "wape": metrics.wape(actual, forecast),
    }
    covered = {level: np.full(scale.shape, np.nan) for level in settings.levels}
    for fold in range(len(actual)):
        others = np.arange(len(actual)) != fold
        if not others.any():
            continue
        bands = calibrate(
            forecast[others],
            open_errors[others],
            error_scale[others],
            error_scale[fold],
            settings.levels,
            actual.shape[-1],
        )
        for level, (low, high) in bands.around(forecast[fold]).items():
            covered[level][fold] = open_coverage(actual[fold], low, high, result.backtest.closed[fold])
    return scores | {f"coverage_{level}": values for level, values in covered.items()}


def open_coverage(actual: np.ndarray, low: np.ndarray, high: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """(series,) share of open steps inside the band; NaN where there is none or a step is not known."""
    inside = (actual >= low) & (actual <= high)
    known = np.isfinite(actual).all(axis=-1) & np.isfinite(low).all(axis=-1)
    share = (inside & ~closed).sum(axis=-1) / np.maximum((~closed).sum(axis=-1), 1)
    return np.where(known & ~closed.all(axis=-1), share, np.nan)


def _nanmean(values: np.ndarray, axis: int | None = None) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmean(values, axis=axis)


def backtest_table(result: PanelResult, settings: DemandSettings) -> pd.DataFrame:
    """One row per series and candidate that ran on it, averaged over the rolling origins.

    Coverage is NaN where the series' band is a guess.
    """
    tables, known = [], _known(result, settings)
    for row, name in enumerate(result.backtest.names):
        scores = _scores(result, result.backtest.forecasts[row], settings)
        ran = np.isfinite(result.backtest.final[row]).all(axis=-1)
        table = pd.DataFrame({"unique_id": np.array(result.panel.ids, dtype=object), "candidate": name})
        for metric, values in scores.items():
            means = _nanmean(values, axis=0)
            table[metric] = np.where(known, means, np.nan) if metric.startswith("coverage") else means
        table["folds"] = np.isfinite(result.backtest.forecasts[row]).all(axis=-1).sum(axis=0)
        table["seconds"] = result.backtest.seconds[row] / max(ran.sum(), 1)
        table["chosen"] = result.selection.winner == row
        tables.append(table[ran])
    return pd.concat(tables, ignore_index=True).sort_values(["unique_id", "mase"], ignore_index=True)


def panel_table(result: PanelResult, settings: DemandSettings) -> pd.DataFrame:
    """One row per candidate: on how many series it ran and how it did there; `tournament` is the honest whole.

    Candidates too dear for the panel stand there with no series.
    """
    backtest = result.backtest
    rows: list[dict[str, Any]] = [{"candidate": name, "series_run": 0, "seconds": 0.0} for name in backtest.left_out]
    everyone = [(name, backtest.forecasts[row], backtest.seconds[row]) for row, name in enumerate(backtest.names)]
    for name, forecast, seconds in [*everyone, ("tournament", result.chosen, backtest.seconds.sum())]:
        scores = _scores(result, forecast, settings)
        ran = int(np.isfinite(forecast).all(axis=-1).any(axis=0).sum())
        rows.append(
            {"candidate": name, "series_run": ran, **{m: _nanmean(v) for m, v in scores.items()}, "seconds": seconds}
        )
    return pd.DataFrame(rows)


def gains_table(result: PanelResult, seed: int) -> pd.DataFrame:
    """By how much each series' winner beat its runner-up, in MASE over the folds."""
    losses, rows = result.backtest.losses, []
    order = np.argsort(result.selection.scores, axis=0, kind="stable")
    for position, key in enumerate(result.panel.ids):
        first, second = order[:2, position] if len(order) > 1 else (order[0, position], order[0, position])
        gain = paired_bootstrap(losses[first, :, position], losses[second, :, position], seed=seed)
        names = result.backtest.names
        rows.append((key, names[first], names[second], gain.gain, gain.low, gain.high))
    return pd.DataFrame(rows, columns=["unique_id", "chosen", "runner_up", "mase_gain", "lo", "hi"])


def _recipe(result: PanelResult, row: int) -> dict[str, Any]:
    method = result.backtest.names[result.selection.winner[row]]
    members = result.medians[method][row] if method in result.medians else (method,)
    return recipe_of(result.panel, row, method, members, result.bands)
