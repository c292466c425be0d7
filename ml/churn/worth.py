"""What a customer who stays is expected to spend within a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RIDGE = 10.0


@dataclass(frozen=True)
class Worth:
    """A ridge regression of the log of what buyers spent on log(1 + feature); `smear` brings it back to money.

    `most` is the largest sum that a buyer spent in the windows that taught: nobody is expected to spend more. `days`
    are those of the window.
    """

    coefficients: np.ndarray
    intercept: float
    smear: float
    most: float
    days: int


def learn_worth(x: np.ndarray, spent: np.ndarray, days: int) -> Worth:
    """From (rows, features) and what each row's customer spent in the window of `days`; nobody's with no spending."""
    bought = spent > 0
    if not bought.any():
        return Worth(np.zeros(x.shape[1]), 0.0, 0.0, 0.0, days)
    logs, target = np.log1p(np.maximum(x[bought], 0)), np.log1p(spent[bought])
    mean = logs.mean(axis=0)
    centred = logs - mean
    gram = centred.T @ centred + RIDGE * np.eye(x.shape[1])
    coefficients = np.linalg.solve(gram, centred.T @ (target - target.mean()))
    intercept = float(target.mean() - mean @ coefficients)
    expected = np.expm1(logs @ coefficients + intercept)
    smear = float(spent[bought].sum() / max(expected.sum(), 1e-9))
    return Worth(coefficients, intercept, smear, float(spent.max()), days)


def expected_spending(worth: Worth, logarithms: np.ndarray, days: int) -> np.ndarray:
    """(rows,) money that a customer who buys at all within `days` is expected to spend; at least 0.

    logarithms: (rows, features), log(1 + feature), of what is below 0 as of 0.

    Beyond the window that taught it grows with the days: a customer who stays goes on buying.
    """
    with np.errstate(over="ignore"):
        logged = logarithms @ worth.coefficients.astype(logarithms.dtype)
        spent = np.expm1(logged.astype(np.float64) + worth.intercept) * worth.smear
    return np.clip(spent, 0.0, worth.most) * max(days / worth.days, 1.0)
