"""Scores: from outcomes to sums that can be added up, and from sums to what a person calls accuracy. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ml_insights.ledger.facts import Accuracy, CalibrationBin

SURE = 1e-6
"""A probability is taken as no nearer to 0 or 1 than this, so that one sure mistake does not cost infinitely much."""
BINS = 1_000
ECE_BINS = 10
SUMS = ("outcomes", "closed", "valued", "error", "absolute_error", "absolute_actual", "scaled", "scaled_error",
        "baselines", "baseline_error", "bands_80", "inside_80", "bands_95", "inside_95", "probabilities", "brier",
        "log_loss")  # fmt: skip
"""What is added up per week, besides the histogram of probabilities."""
ERRORS = ("mae", "mase", "wape", "brier", "log_loss")
"""The scores that say how wrong a model is, so that more is worse."""

Histogram = dict[str, list[float]]


def week_of(moments: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """The Monday of the week in which each period ends that matures at `moments` (microseconds since 1970, UTC).

    The end of Sunday is Monday's midnight, and yet Sunday's week is meant: the moment just before counts.
    """
    local = pd.to_datetime(moments - 1, unit="us", utc=True).tz_convert(zone).tz_localize(None).normalize()
    return (local - pd.to_timedelta(local.dayofweek, unit="D")).to_numpy()


def scored(rows: pd.DataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The sums of `SUMS` and `probability_bins` by prediction_block and week.

    rows: prediction_block, target_at (microseconds since 1970, UTC), value, lo_80, hi_80, lo_95, hi_95, probability,
    scale, baseline and actual (floats, NaN where there is none; of a probability it is 0 or 1).
    """
    table = _sums(rows)
    keys = [rows["prediction_block"].to_numpy(), week_of(rows["target_at"].to_numpy(), zone)]
    totals = table.groupby(keys).sum()
    bins = _histograms(rows, keys)
    return [
        {
            "prediction_block": int(block),
            "week": week.date(),
            **{name: _exact(total) for name, total in zip(totals.columns, row, strict=True)},
            "probability_bins": bins.get((block, week), {}),
        }
        for (block, week), *row in totals.itertuples(name=None)
    ]


def _exact(total: Any) -> int | float:
    return int(total) if isinstance(total, int | np.integer) else float(total)


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    actual, value, chance = (rows[name].to_numpy(float) for name in ("actual", "value", "probability"))
    known, valued = ~np.isnan(actual), ~np.isnan(actual - value)
    error = np.where(valued, value - actual, 0.0)
    scale, baseline = rows["scale"].to_numpy(float), rows["baseline"].to_numpy(float)
    scaled, based = valued & (scale > 0), valued & ~np.isnan(baseline)
    judged = known & ~np.isnan(chance)
    true, sure = actual >= 0.5, np.clip(chance, SURE, 1 - SURE)
    return pd.DataFrame(
        {
            "outcomes": np.ones(len(rows), int),
            "closed": (~known).astype(int),
            "valued": valued.astype(int),
            "error": error,
            "absolute_error": np.abs(error),
            "absolute_actual": np.where(valued, np.abs(actual), 0.0),
            "scaled": scaled.astype(int),
            "scaled_error": np.divide(np.abs(error), scale, out=np.zeros(len(rows)), where=scaled),
            "baselines": based.astype(int),
            "baseline_error": np.where(based, np.abs(baseline - actual), 0.0),
            **_inside(rows, actual, 80),
            **_inside(rows, actual, 95),
            "probabilities": judged.astype(int),
            "brier": np.where(judged, (chance - true) ** 2, 0.0),
            "log_loss": np.where(judged, -np.log(np.where(true, sure, 1 - sure)), 0.0),
        }
    )


def _inside(rows: pd.DataFrame, actual: np.ndarray, level: int) -> dict[str, np.ndarray]:
    low, high = rows[f"lo_{level}"].to_numpy(float), rows[f"hi_{level}"].to_numpy(float)
    band = ~np.isnan(actual + low + high)
    return {f"bands_{level}": band.astype(int), f"inside_{level}": (band & (low <= actual) & (actual <= high)) * 1}


