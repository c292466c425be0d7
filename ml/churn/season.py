"""How much more or less is bought at a time of the year, from the weeks before a cutoff.

A Gaussian process with a yearly kernel beside a drift and noise (Rasmussen & Williams 2006, 5.4) on the logarithm of
the week's buyers. Its parameters are averaged by their posterior weights, so that weak evidence gives a weak season.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ml.behaviour.history import History

YEAR = 365.25
LEAST_DAYS = 379
"""Of history before a season is spoken of: a year, and two weeks of the next that agree with it."""
WEEKS = 52 * 6
CLOSED_SHARE = 0.35
"""Weeks with fewer buyers than this share of the median week's are holidays and say nothing about the season."""
LENGTH = 1.0
STRENGTHS, DRIFTS, NOISES = (0.0, 0.15, 0.3, 0.5), (0.01, 0.03, 0.06), (0.05, 0.1, 0.2, 0.4)


@dataclass(frozen=True)
class Season:
    """A yearly index: kernel weights at the middles of weeks (days since 1970). Without any, the index is 0."""

    weeks: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    def index(self, start: int, days: int) -> float:
        """Log of how much is bought in the `days` from `start` (days since 1970), over an average time."""
        if not self.weeks:
            return 0.0
        at = np.arange(start, start + days) + 0.5
        return float(np.log(np.exp(_yearly(at, np.array(self.weeks)) @ np.array(self.weights)).mean()))


def learn_season(history: History, end: int) -> Season:
    """The season of what was bought before `end` (days since 1970); none where there is less than a year of it."""
    if end - history.first < LEAST_DAYS:
        return Season()
    middles, buyers = _weekly_buyers(history, end)
    open_weeks = buyers >= max(CLOSED_SHARE * float(np.median(buyers)), 1.0)
    middles, buyers = middles[open_weeks], buyers[open_weeks]
    if len(middles) < LEAST_DAYS // 14:
        return Season()
    weights = _posterior(middles, buyers, end)
    return Season(tuple(middles.tolist()), tuple(weights.tolist()))


def _weekly_buyers(history: History, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Middles of the whole weeks before `end`, newest first, and how many customers bought in each."""
    count = min((end - history.first) // 7, WEEKS)
    past = (history.day < end) & (history.day >= end - 7 * count)
    week = (end - 1 - history.day[past]) // 7
    pairs = np.unique(week * len(history.customers) + history.code[past])
    return end - 7.0 * np.arange(count) - 3.5, np.bincount(pairs // len(history.customers), minlength=count).astype(
        float
    )


def _posterior(middles: np.ndarray, buyers: np.ndarray, end: int) -> np.ndarray:
    """Weights of the yearly kernel, averaged over its strength, the drift and the noise."""
    y = np.log(buyers) - np.log(buyers).mean()
    ago = (end - middles) / 7
    yearly, walk = _yearly(middles, middles), np.minimum(ago[:, None], ago[None])
    trend = 1.0 + 0.25 * np.outer(ago, ago) * (7 / YEAR) ** 2
    evidence, weights = [], []
    for strength, drift, noise in itertools.product(STRENGTHS, DRIFTS, NOISES):
        kernel = strength**2 * yearly + drift**2 * walk + trend + np.diag(noise**2 + 1 / buyers)
        lower = np.linalg.cholesky(kernel)
        solved = np.linalg.solve(lower.T, np.linalg.solve(lower, y))
        evidence.append(-0.5 * float(y @ solved) - float(np.log(np.diag(lower)).sum()))
        weights.append(strength**2 * solved)
    share = np.exp(np.array(evidence) - max(evidence))
    return (share / share.sum()) @ np.array(weights)


def _yearly(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.exp(-2 * np.sin(np.pi * (one[:, None] - other[None]) / YEAR) ** 2 / LENGTH**2)
