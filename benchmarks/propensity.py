"""Purchase propensity, lifetime value and likely products on real orders: python -m benchmarks propensity

Online Retail, several cutoffs, 7 and 30 days: everything is learnt before each cutoff, and measured on the days after
beside recency, logistic regression on RFM and BG/NBD; lifetime value beside the last period, products beside the most
popular. Scores are means over the cutoffs; one configuration everywhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.churn import online_retail_orders
from benchmarks.ratios import tell
from ml.propensity.evaluate import evaluate_propensity

CUTOFFS = ("2011-06-01", "2011-07-01", "2011-08-01", "2011-09-01", "2011-10-01", "2011-11-01")
HORIZONS = (7, 30)
BASELINES = ("recency", "logistic_rfm", "bg_nbd")


def main() -> None:
    """Print the scores by cutoff, then what is claimed of their means."""
    orders = online_retail_orders()
    for horizon in HORIZONS:
        found = [evaluate_propensity(orders, cutoff, horizon)["results"] for cutoff in CUTOFFS]
        for cutoff, results in zip(CUTOFFS, found, strict=True):
            table = pd.DataFrame(results).T.drop(columns="seconds")
            print(f"{horizon} days from {cutoff}\n{table.round(4).to_string(na_rep='')}\n", flush=True)
        _claims(found, horizon)


def _claims(found: list[dict[str, dict[str, float]]], horizon: int) -> None:
    def mean(name: str, metric: str) -> float:
        return float(np.mean([results[name][metric] for results in found]))

    for metric, better in (("roc_auc", max), ("pr_auc", max), ("lift_at_10", max), ("brier", min)):
        best = better(mean(name, metric) for name in BASELINES)
        own = mean("model", metric)
        passed = own > best if better is max else own < best
        tell(f"propensity, {horizon} days: {metric} against the best baseline", own, f"{best:.4f}", passed)
    same, own = mean("same_as_last_period", "mae"), mean("lifetime_value", "mae")
    tell(f"lifetime value, {horizon} days: MAE over that of the last period", own / same, "< 1", own < same)
    covered = mean("lifetime_value", "coverage_80")
    honest = 0.75 <= covered <= 0.95
    tell(f"lifetime value, {horizon} days: coverage of 80 % intervals", covered, "0.75 to 0.95", honest)
    hits, popular = mean("products", "hit_rate_at_5"), mean("most_popular", "hit_rate_at_5")
    claim = f"likely products, {horizon} days: hit rate at 5 over the most popular"
    tell(claim, hits / popular, "> 1.5", hits > 1.5 * popular)


if __name__ == "__main__":
    main()
