"""Forecasts that add up: parts, groups and total by minimum trace (Wickramasuriya, Athanasopoulos & Hyndman 2019).

The error matrix is shrunk as Schäfer & Strimmer (2005) do, and is one of mean squares rather than of variances: what is
best for a slow product day by day lies below its mean, and such errors all point the same way, which a variance does
not see. See docs/decisions/0018.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.demand.recipes import bands_of

Sums = Mapping[str, Sequence[str]]
"""What adds up: each sum and the parts that it holds; a part is in no sum's place."""

STRETCH = 7
DIGITS = 4
KEPT = 1e-3


@dataclass(frozen=True)
class Structure:
    """Sums first, then parts. constraints: (sums, series), zero when they add up. groups: (parts,) in the same sums."""

    ids: tuple[str, ...]
    sums: int
    constraints: np.ndarray
    groups: np.ndarray

    @property
    def widest(self) -> int:
        """Row of the sum with the most parts."""
        return int((-self.constraints[:, self.sums :]).sum(axis=1).argmax())

    @classmethod
    def of(cls, sums: Sums, known: set[str]) -> Structure:
        """The structure of those of the series that are `known`; a sum of which no part is known stands alone."""
        held = {name: [part for part in parts if part in known] for name, parts in sums.items() if name in known}
        held = {name: parts for name, parts in held.items() if parts}
        parts = tuple(dict.fromkeys(part for some in held.values() for part in some))
        column = {part: position for position, part in enumerate(parts)}
        holds = np.zeros((len(held), len(parts)))
        for row, some in enumerate(held.values()):
            holds[row, [column[part] for part in some]] = 1.0
        groups = np.unique(holds, axis=1, return_inverse=True)[1].ravel() if parts else np.zeros(0, dtype=int)
        return cls((*held, *parts), len(held), np.hstack([np.eye(len(held)), -holds]), groups)


def stretches(errors: np.ndarray) -> np.ndarray:
    """(series, samples) mean errors of weeks of the backtest; errors: (folds, series, steps), NaN counts as none."""
    folds, series, steps = errors.shape
    width = min(STRETCH, steps)
    weeks = errors[..., : steps - steps % width].reshape(folds, series, -1, width)
    return np.nan_to_num(weeks).mean(axis=-1).transpose(1, 0, 2).reshape(series, -1)


def project(
    forecasts: np.ndarray,
    errors: np.ndarray,
    closed: np.ndarray,
    non_negative: np.ndarray,
    structure: Structure,
    kept: bool = False,
) -> np.ndarray:
    """(series, steps) forecasts that add up, in the order of `structure.ids`; the widest sum as it is where `kept`.

    errors: (series, samples) of these forecasts in the past, in their units. closed: (series, steps) days that stay
    zero; where the widest sum is closed all is. non_negative: (series,) parts that are not to fall below zero.
    """
    deviation = np.sqrt((errors**2).mean(axis=1))
    smallest = max(deviation.max(initial=0.0), 1.0) * 1e-6
    deviation = np.maximum(deviation, smallest)
    z = errors / deviation[:, None]
    share = shrinkage(z)
    if kept:
        deviation[structure.widest] = smallest * KEPT
    out, c = forecasts.copy(), structure.constraints
    for step in range(forecasts.shape[1]):
        spread = np.where(closed[:, step], 0.0, deviation)
        scaled = spread[:, None] * c.T
        weighted = spread[:, None] * (share * scaled + (1 - share) * z @ (z.T @ scaled) / z.shape[1])
        out[:, step] -= weighted @ (np.linalg.pinv(c @ weighted, hermitian=True) @ (c @ forecasts[:, step]))
    parts = _bounded(out[structure.sums :], closed[structure.sums :], non_negative[structure.sums :], structure.groups)
    parts = np.round(np.where(closed[structure.widest], 0.0, parts), DIGITS)
    return np.vstack([-c[:, structure.sums :] @ parts, parts])


def shrinkage(z: np.ndarray) -> float:
    """How far the correlations of `z` (series, samples) are shrunk towards none: 0 not at all, 1 altogether."""
    samples = z.shape[1]
    if samples < 2:
        return 1.0
    correlation = z @ z.T / samples
    variance = ((z**2) @ (z**2).T / samples - correlation**2) / (samples - 1)
    off = ~np.eye(len(z), dtype=bool)
    total = float((correlation[off] ** 2).sum())
    return float(np.clip(variance[off].sum() / total, 0.0, 1.0)) if total > 0 else 1.0


def _bounded(parts: np.ndarray, closed: np.ndarray, non_negative: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """No part below zero that must not be, what that adds taken from the others of its group."""
    bounded = np.where(non_negative[:, None], np.maximum(parts, 0.0), parts)
    bounded = np.where(closed, 0.0, bounded)
    count = groups.max(initial=-1) + 1
    of_group = np.equal.outer(np.arange(count), groups).astype(float)
    above, below = np.maximum(bounded, 0.0), np.minimum(bounded, 0.0)
    held, left = of_group @ above, np.maximum(of_group @ (parts - below), 0.0)
    factor = np.divide(left, held, out=np.ones_like(held), where=held > 0)[groups]
    return np.where(bounded > 0, bounded * factor, bounded)


def reconcile(
    forecasts: pd.DataFrame,
    trees: Sequence[Sums],
    residuals: Mapping[str, list[float]],
    recipes: Mapping[str, dict[str, Any]],
) -> pd.DataFrame:
    """`forecasts` (unique_id, step, mean, bands …) with means that add up, and the bands of `recipes` around them.

    trees: sums that have no part in common. A day whose widest band is zero stays zero; series in no sum stay as they
    are. Every series must have a recipe.
    """
    if forecasts.empty:
        return forecasts
    closed = forecasts["lo_95"].eq(0) & forecasts["hi_95"].eq(0) & forecasts["mean"].eq(0)
    wide = {
        name: forecasts.assign(closed=closed).pivot(index="unique_id", columns="step", values=name)
        for name in ("mean", "closed")
    }
    mean, shut = wide["mean"], wide["closed"].astype(bool)
    for sums in trees:
        structure = Structure.of(sums, set(mean.index))
        ids = list(structure.ids)
        if structure.sums:
            errors = _aligned([residuals.get(key, []) for key in ids])
            bounds = np.array([bool(recipes[key].get("non_negative", True)) for key in ids])
            kept = bool(recipes[ids[structure.widest]].get("kept", False))
            added = project(mean.loc[ids].to_numpy(), errors, shut.loc[ids].to_numpy(), bounds, structure, kept)
            mean.loc[ids] = added
            shut.loc[ids] |= added == 0
    return _with_bands(forecasts, mean, shut, recipes)


def _aligned(samples: list[list[float]]) -> np.ndarray:
    """(series, samples), nought where a series has fewer; the newest come first."""
    width = max(map(len, samples), default=0) or 1
    return np.array([[*some, *[0.0] * (width - len(some))] for some in samples], dtype=float)


def _with_bands(
    forecasts: pd.DataFrame, mean: pd.DataFrame, closed: pd.DataFrame, recipes: Mapping[str, dict[str, Any]]
) -> pd.DataFrame:
    tables = []
    for key, table in forecasts.groupby("unique_id", sort=False):
        table = table.sort_values("step")
        now = mean.loc[key].to_numpy()
        tables.append(table.assign(mean=now, **bands_of(recipes[str(key)], now, closed.loc[key].to_numpy())))
    return pd.concat(tables, ignore_index=True)
