"""How good the tournament is on somebody's data: hold out the latest steps, forecast them from the rest alone."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ml import metrics
from ml.backtest import hold_out_last
from ml.conformal import Bands, calibrate
from ml.demand.frequency import detect, named
from ml.demand.kinds import alike
from ml.demand.model import forecast_regular
from ml.demand.regularise import lower_columns, parse_stamps, regularise, usable_regressors
from ml.demand.report import PanelResult, band_columns, open_coverage
from ml.demand.types import DemandSettings, NotForecastable, Refusal

METRICS = ("mase", "smape", "wape", "mae", "rmse", "coverage_80", "coverage_95")
LARGEST_STRETCH = 4


def evaluate_demand(
    frame: pd.DataFrame, horizon: int, *, freq: str | None = None, settings: DemandSettings = DemandSettings()
) -> dict[str, Any]:
    """Hold out the last `horizon` rows of each series and score the tournament ("model") and each candidate on them.

    frame: unique_id, ds, y and regressors; held-out regressors count as known, held-out y is never seen. Overall
    figures are means over the series that a method forecast ("series" says how many). Returns capability, settings,
    results (name → metric → number) and details (one per series, refusals included). JSON-able: no NaN.
    Raises ValueError when a column is missing or the horizon is not positive.
    """
    if horizon < 1:
        raise ValueError(f"The horizon must be at least 1 step, not {horizon}.")
    started = time.perf_counter()
    settings = replace(settings, freq=freq or settings.freq)
    table, refusals = _forecastable_rows(lower_columns(frame, ("unique_id", "ds", "y")), horizon)
    train, test = hold_out_last(table, horizon, by="unique_id", time="ds")
    ahead = test.drop(columns="y")
    steps = _steps_needed(train, test, horizon, settings.freq)
    panels, refused = regularise(train, steps, ahead, settings.freq)
    names = usable_regressors(train, ahead)
    actual = {str(key): part for key, part in test.groupby("unique_id", sort=False)}
    details: list[dict[str, Any]] = []
    for panel in alike(panels, steps):
        details += _details(forecast_regular(panel, steps, settings), actual, panel.y)
    refusals += refused
    seconds = time.perf_counter() - started
    return {
        "capability": "demand",
        "settings": _settings(settings, horizon, len(details), refusals, names),
        "results": _results(details, seconds),
        "details": details + [_refusal(one) for one in refusals],
    }


def _forecastable_rows(frame: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, list[NotForecastable]]:
    """Rows with a readable date and a number, duplicates averaged, of series with more rows than are held out."""
    numeric = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name]) and name != "unique_id"]
    y = pd.to_numeric(frame["y"], errors="coerce").astype(float)
    table = frame[[name for name in numeric if name not in ("ds", "y")]].astype(float)
    table = table.assign(unique_id=frame["unique_id"].astype(str), ds=parse_stamps(frame["ds"]), y=y)
    known = table[np.isfinite(table["y"]) & table["ds"].notna()]
    known = known.groupby(["unique_id", "ds"], as_index=False, sort=True).mean()
    sizes = known.groupby("unique_id").size().reindex(pd.unique(table["unique_id"]), fill_value=0)
    refusals = [
        NotForecastable(str(key), Refusal.TOO_SHORT, f"{count} usable rows, {horizon} of them would be held out.")
        for key, count in sizes.items()
        if count <= horizon
    ]
    return known[known["unique_id"].map(sizes) > horizon], refusals


def _steps_needed(train: pd.DataFrame, test: pd.DataFrame, horizon: int, freq: str | None) -> int:
    """Steps from the last training row to the last held-out one; more than `horizon` where rows are missing."""
    most = horizon
    ends = test.groupby("unique_id")["ds"].max()
    for key, part in train.groupby("unique_id"):
        stamps = part["ds"].to_numpy()
        frequency = named(freq) if freq and stamps.dtype.kind == "M" else detect(stamps)
        if frequency is not None:
            end = np.asarray(ends[key], dtype=stamps.dtype)
            most = max(most, -int(frequency.steps_before(end[None], stamps[-1])[0]))
    return min(most, LARGEST_STRETCH * horizon)


def _details(result: PanelResult, actual: dict[str, pd.DataFrame], history: np.ndarray) -> list[dict[str, Any]]:
    """history: (series, time) as it was given, slips included, by which MASE is scaled: anybody can repeat that."""
    backtest, panel = result.backtest, result.panel
    truth = _truth(result, actual)
    scale = metrics.seasonal_naive_scale(history, panel.frequency.season)
    closed = backtest.closed_ahead
    chosen = _scores(truth, result.mean, scale, band_columns(result), closed)
    by_candidate = {
        name: _scores(truth, backtest.final[row], scale, band_columns(_as_candidate(result, row)), closed)
        for row, name in enumerate(backtest.names)
    }
    seconds = backtest.seconds.sum() / len(panel.ids)
    return [
        {
            "unique_id": key,
            "frequency": panel.frequency.alias,
            "winner": backtest.names[result.selection.winner[row]],
            **_of_series(chosen, row),
            "seconds": float(seconds),
            "candidates": {name: _of_series(scores, row) for name, scores in by_candidate.items()},
            "candidate_seconds": dict(zip(backtest.names, backtest.seconds.tolist(), strict=True))
            if row == 0
            else None,
        }
        for row, key in enumerate(panel.ids)
    ]


def _truth(result: PanelResult, actual: dict[str, pd.DataFrame]) -> np.ndarray:
    """(series, horizon) held-out values on the forecast's grid, NaN where a row is missing."""
    truth = np.full_like(result.mean, np.nan)
    for row, key in enumerate(result.panel.ids):
        rows = actual[key]
        steps = -result.panel.frequency.steps_before(rows["ds"].to_numpy(), result.panel.last[row]) - 1
        inside = (steps >= 0) & (steps < truth.shape[1])
        truth[row, steps[inside]] = rows["y"].to_numpy()[inside]
    return truth


