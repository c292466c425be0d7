"""What the churn model has to beat: recency alone, a logistic regression on RFM, and BG/NBD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln

from ml.behaviour.features import FEATURES, features
from ml.behaviour.history import History
from ml.churn.model import SURE, Taught

RFM = ("recency", "orders", "revenue")
RECENCY_BINS = 10
PENALTY = 0.01
"""Of the squared log parameters of BG/NBD, which without any run off on real shops; the value its authors suggest."""


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


@dataclass(frozen=True)
class BgNbd:
    """Parameters of the BG/NBD model (Fader, Hardie & Lee 2005); times are in weeks."""

    r: float
    alpha: float
    a: float
    b: float


def bg_nbd(history: History, cutoff: object, horizon: int) -> tuple[np.ndarray, BgNbd]:
    """Probability that each customer known before `cutoff` buys nothing within `horizon` days, and the parameters.

    Estimated by penalised maximum likelihood from days with a purchase. Rows are those of `features`.
    """
    table = features(history, cutoff)
    x = table["days"].to_numpy() - 1
    t_x = (table["age"] - table["recency"]).to_numpy() / 7
    age = table["age"].to_numpy() / 7
    found = minimize(
        lambda logs: _loss(np.exp(logs), x, t_x, age), np.zeros(4), method="L-BFGS-B", bounds=[(-8, 8)] * 4
    )
    parameters = BgNbd(*(float(value) for value in np.exp(found.x)))
    return _silent(parameters, x, t_x, age, horizon / 7), parameters


def _loss(parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> float:
    r, alpha, a, b = parameters
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
    gone = np.where(
        x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x), -np.inf
    )
    likelihood = common + np.logaddexp(alive, gone)
    return -float(likelihood.mean()) + PENALTY * float((np.log(parameters) ** 2).sum())


def _silent(p: BgNbd, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, ahead: float) -> np.ndarray:
    """P(no purchase in the next `ahead` weeks): 1 - P(alive) (1 - ((alpha + T) / (alpha + T + t)) ^ (r + x))."""
    odds = np.zeros(len(x))
    some = x > 0
    ratio = (p.r + x[some]) * np.log((p.alpha + age[some]) / (p.alpha + t_x[some]))
    odds[some] = expit(-(np.log(p.a) - np.log(p.b + x[some] - 1) + ratio))
    alive = np.where(some, odds, 1.0)
    buys = -np.expm1((p.r + x) * np.log((p.alpha + age) / (p.alpha + age + ahead)))
    return np.clip(1 - alive * buys, SURE, 1 - SURE)
