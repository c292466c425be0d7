"""How good segments are, beside others made of the same customers."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from ml.behaviour.visits import visits
from ml.segments import choosing
from ml.segments.model import assign, fit
from ml.segments.purchases import purchases, rfm
from ml.segments.space import learn, place
from ml.segments.types import WINDOW_DAYS, Rfm, SegmentModel

SPLITS = 10
METHODS = {"model": "percentile", "kmeans_log": "log", "kmeans_raw": "raw", "quintile_groups": "scores"}
"""Ours; k-means on standardised logarithms, and on the figures as they are; groups by the sum of quintile scores."""


def evaluate_segments(orders: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """Segments of all customers, and how much those learnt from two halves of the customers agree about everybody.

    orders: the columns of `ml.frames.ORDERS` with a customer_id. k, silhouette (in the method's own space; a space
    with outliers flatters itself by putting them alone, so see smallest_share), ari (mean of SPLITS pairs of halves)
    and seconds, by method. Raises NoCustomers where nobody bought anything.
    """
    known = purchases(visits(orders))
    day = int(known.day.max()) if len(known) else 0
    now = rfm(known, day)
    results, details = {}, []
    for method, kind in METHODS.items():
        started = time.perf_counter()
        model = fit(known, day, kind, seed=seed)
        results[method] = _figures(model, now, kind, seed) | {"seconds": time.perf_counter() - started}
        details += _sizes(method, model, now)
        if method == "model":
            details += [
                {"method": method, "tried_k": one.k, "silhouette": one.silhouette, "ari": one.stability}
                for one in model.evidence
            ]
    settings = {
        "customers": len(now),
        "orders": int(known.orders.sum()),
        "customers_without_purchase": len(known.customers) - len(now),
        "until": str(np.datetime64(day, "D")),
        "window_days": WINDOW_DAYS,
        "seed": seed,
        "signal": len(results) > 0 and results["model"]["k"] > 1,
    }
    return {"capability": "segments", "settings": settings, "results": results, "details": details}


def agreement_of_halves(now: Rfm, kind: str, k: int, seed: int = 0) -> list[float]:
    """ARI over all customers of the segments learnt from one half and from the other, for several splits.

    The space is learnt from each half too; the number of clusters is the one chosen from all.
    """
    if k < 2:
        return [1.0] * SPLITS
    return [_agreement(now, kind, k, seed + split) for split in range(SPLITS)]


def _agreement(now: Rfm, kind: str, k: int, seed: int) -> float:
    labels = []
    for part in choosing.halves(len(now), seed):
        half = _part(now, part)
        space = learn(half, kind)
        points = place(space, half)
        centres = choosing.centres_of(points, k, kind, seed)
        labels.append(choosing.nearest(place(space, now), centres))
    return choosing.agreement(*labels)


def _part(now: Rfm, rows: np.ndarray) -> Rfm:
    return Rfm(now.day, *(column[rows] for name, column in vars(now).items() if name != "day"))


def _figures(model: SegmentModel, now: Rfm, kind: str, seed: int) -> dict[str, float]:
    sizes = np.bincount(assign(model, now), minlength=len(model.names))
    agreed = agreement_of_halves(now, kind, len(model.names), seed)
    return {
        "k": len(model.names),
        "silhouette": model.silhouette,
        "ari": float(np.mean(agreed)),
        "lowest_ari": float(np.min(agreed)),
        "smallest_share": float(sizes.min() / sizes.sum()),
    }


def _sizes(method: str, model: SegmentModel, now: Rfm) -> list[dict[str, Any]]:
    labels, revenue = assign(model, now), float(now.revenue.sum())
    rows = []
    for place_, name in enumerate(model.names):
        of = labels == place_
        rows.append(
            {
                "method": method,
                "segment": name.value,
                "customers": int(of.sum()),
                "share_of_revenue": float(now.revenue[of].sum() / revenue) if revenue > 0 else None,
                "median_recency_days": float(np.median(now.recency[of])),
                "mean_orders": float(now.orders[of].mean()),
                "mean_revenue": float(now.revenue[of].mean()),
            }
        )
    return rows
