"""What the churn model has to beat: recency alone, a logistic regression on RFM, and BG/NBD."""

from __future__ import annotations

import numpy as np

from ml.behaviour.bg_nbd import fit_bg_nbd
from ml.behaviour.features import FEATURES, features
from ml.behaviour.history import History
from ml.churn.model import Taught

RFM = ("recency", "orders", "revenue")
RECENCY_BINS = 10


def recency_rates(taught: Taught, x: np.ndarray) -> np.ndarray:
    """Share without a purchase among the past customers whose recency falls into the same of ten equal-mass bins."""
    past, now = (rows[:, FEATURES.index("recency")] for rows in (taught.x, x))
    edges = np.unique(np.quantile(past, np.linspace(0, 1, RECENCY_BINS + 1)[1:-1]))
    bins, place = np.searchsorted(edges, past, side="left"), np.searchsorted(edges, now, side="left")
    silent = np.bincount(bins, weights=taught.silent, minlength=len(edges) + 1)
    count = np.bincount(bins, minlength=len(edges) + 1)
    base = float(taught.silent.mean())
    return ((silent + base) / (count + 1))[place]


def logistic_rfm(taught: Taught, x: np.ndarray) -> np.ndarray:
    """A logistic regression on the logarithms of recency, number of orders and revenue."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    chosen = [FEATURES.index(name) for name in RFM]
    past, now = (np.log1p(np.maximum(rows[:, chosen], 0)) for rows in (taught.x, x))
    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=1.0)).fit(past, taught.silent)
    return fitted.predict_proba(now)[:, 1]


def bg_nbd(history: History, cutoff: object, horizon: int) -> np.ndarray:
    """BG/NBD's probability that each customer known before `cutoff` buys nothing within `horizon` days."""
    table = features(history, cutoff)
    days, recency, age = (table[name].to_numpy() for name in ("days", "recency", "age"))
    return fit_bg_nbd(days, recency, age).silent(days, recency, age, horizon)
