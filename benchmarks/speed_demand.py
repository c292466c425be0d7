"""Seconds for 1,000 daily series of two years, horizon 30, bands and backtests included, against a Prophet loop.

    benchmarks/.peers/bin/python -m benchmarks.speed_demand [series]

Ours uses two threads; Prophet is timed twice, in a plain loop and spread over two worker processes. It is timed on a
sample and scaled up, which favours neither side: its time per series does not depend on how many there are.
"""

from __future__ import annotations

import logging
import sys
import time

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from benchmarks import ratios
from ml.demand.model import forecast_panel
from ml.demand.types import DemandSettings

DAYS, HORIZON, CORES, PROPHET_SAMPLE = 730, 30, 2, 60


def synthetic(count: int) -> pd.DataFrame:
    """Levels, weekly and yearly season, trend and multiplicative noise."""
    random, day = np.random.default_rng(0), np.arange(DAYS)
    level, phase = random.lognormal(3, 1, (count, 1)), random.uniform(0, 6, (count, 1))
    season = (1 + 0.3 * np.sin(2 * np.pi * day / 7 + phase)) * (1 + 0.2 * np.sin(2 * np.pi * day / 365))
    y = level * season * (1 + 5e-4 * day) * random.lognormal(0, 0.4, (count, DAYS))
    names, stamps = (
        np.repeat([f"s{n}" for n in range(count)], DAYS),
        np.tile(pd.date_range("2023-01-01", periods=DAYS), count),
    )
    return pd.DataFrame({"unique_id": names, "ds": stamps, "y": y.ravel()})


def prophet_one(part: pd.DataFrame) -> float:
    """Fit, forecast and bands of one series."""
    import prophet

    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    model = prophet.Prophet().fit(part[["ds", "y"]])
    return float(model.predict(model.make_future_dataframe(HORIZON, include_history=False))["yhat_upper"].sum())


def main() -> None:
    """Print both times and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    frame = synthetic(count)
    warm = frame[frame["unique_id"].isin(["s0", "s1"])]
    settings = DemandSettings(n_jobs=CORES)
    forecast_panel(warm.groupby("unique_id").tail(60), 7, settings=settings)
    parts = [part for _, part in frame.groupby("unique_id", sort=False)][:PROPHET_SAMPLE]
    with Parallel(n_jobs=CORES) as workers:
        workers(delayed(prophet_one)(part) for part in parts[:CORES])
        started = time.perf_counter()
        workers(delayed(prophet_one)(part) for part in parts)
        prophet = (time.perf_counter() - started) / len(parts) * count
    started = time.perf_counter()
    for part in parts:
        prophet_one(part)
    plain = (time.perf_counter() - started) / len(parts) * count
    started, cpu = time.perf_counter(), time.process_time()
    result = forecast_panel(frame, HORIZON, settings=settings)
    ours, cpu = time.perf_counter() - started, time.process_time() - cpu
    columns = ["candidate", "series_run", "mase", "coverage_80", "coverage_95", "seconds"]
    print(result.panel_backtest[columns].round(3).to_string(index=False))
    print(
        f"{count} series: ours {ours:.1f} s wall, {cpu:.1f} s of CPU; Prophet in {CORES} processes {prophet:.1f} s, "
        f"in a plain loop {plain:.1f} s"
    )
    for name, seconds in (("a plain Prophet loop", plain), (f"Prophet in {CORES} processes", prophet)):
        ratio = seconds / ours
        ratios.tell(f"seconds of {name} over ours, {count} series", ratio, "at least 5", ratio >= 5)


if __name__ == "__main__":
    main()
