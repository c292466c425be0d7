"""How good a demand forecast was on days that it did not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ml import metrics
from ml_insights.core.company import company
from ml_insights.core.training import Evaluation, HoldOut

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEK = 7
SHOWN = "units/total"
BANDS = ("lo_80", "hi_80", "lo_95", "hi_95")


def written(forecasts: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Forecasts (unique_id, ds, step, mean, bands) as the ledger's rows, with what a naive forecaster says."""
    y = series.pivot(index="unique_id", columns="ds", values="y").to_numpy(dtype=float)
    rows = pd.Index(np.unique(series["unique_id"].to_numpy(dtype=object))).get_indexer(pd.Index(forecasts["unique_id"]))
    steps = forecasts["step"].to_numpy(dtype=int) - 1
    bands = {name: forecasts[name].to_numpy() for name in BANDS if name in forecasts.columns}
    return pd.DataFrame(
        {
            "subject": forecasts["unique_id"].to_numpy(),
            "target_at": matures_at(pd.DatetimeIndex(forecasts["ds"]), company().zone),
            "value": forecasts["mean"].to_numpy(),
            **bands,
            "scale": metrics.seasonal_naive_scale(y, WEEK)[rows],
            "baseline": _seasonal_naive(y, WEEK)[rows, steps % WEEK],
        }
    )


@dataclass(frozen=True)
class _Grid:
    """Held-out days of the series that were forecast, each array (series, days); scale: (series,)."""

    ids: tuple[str, ...]
    days: pd.DatetimeIndex
    actual: np.ndarray
    baseline: np.ndarray
    scale: np.ndarray
    forecast: dict[str, np.ndarray]


def judge(forecasts: pd.DataFrame, series: pd.DataFrame, hold_out: HoldOut) -> Evaluation:
    """Score `forecasts` (unique_id, ds, mean, bands) on the held-out days of `series` (unique_id, ds, y).

    A unit is a product, a category or the total: its units and its revenue share their fate. Its loss is the mean of
    their MASE, scaled by the seasonal naive of a week on the days before.
    """
    grid = _grid(forecasts, series, hold_out)
    mase = metrics.mase(grid.actual, grid.forecast["mean"], grid.scale)
    naive = metrics.mase(grid.actual, grid.baseline, grid.scale)
    bands = {level: (grid.forecast[f"lo_{level}"], grid.forecast[f"hi_{level}"]) for level in (80, 95)}
    covered = {f"coverage_{level}": _mean(metrics.coverage(grid.actual, *band)) for level, band in bands.items()}
    return Evaluation(
        losses=_by_unit(grid.ids, mase),
        baseline=_by_unit(grid.ids, naive),
        metrics=_figures(grid, grid.forecast["mean"], mase) | {k: v for k, v in covered.items() if np.isfinite(v)},
        baselines={"seasonal_naive": _figures(grid, grid.baseline, naive)},
        predictions=_rows(grid),
        shown=SHOWN if SHOWN in grid.ids else next(iter(grid.ids), ""),
    )


def _grid(forecasts: pd.DataFrame, series: pd.DataFrame, hold_out: HoldOut) -> _Grid:
    eve, last = pd.Timestamp(hold_out.eve), pd.Timestamp(hold_out.last)
    days = pd.date_range(eve + pd.Timedelta(days=1), last)
    y = series.pivot(index="unique_id", columns="ds", values="y")
    known = forecasts[forecasts["unique_id"].isin(y.index) & forecasts["ds"].isin(days)]
    columns = [name for name in ("mean", *BANDS) if name in known.columns]
    tables = {name: known.pivot(index="unique_id", columns="ds", values=name).reindex(columns=days) for name in columns}
    ids = tables["mean"].index
    past, future = y.loc[ids, :eve].to_numpy(dtype=float), y.loc[ids].reindex(columns=days)
    nothing = np.full((len(ids), len(days)), np.nan)
    return _Grid(
        ids=tuple(map(str, ids)),
        days=days,
        actual=future.to_numpy(dtype=float),
        baseline=_seasonal_naive(past, len(days)),
        scale=metrics.seasonal_naive_scale(past, WEEK),
        forecast={name: tables[name].to_numpy(dtype=float) if name in tables else nothing for name in ("mean", *BANDS)},
    )


def _seasonal_naive(past: np.ndarray, days: int) -> np.ndarray:
    """(series, days) the last week again and again; a series younger than that repeats its last value."""
    week = past[:, -WEEK:]
    if week.shape[1] < WEEK:
        week = np.repeat(past[:, -1:], WEEK, axis=1)
    week = np.where(np.isfinite(week), week, past[:, -1:])
    return np.tile(week, -(-days // WEEK))[:, :days]


def _figures(grid: _Grid, forecast: np.ndarray, mase: np.ndarray) -> dict[str, float]:
    figures = {
        "mase": _mean(mase),
        "smape": _mean(metrics.smape(grid.actual, forecast)),
        "wape": _mean(metrics.wape(grid.actual, forecast)),
    }
    return {name: value for name, value in figures.items() if np.isfinite(value)}


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _by_unit(ids: tuple[str, ...], losses: np.ndarray) -> dict[str, float]:
    units = pd.Series([key.partition("/")[2] for key in ids], dtype=object)
    known = pd.Series(losses, dtype=float).dropna()
    return {str(unit): float(loss) for unit, loss in known.groupby(units[known.index]).mean().items()}


def _rows(grid: _Grid) -> pd.DataFrame:
    series, days = grid.actual.shape
    table = pd.DataFrame(
        {
            "subject": np.repeat(np.array(grid.ids, dtype=object), days),
            "target_at": matures_at(pd.DatetimeIndex(np.tile(grid.days.to_numpy(), series)), company().zone),
            "value": grid.forecast["mean"].ravel(),
            **{name: grid.forecast[name].ravel() for name in BANDS},
            "scale": np.repeat(grid.scale, days),
            "baseline": grid.baseline.ravel(),
            "actual": grid.actual.ravel(),
        }
    )
    return table[table["value"].notna() & table["actual"].notna()].reset_index(drop=True)


def matures_at(days: pd.DatetimeIndex, zone: ZoneInfo) -> pd.DatetimeIndex:
    """When each day is over in the business zone, in UTC: from then on its sales are known."""
    distinct, where = np.unique(days.to_numpy(), return_inverse=True)
    ends = pd.DatetimeIndex(distinct) + pd.Timedelta(days=1)
    local = ends.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.zeros(len(ends), dtype=bool))
    return local.tz_convert("UTC")[where]
