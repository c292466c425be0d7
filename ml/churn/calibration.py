"""Scores of probabilities, and how well calibrated a perfect model would look."""

from __future__ import annotations

import numpy as np

from ml.behaviour.ranking import lift

BINS = 10
DRAWS = 2_000


def scores(true: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """roc_auc, pr_auc (average precision), brier, ece and lift_at_10 of (rows,) answers (0 or 1) and probabilities.

    roc_auc is 0.5 and lift_at_10 is 1 where all answers are the same.
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    both = 0 < true.mean() < 1
    return {
        "roc_auc": float(roc_auc_score(true, probability)) if both else 0.5,
        "pr_auc": float(average_precision_score(true, probability)) if true.any() else 0.0,
        "brier": float(((probability - true) ** 2).mean()),
        "ece": calibration_error(true, probability),
        "lift_at_10": lift(true, probability),
    }


def calibration_error(true: np.ndarray, probability: np.ndarray, bins: int = BINS) -> float:
    """Mean distance of mean probability and rate over bins of equal mass, weighted by their rows (Naeini et al. 2015).

    Equal probabilities stay in the order of the rows.
    """
    order = np.argsort(probability, kind="stable")
    return float(_errors(true[order][None].astype(float), probability[order], bins)[0])


def perfect_range(probability: np.ndarray, level: float = 0.95, seed: int = 0, draws: int = DRAWS) -> float:
    """The calibration error that a perfectly calibrated model exceeds on these probabilities in 1 - `level` of cases.

    Answers are drawn from the probabilities themselves (Bröcker & Smith 2007, consistency resampling).
    """
    ordered = np.sort(probability)
    random, found = np.random.default_rng(seed), []
    batch = max(1, min(draws, 5_000_000 // len(ordered)))
    while len(found) < draws:
        drawn = random.random((min(batch, draws - len(found)), len(ordered))) < ordered
        found.extend(_errors(drawn.astype(float), ordered, BINS))
    return float(np.quantile(found, level))


def _errors(true: np.ndarray, ordered: np.ndarray, bins: int) -> np.ndarray:
    """(draws,) errors of (draws, rows) answers; probabilities rise along the rows."""
    edges = np.linspace(0, len(ordered), bins + 1).round().astype(int)
    edges = np.unique(edges)
    gaps = np.add.reduceat(true - ordered, edges[:-1], axis=1)
    return np.abs(gaps).sum(axis=1) / len(ordered)
