"""Forecast accuracy and coverage on real series against peers run in the same process.

    ML_INSIGHTS_REAL_DATA=<folder> benchmarks/.peers/bin/python -m benchmarks.accuracy [m4_weekly] [online_retail]

Needs statsforecast, prophet, mlforecast and lightgbm beside our own requirements. Every method sees the same training
part and is scored on the same last steps; MASE is scaled by the in-sample seasonal naive of the main season.
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks import ratios, series
from ml import metrics
from ml.demand.evaluate import evaluate_demand
from ml.demand.types import DemandSettings

LEVELS = [80, 95]
Bands = dict[str, np.ndarray]


@dataclass(frozen=True)
class Task:
    """One data set and its main season."""

    load: Callable[[], pd.DataFrame]
    horizon: int
    season: int
    freq: str
    lags: tuple[int, ...]
    country: str


TASKS = {
    "m4_weekly": Task(series.m4_weekly, 13, 52, "W-MON", (1, 2, 3, 4, 5, 8, 13, 26, 52), "US"),
    "online_retail": Task(series.online_retail, 30, 7, "D", (1, 2, 3, 4, 5, 6, 7, 14, 21, 28), "GB"),
}


def statistical(train: dict[str, np.ndarray], task: Task) -> dict[str, dict[str, Bands]]:
    """method → series → mean, lo-80 …, with the library's own bands."""
    from statsforecast import models

    season = task.season
    methods = {
        "seasonal naive": models.SeasonalNaive(season),
        "AutoETS": models.AutoETS(season),
        "DOT": models.DynamicOptimizedTheta(season),
        "MSTL": models.MSTL(season),
    }
    out = {}
    for name, method in methods.items():
        started = time.process_time()
        out[name] = {key: dict(method.forecast(y=y, h=task.horizon, level=LEVELS)) for key, y in train.items()}
        print(f"  {name}: {(time.process_time() - started) / len(train):.3f} s a series", flush=True)
    columns = ["mean", *(f"{side}-{level}" for level in LEVELS for side in ("lo", "hi"))]
    parts = list(out.values())
    out["median of the four"] = {
        key: {column: np.median([part[key][column] for part in parts], axis=0) for column in columns} for key in train
    }
    return out


def prophet_loop(frame: pd.DataFrame, task: Task) -> dict[str, Bands]:
    """Prophet per series at its defaults, two fits for two band widths avoided by sampling once."""
    import prophet

    out = {}
    for key, part in frame.groupby("unique_id"):
        model = prophet.Prophet()
        model.fit(part[["ds", "y"]])
        future = model.make_future_dataframe(task.horizon, freq=task.freq, include_history=False)
        draws = model.predictive_samples(future)["yhat"]
        bands = {"mean": model.predict(future)["yhat"].to_numpy()}
        for level in LEVELS:
            bands[f"lo-{level}"], bands[f"hi-{level}"] = np.quantile(
                draws, [0.5 - level / 200, 0.5 + level / 200], axis=1
            )
        out[str(key)] = bands
    return out