def _histograms(rows: pd.DataFrame, keys: list[np.ndarray]) -> dict[Any, Histogram]:
    judged = (rows["probability"] + rows["actual"]).notna().to_numpy()
    if not judged.any():
        return {}
    chance = rows["probability"].to_numpy(float)[judged]
    table = pd.DataFrame({"n": 1, "true": (rows["actual"].to_numpy(float)[judged] >= 0.5) * 1, "sum": chance})
    place = np.minimum((chance * BINS).astype(int), BINS - 1)
    found: dict[Any, Histogram] = {}
    for (block, week, at), *counts in (
        table.groupby([key[judged] for key in keys] + [place]).sum().itertuples(name=None)
    ):
        found.setdefault((block, week), {})[str(at)] = [int(counts[0]), int(counts[1]), float(counts[2])]
    return found


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """Several histograms as one."""
    total: Histogram = {}
    for histogram in histograms:
        for place, counts in histogram.items():
            total[place] = [a + b for a, b in zip(total.get(place, (0, 0, 0.0)), counts, strict=True)]
    return total


def accuracy(week: date | None, sums: Mapping[str, float], histogram: Histogram) -> Accuracy:
    """What sums of `scored` say."""
    judged = sums["probabilities"]
    return Accuracy(
        week=week,
        outcomes=int(sums["outcomes"]),
        closed=int(sums["closed"]),
        mae=_ratio(sums["absolute_error"], sums["valued"]),
        mase=_ratio(sums["scaled_error"], sums["scaled"]),
        wape=_ratio(sums["absolute_error"], sums["absolute_actual"]),
        bias=_ratio(sums["error"], sums["absolute_actual"]),
        skill=_skill(sums),
        coverage_80=_ratio(sums["inside_80"], sums["bands_80"]),
        coverage_95=_ratio(sums["inside_95"], sums["bands_95"]),
        brier=_ratio(sums["brier"], judged),
        log_loss=_ratio(sums["log_loss"], judged),
        auc=auc(histogram),
        ece=expected_calibration_error(histogram),
    )


def _ratio(total: float, count: float) -> float | None:
    return total / count if count else None


def _skill(sums: Mapping[str, float]) -> float | None:
    """Only where the naive method spoke of every prediction: the two errors must be of the same ones."""
    naive = _ratio(sums["baseline_error"], sums["baselines"])
    if not naive or sums["baselines"] != sums["valued"]:
        return None
    return 1 - sums["absolute_error"] / sums["valued"] / naive


def auc(histogram: Histogram) -> float | None:
    """Area under the ROC curve: the chance that what came true was given the higher probability (Hanley & McNeil 1982).

    Probabilities within the same thousandth count as equal. None where all or none came true.
    """
    counts = np.array([histogram[place][:2] for place in sorted(histogram, key=int)]).reshape(-1, 2)
    true, false = counts[:, 1], counts[:, 0] - counts[:, 1]
    if not true.sum() or not false.sum():
        return None
    below = np.cumsum(false) - false
    return float((true * (below + false / 2)).sum() / (true.sum() * false.sum()))


def calibration_bins(histogram: Histogram, bins: int = ECE_BINS) -> tuple[CalibrationBin, ...]:
    """Bins of equal width, without those that no probability fell into. `bins` must divide a thousand."""
    wide = merged({str(int(place) * bins // BINS): counts} for place, counts in histogram.items())
    return tuple(
        CalibrationBin(place / bins, (place + 1) / bins, int(n), total / n, true / n)
        for place, (n, true, total) in sorted((int(place), counts) for place, counts in wide.items())
    )


def expected_calibration_error(histogram: Histogram) -> float | None:
    """Mean distance of probability and frequency over ten equal bins, weighted (Naeini et al. 2015)."""
    bins = calibration_bins(histogram)
    count = sum(one.predictions for one in bins)
    return _ratio(sum(one.predictions * abs(one.predicted - one.observed) for one in bins), count)


def added(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Several rows of sums as one."""
    total: Counter[str] = Counter(dict.fromkeys(SUMS, 0))
    for row in rows:
        for name in SUMS:
            total[name] += row[name]  # pyright: ignore[reportArgumentType]
    return dict(total)


def weeks_before(day: date, weeks: int) -> date:
    """The Monday `weeks` weeks before that of `day`."""
    return day - timedelta(days=day.weekday(), weeks=weeks)
