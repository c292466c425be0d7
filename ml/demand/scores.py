"""How candidates did beside each other at past origins."""

from __future__ import annotations

import warnings

import numpy as np

CELLS_FOR_FULL_TRUST = 6
LARGEST_RELATIVE_LOSS = 5.0
TIMING = 0.1


def losses_of(errors: np.ndarray, sparse: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(candidates, folds, series) MASE of each fold; of `sparse` series the error of the whole fold, in its units.

    errors: (candidates, folds, series, scored steps); scale: (folds, series). Daily errors of a series that is mostly
    zero are smallest for a forecast of nothing at all. Of two that have the total right the one is better that has it
    sooner right, so what is missing on the way counts a little.
    """
    daily = np.abs(errors).mean(axis=-1)
    total = np.abs(errors.mean(axis=-1))
    on_the_way = np.abs(np.cumsum(errors, axis=-1)).mean(axis=-1) / errors.shape[-1]
    return np.where(sparse, (1 - TIMING) * total + TIMING * on_the_way, daily) / scale


def relative(losses: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """(candidates, folds, series) losses over that of the cell's median candidate.

    Those of `sparse` (series,) are squared first and set against what is usual over all folds: in a fold without a
    sale, nothing can be foretold better than nothing, and yet the mean is what has to be ordered. A candidate that did
    not run in a fold counts as an ordinary one there, or it would gain by missing the hard ones.
    """
    losses = np.where(sparse, losses**2, losses)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        reference = np.nanmedian(losses, axis=0)
        losses = np.where(sparse & np.isnan(losses), reference, losses)
        reference = np.where(sparse, np.nanmean(reference, axis=0, keepdims=True), reference)
    return losses / np.where(reference > 0, reference, np.nan)


def panel_scores(losses: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """(candidates,) mean loss relative to the median candidate; few cells are shrunk towards an ordinary showing."""
    against = relative(losses, sparse)
    counted = np.isfinite(against).sum(axis=(1, 2))
    total = np.nansum(np.minimum(against, LARGEST_RELATIVE_LOSS), axis=(1, 2))
    return np.where(counted > 0, (total + CELLS_FOR_FULL_TRUST) / (counted + CELLS_FOR_FULL_TRUST), np.inf)


def ranking(losses: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """Rows of the candidates, the best first."""
    return np.argsort(panel_scores(losses, sparse), kind="stable")