def lightgbm_global(frame: pd.DataFrame, task: Task) -> dict[str, Bands]:
    """mlforecast with LightGBM, recursive; target scaling and loss chosen on the last horizon of the training part."""
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.target_transforms import Differences, LocalStandardScaler
    from mlforecast.utils import PredictionIntervals

    lengths = frame.groupby("unique_id")["y"].transform("size")
    lags = [lag for lag in task.lags if lag < lengths.min() - 3 * task.horizon - 2] or [1]
    parts = ["dayofweek", "month"] if task.freq == "D" else ["month"]

    def build(scaling: str, loss: str) -> MLForecast:
        transforms = {
            "none": [],
            "scaled": [LocalStandardScaler()],
            "differenced": [Differences([1]), LocalStandardScaler()],
        }
        model = LGBMRegressor(n_estimators=200, learning_rate=0.05, objective=loss, verbosity=-1, n_jobs=1, seed=0)
        return MLForecast(
            {"lgbm": model}, task.freq, lags=lags, date_features=parts, target_transforms=transforms[scaling]
        )

    last = frame.groupby("unique_id").cumcount(ascending=False) < task.horizon
    scores = {}
    for choice in [(scaling, loss) for scaling in ("none", "scaled", "differenced") for loss in ("l1", "l2")]:
        said = build(*choice).fit(frame[~last]).predict(task.horizon)
        joined = frame[last].merge(said, on=["unique_id", "ds"])
        spread = frame[~last].groupby("unique_id")["y"].apply(lambda y: y.diff(task.season).abs().mean() or np.nan)
        scores[choice] = ((joined["y"] - joined["lgbm"]).abs() / joined["unique_id"].map(spread)).mean()
    chosen = min(scores, key=lambda choice: scores[choice])
    fitted = build(*chosen).fit(frame, prediction_intervals=PredictionIntervals(n_windows=2, h=task.horizon))
    said = fitted.predict(task.horizon, level=LEVELS)
    names = {"mean": "lgbm", **{f"{s}-{level}": f"lgbm-{s}-{level}" for level in LEVELS for s in ("lo", "hi")}}
    return {
        str(key): {to: part[name].to_numpy() for to, name in names.items()} for key, part in said.groupby("unique_id")
    }


def scored(
    bands: dict[str, Bands], train: dict[str, np.ndarray], test: dict[str, np.ndarray], season: int
) -> dict[str, float]:
    """Means over series."""
    rows = []
    for key, said in bands.items():
        scale = metrics.seasonal_naive_scale(train[key][None], season)[0]
        row = [float(metrics.mase(test[key], said["mean"], scale))]
        row += [float(metrics.coverage(test[key], said[f"lo-{level}"], said[f"hi-{level}"])) for level in LEVELS]
        rows.append(row)
    return dict(zip(("mase", "coverage_80", "coverage_95"), np.nanmean(rows, axis=0).tolist(), strict=True))


def run(name: str) -> None:
    """Print one table: each method's figures and our MASE over its."""
    task = TASKS[name]
    frame = task.load()
    last = frame.groupby("unique_id").cumcount(ascending=False) < task.horizon
    history, held = frame[~last], frame[last]
    train = {str(key): part["y"].to_numpy(dtype=float) for key, part in history.groupby("unique_id")}
    test = {str(key): part["y"].to_numpy(dtype=float) for key, part in held.groupby("unique_id")}
    print(f"{name}: {len(train)} series, horizon {task.horizon}", flush=True)
    ours = evaluate_demand(frame, task.horizon, settings=DemandSettings(country=task.country, n_jobs=2))["results"][
        "model"
    ]
    table = {"ML Insights": {key: float(ours[key] or np.nan) for key in ("mase", "coverage_80", "coverage_95")}}
    peers = statistical(train, task) | {
        "Prophet": prophet_loop(history, task),
        "global LightGBM": lightgbm_global(history, task),
    }
    table |= {peer: scored(bands, train, test, task.season) for peer, bands in peers.items()}
    result = pd.DataFrame(table).T.sort_values("mase")
    result["our MASE over its"] = result.loc["ML Insights", "mase"] / result["mase"]
    print(result.round(3).to_string(), flush=True)
    tell(name, result)


def tell(name: str, result: pd.DataFrame) -> None:
    """Our MASE over that of the best peer, and the coverage of our bands."""
    ours = result.loc["ML Insights"]
    best = result.drop("ML Insights")["mase"].idxmin()
    ratio = ours["mase"] / result.loc[best, "mase"]
    ratios.tell(f"{name}: our MASE over that of {best}", ratio, "at most 1", ratio <= 1)
    for level, low, high in ((80, 0.77, 0.83), (95, 0.93, 0.97)):
        covered = ours[f"coverage_{level}"]
        ratios.tell(f"{name}: coverage of the {level} % band", covered, f"{low} to {high}", low <= covered <= high)


def main() -> None:
    """Run the named tasks, all of them by default."""
    warnings.filterwarnings("ignore")
    for noisy in ("cmdstanpy", "prophet"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    for name in sys.argv[1:] or TASKS:
        run(name)


if __name__ == "__main__":
    main()
