"""Scores of chances: how well they rank, and whether they mean what they say."""

from __future__ import annotations

import numpy as np

from ml.behaviour.ranking import lift

BINS = 10


def figures(actual: np.ndarray, chance: np.ndarray) -> dict[str, float]:
    """roc_auc, pr_auc, brier, ece and lift_at_10 of chances of what is 0 or 1.

    What means nothing where nobody or everybody bought (roc_auc, pr_auc, lift_at_10) is left out there.
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    found = {"brier": float(np.mean((chance - actual) ** 2)), "ece": calibration_error(actual, chance)}
    if 0 < actual.mean() < 1:
        found |= {
            "roc_auc": float(roc_auc_score(actual, chance)),
            "pr_auc": float(average_precision_score(actual, chance)),
            "lift_at_10": lift(actual, chance),
        }
    return found


def calibration_error(actual: np.ndarray, chance: np.ndarray, bins: int = BINS) -> float:
    """Mean distance of chance and frequency over bins of equal numbers (Naeini et al. 2015)."""
    parts = [part for part in np.array_split(np.argsort(chance, kind="stable"), bins) if len(part)]
    total = sum(len(part) * abs(chance[part].mean() - actual[part].mean()) for part in parts)
    return float(total / max(len(actual), 1))


def calibration_range(chance: np.ndarray, draws: int = 1_000, seed: int = 0) -> tuple[float, float]:
    """The 95 % range of the calibration error that chances show which are exactly right, by simulation."""
    rng = np.random.default_rng(seed)
    found = [calibration_error((rng.random(len(chance)) < chance).astype(float), chance) for _ in range(draws)]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
