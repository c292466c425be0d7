"""Beyond what the history shows: a customer's expected purchases over a longer time, by BG/NBD.

Customers buy at a rate of their own until they leave after some purchase; rates are gamma and the chances of leaving
beta distributed (Fader, Hardie & Lee 2005). The ratio of what is expected over two horizons takes what was learnt on
the shorter one to the longer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

PENALTY = 0.01
"""On the squared logs of the parameters; without it some data have no finite maximum."""
MOST_FITTED = 20_000
UNIT = 7.0
"""Days of the time unit in which the likelihood is well scaled."""


@dataclass(frozen=True)
class Carry:
    """Parameters of the BG/NBD model, time in weeks."""

    r: float
    alpha: float
    a: float
    b: float

    def purchases(self, table: pd.DataFrame, days: float) -> np.ndarray:
        """(rows,) expected days with a purchase within `days`; table has days, recency and age as features do."""
        x = table["days"].to_numpy(float) - 1
        age = table["age"].to_numpy(float) / UNIT
        last = age - table["recency"].to_numpy(float) / UNIT
        t = days / UNIT
        a = max(self.a, 1 + 1e-3) if abs(self.a - 1) < 1e-3 else self.a
        z = t / (self.alpha + age + t)
        series = hyp2f1(self.r + x, self.b + x, a + self.b + x - 1, z)
        log_shrunk = (self.r + x) * np.log((self.alpha + age) / (self.alpha + age + t))
        expected = (a + self.b + x - 1) / (a - 1) * (1 - np.exp(log_shrunk) * series)
        odds_left = (
            a
            / (self.b + np.maximum(x, 1) - 1)
            * np.exp((self.r + x) * np.log((self.alpha + age) / (self.alpha + last)))
        )
        return np.maximum(expected / (1 + np.where(x > 0, odds_left, 0.0)), 0.0)

    def growth(self, table: pd.DataFrame, known: float, asked: float) -> np.ndarray:
        """(rows,) what is expected in `asked` days over what is in `known`: from 1 to their quotient."""
        if asked <= known:
            return np.full(len(table), asked / known)
        short, long = self.purchases(table, known), self.purchases(table, asked)
        quotient = np.divide(long, short, out=np.ones(len(short)), where=short > 1e-12)
        return np.clip(np.nan_to_num(quotient, nan=1.0), 1.0, asked / known)

    def packed(self) -> dict[str, float]:
        """As JSON-able values."""
        return asdict(self)


def fit(table: pd.DataFrame) -> Carry:
    """Penalised maximum likelihood from features as of one cutoff; a sample where there are very many customers."""
    if len(table) > MOST_FITTED:
        table = table.iloc[np.random.default_rng(0).permutation(len(table))[:MOST_FITTED]]
    x = table["days"].to_numpy(float) - 1
    age = table["age"].to_numpy(float) / UNIT
    last = age - table["recency"].to_numpy(float) / UNIT

    def loss(logs: np.ndarray) -> float:
        r, alpha, a, b = np.exp(logs)
        start = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
        left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + last)
        whole = start + np.where(x > 0, np.logaddexp(alive, left), alive)
        return float(-whole.mean() + PENALTY * (logs**2).sum())

    found = minimize(loss, np.log([1.0, 4.0, 0.8, 3.0]), method="L-BFGS-B", bounds=[(-5, 6)] * 4)
    return Carry(*(float(value) for value in np.exp(found.x)))
