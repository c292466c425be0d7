"""How wide the band of a sum of steps is: a share of what its steps' bands add up to, as the backtest has measured it.

Errors of different days are neither independent nor the same. Rather than assume a correlation, the errors of whole
stretches of the backtest are set against the sum of their days' bands; see docs/decisions/0019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.conformal import calibrate

LENGTHS = (7, 30, 90)
"""Steps of the stretches that are measured; between them the share is interpolated over the logarithm of the length."""
FEWEST = 8
"""Stretches without which a share is not measured."""
WHOLE = 1.0
"""The share where nothing is known: all errors point the same way."""
BELIEF, CORRELATION = 6.0, 0.5
"""Few stretches of time say little, however many series they are seen in, for these err together. So the measured share
is pulled towards that of half correlated errors, which counts as much as so many stretches."""

Shares = Mapping[str, Mapping[str, Sequence[Sequence[float]]]]
"""Level → "lo" and "hi" → (steps, share) of each length that was measured, shortest first. JSON-able."""


@dataclass(frozen=True)
class Bounded:
    """A backtest: what was said, errors (actual less said) and closed days, each (folds, series, steps).

    error_scale: (folds, series) what errors are measured in. non_negative: (series,) what is never below zero. span:
    steps from the first that was said to the last.
    """

    said: np.ndarray
    errors: np.ndarray
    error_scale: np.ndarray
    closed: np.ndarray
    non_negative: np.ndarray
    span: int


def sum_shares(backtest: Bounded, levels: Sequence[int]) -> dict[str, dict[str, list[list[float]]]]:
    """The share for each level, side and length; each fold is held against bands that the others made."""
    spreads = _spreads(backtest, levels)
    steps = backtest.said.shape[-1]
    shares: dict[str, dict[str, list[list[float]]]] = {str(level): {"lo": [], "hi": []} for level in levels}
    for length in (one for one in LENGTHS if one <= steps):
        errors = _stretched(backtest.errors, length)
        for level in levels:
            below, above = (_stretched(side, length) for side in spreads[level])
            for side, share in zip(("lo", "hi"), _shares(errors, below, above, level), strict=True):
                if np.isfinite(share):
                    share = _believed(share, length, backtest.span)
                    shares[str(level)][side].append([float(length), round(share, 4)])
    return shares


def share_of(shares: Shares, level: int, side: str, steps: int) -> float:
    """The share for a sum of `steps` steps; of one it is one, and so it is where nothing was measured."""
    known = shares.get(str(level), {}).get(side, ())
    if not known:
        return WHOLE
    lengths, values = zip((1.0, WHOLE), *known, strict=True)
    return float(np.interp(np.log(steps), np.log(lengths), values))


def _believed(share: float, length: int, span: int) -> float:
    seen = span / length
    assumed = float(np.sqrt(CORRELATION + (1 - CORRELATION) / length))
    return (seen * share + BELIEF * assumed) / (seen + BELIEF)


def _spreads(backtest: Bounded, levels: Sequence[int]) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """level → how far the band reaches below and above what was said; NaN in a fold that no other can measure."""
    said, errors = backtest.said, np.where(backtest.closed, np.nan, backtest.errors)
    spreads = {level: (np.full_like(said, np.nan), np.full_like(said, np.nan)) for level in levels}
    for fold in range(len(said)):
        others = np.arange(len(said)) != fold
        if not others.any():
            continue
        scale = backtest.error_scale
        bands = calibrate(said[others], errors[others], scale[others], scale[fold], tuple(levels), said.shape[-1])
        for level, (low, high) in bands.around(said[fold]).items():
            low = np.where(backtest.non_negative[:, None], np.maximum(low, 0.0), low)
            below, above = spreads[level]
            below[fold] = np.where(backtest.closed[fold], 0.0, said[fold] - low)
            above[fold] = np.where(backtest.closed[fold], 0.0, high - said[fold])
    return spreads


def _stretched(values: np.ndarray, length: int) -> np.ndarray:
    """Sums of consecutive stretches of `length` steps of (folds, series, steps), flat."""
    whole = values[..., : values.shape[-1] // length * length]
    return whole.reshape(*whole.shape[:-1], -1, length).sum(axis=-1).ravel()


def _shares(errors: np.ndarray, below: np.ndarray, above: np.ndarray, level: int) -> tuple[float, float]:
    known = np.isfinite(errors) & (below > 0) & (above > 0)
    if known.sum() < FEWEST:
        return np.nan, np.nan
    errors, below, above = errors[known], below[known], above[known]
    probability = min(level / 100 * (known.sum() + 1) / known.sum(), 1.0)
    symmetric = np.quantile(np.maximum(errors / above, -errors / below), probability)
    low, high = (np.quantile(ratio, (1 + probability) / 2) for ratio in (-errors / below, errors / above))
    return (symmetric + max(low, 0.0)) / 2, (symmetric + max(high, 0.0)) / 2
