"""Finds what a model must not learn from before it does: features that know the answer, and targets with none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

NEAR_PERFECT_AUC = 0.99
NEAR_PERFECT_CORRELATION = 0.995
FEWEST_JUDGED = 20
"""Rows (of the rarer class, in classification) below which a perfect score may be luck."""
BINS = 20


class UnfitData(ValueError):
    """Data that no model may be fitted on."""


class LeakingFeature(UnfitData):
    """A feature that tells the answer on its own."""

    def __init__(self, feature: str, score: float, measure: str) -> None:
        self.feature, self.score, self.measure = feature, score, measure
        super().__init__(f"The feature {feature} predicts the target almost perfectly ({measure} {score:.3f}).")


class DataAfterCutoff(UnfitData):
    """A feature that is dated after the moment of prediction."""

    def __init__(self, feature: str, latest: str, cutoff: str) -> None:
        self.feature, self.latest, self.cutoff = feature, latest, cutoff
        super().__init__(f"The feature {feature} has data of {latest}, after the cutoff {cutoff}.")


class OneClassTarget(UnfitData):
    """A target whose rows all say the same."""

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(f"Every row has the same answer ({value}).")


class TooFewRows(UnfitData):
    """Too little to learn from."""

    def __init__(self, rows: int, least: int) -> None:
        self.rows, self.least = rows, least
        super().__init__(f"There are {rows} labelled rows; at least {least} are needed.")


@dataclass(frozen=True)
class TrainingTable:
    """What a model is about to be fitted on. Rows of `features` and `target` are the same cases.

    features: (rows, features), numbers, booleans or texts; without columns where a model learns from the past of the
    target alone. target: (rows,), NaN where there is no label. dated: feature (or another name of the source) → the
    times of its values, at most `cutoff`. least_rows: labelled rows below which nothing can be learnt. trusted:
    features that were looked into and may be near-perfect (the price list that a cost follows from).
    """

    features: pd.DataFrame
    target: pd.Series
    cutoff: pd.Timestamp
    dated: Mapping[str, pd.Series] = field(default_factory=dict)
    classification: bool = False
    least_rows: int = 1
    trusted: frozenset[str] = frozenset()


def check(table: TrainingTable) -> dict[str, float]:
    """Each feature's score on its own. Raises TooFewRows, OneClassTarget, DataAfterCutoff or LeakingFeature.

    A score is the larger of two, both from 0 to 1: of the feature's ranks, and of the target's mean in 20 bins of the
    feature (or by its texts) learnt on every other row and judged on the rest, so that neither a curve, nor what is
    missing, nor an identifier hides or fakes a leak. It is the area under the ROC curve for classes and the absolute
    rank correlation for numbers.
    """
    known = table.target.notna().to_numpy()
    target = table.target[known]
    if len(target) < max(table.least_rows, 1):
        raise TooFewRows(len(target), max(table.least_rows, 1))
    if table.classification and target.nunique() < 2:
        raise OneClassTarget(str(target.iloc[0]))
    _check_dates(table)
    y = pd.factorize(target, sort=True)[0].clip(max=1) if table.classification else target.to_numpy(dtype=float)
    scores = {str(name): _score(table.features[name][known], y, table.classification) for name in table.features}
    _check_scores(scores, y, table)
    return scores


def _check_dates(table: TrainingTable) -> None:
    for feature, times in table.dated.items():
        latest = times.max()
        if pd.notna(latest) and latest > table.cutoff:
            raise DataAfterCutoff(feature, str(latest), str(table.cutoff))


def _check_scores(scores: Mapping[str, float], y: np.ndarray, table: TrainingTable) -> None:
    judged = min(int((y == 0).sum()), int((y == 1).sum())) if table.classification else len(y)
    if judged < FEWEST_JUDGED:
        return
    limit = NEAR_PERFECT_AUC if table.classification else NEAR_PERFECT_CORRELATION
    for feature, score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if score >= limit and feature not in table.trusted:
            raise LeakingFeature(feature, score, "AUC" if table.classification else "rank correlation")


def _score(feature: pd.Series, y: np.ndarray, classification: bool) -> float:
    by_group = _group_means(feature, y)
    scores = [_agreement(by_group, y, classification)]
    if pd.api.types.is_numeric_dtype(feature):
        scores.append(_agreement(feature.to_numpy(dtype=float), y, classification))
    return max(scores)


def _agreement(values: np.ndarray, y: np.ndarray, classification: bool) -> float:
    """AUC of `values` in its better direction, or absolute rank correlation; where both are known."""
    known = np.isfinite(values)
    values, y = values[known], y[known]
    if len(values) < FEWEST_JUDGED or np.ptp(values) == 0 or np.ptp(y) == 0:
        return 0.5 if classification else 0.0
    if not classification:
        return abs(float(pd.Series(values).corr(pd.Series(y), method="spearman")))
    ranks = pd.Series(values).rank().to_numpy()
    positive, negative = int((y == 1).sum()), int((y == 0).sum())
    area = (ranks[y == 1].sum() - positive * (positive + 1) / 2) / (positive * negative)
    return float(max(area, 1 - area))


def _group_means(feature: pd.Series, y: np.ndarray) -> np.ndarray:
    """(rows,) mean target of the row's bin or text, learnt on the other half; missing values are a bin of their own."""
    groups = _groups(feature)
    means = np.full(len(y), np.nan)
    halves = np.random.default_rng(0).permutation(len(y)) % 2
    for half in (0, 1):
        learnt = pd.Series(y[halves != half], dtype=float).groupby(groups[halves != half]).mean()
        means[halves == half] = learnt.reindex(groups[halves == half]).to_numpy()
    return means


def _groups(feature: pd.Series) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(feature):
        return pd.factorize(feature)[0]
    values = feature.astype(float)
    if values.nunique() <= BINS:
        return pd.factorize(values)[0]
    bins = pd.qcut(values.rank(), BINS, labels=False, duplicates="drop")
    return bins.fillna(-1).to_numpy().astype(int)
