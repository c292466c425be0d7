"""A million customers scored for churn from ready features, against the bare trees' predict on the same rows.

Ours is probabilities calibrated to the season and the horizon, what each customer is worth, the choice of those to
alert and their reasons. Writing to the ledger is not part of either.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import ratios
from ml.behaviour.features import features
from ml.behaviour.history import history
from ml.churn.model import fit, matrix, rhythm_of, with_rhythm
from ml.churn.scoring import score_rows

CUSTOMERS, ALERTED, REPEATS = 1_000_000, 1_000, 5
SHOP, DAYS, HORIZON = 4_000, 500, 90
CUTOFF = pd.Timestamp("2025-06-01")


def visits() -> pd.DataFrame:
    """A shop whose customers buy at their own pace until they leave. Seeded."""
    random, parts = np.random.default_rng(0), []
    for customer in range(SHOP):
        count = 1 + random.geometric(0.08)
        days = random.uniform(0, DAYS) + np.cumsum(random.exponential(random.uniform(5, 60), count))
        days = days[days < DAYS]
        parts.append(pd.DataFrame({"customer_id": f"c{customer}", "ago": DAYS - days.astype(int)}))
    table = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(
        {
            "customer_id": table["customer_id"],
            "order_id": np.arange(len(table)).astype(str),
            "day": CUTOFF - pd.to_timedelta(table["ago"], unit="D"),
            "units": 3.0,
            "revenue": random.lognormal(4, 1, len(table)),
            "returned": 0.0,
            "lines": 2,
            "products": random.integers(1, 6, len(table)),
        }
    )


def fastest(*works: Callable[[], Any]) -> list[float]:
    """Seconds of the fastest of several runs of each, in turns, so that a busy moment slows all of them."""
    seconds = np.empty((REPEATS, len(works)))
    for turn in range(REPEATS):
        for place, work in enumerate(works):
            started = time.perf_counter()
            work()
            seconds[turn, place] = time.perf_counter() - started
    return seconds.min(axis=0).tolist()


def main() -> None:
    """Print the ratio of the two speeds."""
    shop = history(visits())
    model = fit(shop, CUTOFF, HORIZON)
    known = matrix(features(shop, CUTOFF))
    random = np.random.default_rng(1)
    x = known[random.integers(0, len(known), CUSTOMERS)] * random.uniform(0.8, 1.2, (CUSTOMERS, 1)).astype(np.float32)
    trees = model.trees
    assert trees is not None
    ready = with_rhythm(x, rhythm_of(model.rhythm, x, model.window))
    bare, ours = fastest(lambda: trees.inplace_predict(ready), lambda: score_rows(model, x, CUTOFF, ALERTED))
    print(f"{CUSTOMERS:,} customers: bare predict {bare:.2f} s, scored with {ALERTED:,} explained {ours:.2f} s")
    ratios.tell(
        "churn, a million customers: speed over the bare model's predict",
        bare / ours,
        "at least 0.5",
        bare / ours >= 0.5,
    )


if __name__ == "__main__":
    main()
