"""The BG/NBD model of customers who buy at a rate of their own until they leave (Fader, Hardie & Lee 2005)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, hyp2f1

PENALTY = 0.01
"""Of the squared log parameters, which without any run off on real shops; the value its authors suggest."""
MOST_CUSTOMERS = 20_000
"""Four parameters need no more: of larger shops, every n-th customer takes part."""
WEEK = 7.0
SURE = 1e-4
NEAR_ONE = 1e-3
"""The expectation has no finite form where a is 1."""
LEAST_PURCHASES = 1e-12


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
        shape, first = self.r + days - 1.0, age / WEEK
        alive = self.alive(days, recency, age)
        buys = -np.expm1(shape * np.log((self.alpha + first) / (self.alpha + first + ahead / WEEK)))
        return np.clip(1 - alive * buys, SURE, 1 - SURE)

    def alive(self, days: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """P(still a customer)."""
        repeats, first, last = days - 1.0, age / WEEK, (age - recency) / WEEK
        stay = np.log(self.b + np.maximum(repeats, 1.0) - 1.0) - np.log(self.a)
        gone = (self.r + repeats) * np.log((self.alpha + first) / (self.alpha + last))
        return np.where(repeats > 0, expit(stay - gone), 1.0)

    def purchases(self, days: np.ndarray, recency: np.ndarray, age: np.ndarray, ahead: float) -> np.ndarray:
        """Expected days with a purchase in the next `ahead` days; arrays as `silent` takes them."""
        repeats, first, t = days - 1.0, age / WEEK, ahead / WEEK
        a = max(self.a, 1 + NEAR_ONE) if abs(self.a - 1) < NEAR_ONE else self.a
        shape, total = self.r + repeats, a + self.b + repeats - 1
        series = hyp2f1(shape, self.b + repeats, total, t / (self.alpha + first + t))
        shrunk = np.exp(shape * np.log((self.alpha + first) / (self.alpha + first + t)))
        while_alive = total / (a - 1) * (1 - shrunk * series)
        return np.maximum(while_alive * self.alive(days, recency, age), 0.0)

    def growth(self, days: np.ndarray, recency: np.ndarray, age: np.ndarray, known: float, asked: float) -> np.ndarray:
        """What is expected in `asked` days over what is in `known`: from 1 to their quotient."""
        if asked <= known:
            return np.full(len(days), asked / known)
        short, long = (self.purchases(days, recency, age, ahead) for ahead in (known, asked))
        quotient = np.divide(long, short, out=np.ones(len(short)), where=short > LEAST_PURCHASES)
        return np.clip(np.nan_to_num(quotient, nan=1.0), 1.0, asked / known)

    def packed(self) -> dict[str, float]:
        """As JSON-able values."""
        return asdict(self)


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


def rhythm(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """days, recency and age of `ml.behaviour.features.features`, as everything here takes them."""
    return table["days"].to_numpy(float), table["recency"].to_numpy(float), table["age"].to_numpy(float)