def _as_candidate(result: PanelResult, row: int) -> PanelResult:
    """The result had this candidate answered for every series, with bands from its own errors."""
    bands: Bands = calibrate(
        result.backtest.forecasts[row],
        np.where(result.backtest.closed, np.nan, result.backtest.errors[row]),
        result.error_scale,
        result.scale,
        tuple(result.bands.offsets),
        result.mean.shape[1],
    )
    return replace(result, mean=result.backtest.final[row], bands=bands)


def _scores(
    truth: np.ndarray, forecast: np.ndarray, scale: np.ndarray, bands: dict[str, np.ndarray], closed: np.ndarray
) -> dict[str, list[float]]:
    """Metric → one number per series over its held-out steps; coverage over those not known to be closed."""
    rows: list[dict[str, float]] = []
    for row, known in enumerate(np.isfinite(truth)):
        y, f = truth[row, known], forecast[row, known]
        scores = {"mase": metrics.mase(y, f, scale[row]), "smape": metrics.smape(y, f), "wape": metrics.wape(y, f)}
        scores |= {"mae": metrics.mae(y, f), "rmse": metrics.rmse(y, f)}
        for level in (80, 95):
            low, high = bands[f"lo_{level}"][row, known], bands[f"hi_{level}"][row, known]
            scores[f"coverage_{level}"] = open_coverage(y, low, high, closed[row, known])
        rows.append({name: float(value) for name, value in scores.items()})
    return {name: [row[name] for row in rows] for name in METRICS}


def _of_series(scores: dict[str, list[float]], row: int) -> dict[str, float | None]:
    return {name: values[row] if np.isfinite(values[row]) else None for name, values in scores.items()}


def _results(details: list[dict[str, Any]], seconds: float) -> dict[str, dict[str, float | int | None]]:
    results = {"model": _overall(details) | {"seconds": seconds}}
    for name in dict.fromkeys(name for one in details for name in one["candidates"]):
        parts = [one["candidates"][name] for one in details if name in one["candidates"]]
        spent = sum(one["candidate_seconds"].get(name, 0.0) for one in details if one["candidate_seconds"])
        results[name] = _overall([part for part in parts if part["mae"] is not None]) | {"seconds": spent}
    for one in details:
        one.pop("candidate_seconds")
    return results


def _overall(parts: list[dict[str, Any]]) -> dict[str, float | int | None]:
    """Means over series; a series without a score (constant, all zero) is left out of that metric alone."""
    known = {name: [part[name] for part in parts if part[name] is not None] for name in METRICS}
    means = {name: float(np.mean(values)) if values else None for name, values in known.items()}
    return means | {"series": len(parts)}


def _settings(
    settings: DemandSettings, horizon: int, forecast: int, refusals: list[NotForecastable], names: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "horizon": horizon,
        "freq": settings.freq,
        "country": settings.country,
        "levels": list(settings.levels),
        "seed": settings.seed,
        "regressors": list(names),
        "series_forecast": forecast,
        "series_refused": len(refusals),
    }


def _refusal(refusal: NotForecastable) -> dict[str, Any]:
    return {"unique_id": refusal.unique_id, "refused": str(refusal.code), "detail": refusal.detail}
