"""The BG/NBD model of customers who buy at a rate of their own until they leave (Fader, Hardie & Lee 2005)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln

PENALTY = 0.01
"""Of the squared log parameters, which without any run off on real shops; the value its authors suggest."""
MOST_CUSTOMERS = 20_000
"""Four parameters need no more: of larger shops, every n-th customer takes part."""
WEEK = 7.0
SURE = 1e-4


@dataclass(frozen=True)
class BgNbd:
    """Rates are gamma(r, alpha) a week; after each purchase customers leave with a beta(a, b) chance of their own."""

    r: float
    alpha: float
    a: float
    b: float

    def silent(self, days: np.ndarray, recency: np.ndarray, age: np.ndarray, ahead: float) -> np.ndarray:
        """P(no purchase in the next `ahead` days) of customers: 1 - P(alive) P(buys, if alive and staying).

        days: with a purchase, at least 1; recency and age: days since the last and the first of them.
        """
        repeats, first, last = days - 1.0, age / WEEK, (age - recency) / WEEK
        some = repeats > 0
        stay = np.log(self.b + np.maximum(repeats, 1.0) - 1.0) - np.log(self.a)
        shape = self.r + repeats
        alive = np.where(some, expit(stay - shape * np.log((self.alpha + first) / (self.alpha + last))), 1.0)
        buys = -np.expm1(shape * np.log((self.alpha + first) / (self.alpha + first + ahead / WEEK)))
        return np.clip(1 - alive * buys, SURE, 1 - SURE)


def fit_bg_nbd(days: np.ndarray, recency: np.ndarray, age: np.ndarray) -> BgNbd:
    """Penalised maximum likelihood, from (customers,) arrays as `BgNbd.silent` takes them. Repeatable."""
    step = max(1, -(-len(days) // MOST_CUSTOMERS))
    repeats, first, last = days[::step] - 1.0, age[::step] / WEEK, (age - recency)[::step] / WEEK
    start, bounds = np.zeros(4), [(-8.0, 8.0)] * 4
    found = minimize(lambda logs: _loss(np.exp(logs), repeats, last, first), start, method="L-BFGS-B", bounds=bounds)
    return BgNbd(*(float(value) for value in np.exp(found.x)))


def _loss(parameters: np.ndarray, repeats: np.ndarray, last: np.ndarray, first: np.ndarray) -> float:
    r, alpha, a, b = parameters
    shape = r + repeats
    common = gammaln(shape) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + repeats) - betaln(a, b) - shape * np.log(alpha + first)
    left = betaln(a + 1, b + np.maximum(repeats, 1) - 1) - betaln(a, b) - shape * np.log(alpha + last)
    likelihood = common + np.logaddexp(alive, np.where(repeats > 0, left, -np.inf))
    return -float(likelihood.mean()) + PENALTY * float((np.log(parameters) ** 2).sum())
