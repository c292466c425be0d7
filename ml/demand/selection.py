"""Which candidate answers for each series, judged with the strength of the whole panel."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from ml.demand.scores import LARGEST_RELATIVE_LOSS, panel_scores, ranking, relative
from ml.demand.tournament import Backtest

PANEL_WEIGHT = 20.0
COMBINED = {"median_best_3": 3, "median_best_5": 5}
CLASSIC = ("seasonal_naive", "damped_trend", "theta", "mstl", "boosted")
COMMON_SHARE = 0.1


@dataclass(frozen=True)
class Selection:
    """winner: (series,) row of the candidate for the final forecast. winner_without: (folds, series) the winner that
    would have been chosen without the fold and its neighbours, which is what an honest score of the choice needs."""

    winner: np.ndarray
    winner_without: np.ndarray
    scores: np.ndarray


def peer_groups(backtest: Backtest) -> np.ndarray:
    """(series,) number of the group that each series is judged with: those for which the same candidates suit.

    Short series compete among themselves: what wins on long ones may not even run on them. Candidates that ran on a
    sample alone do not divide the panel.
    """
    available = np.asarray(np.isfinite(backtest.final).all(axis=-1))
    common = available[available.mean(axis=1) >= COMMON_SHARE]
    return (
        np.unique(common.T, axis=0, return_inverse=True)[1].ravel()
        if len(common)
        else np.zeros(available.shape[1], int)
    )


def add_medians(backtest: Backtest) -> tuple[Backtest, dict[str, list[tuple[str, ...]]]]:
    """Medians of candidates as further candidates.

    `median_classic` has fixed members; the others take those that did best over the series' group, chosen for each
    fold on the other folds. Also returns each median's members, per series.
    """
    losses, names = backtest.losses, np.array(backtest.names)
    shape = (len(COMBINED) + 1, *backtest.forecasts.shape[1:])
    forecasts, final = np.full(shape, np.nan), np.full((len(COMBINED) + 1, *backtest.final.shape[1:]), np.nan)
    classic = np.flatnonzero(np.isin(names, CLASSIC))
    members: dict[str, list[tuple[str, ...]]] = {name: [()] * losses.shape[2] for name in ("median_classic", *COMBINED)}
    groups = peer_groups(backtest)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        sparse, folds = backtest.sparse[rows], range(losses.shape[1])
        rankings = [ranking(losses[:, _far_from(fold, backtest)][:, :, rows], sparse) for fold in folds]
        ranked = ranking(losses[:, :, rows], sparse)
        for position, (name, count) in enumerate({"median_classic": 0, **COMBINED}.items()):
            chosen = ranked[:count] if count else classic
            final[position, rows] = _median(backtest.final[chosen][:, rows])
            for fold, others in enumerate(rankings):
                now = others[:count] if count else classic
                forecasts[position, fold, rows] = _median(backtest.forecasts[now, fold][:, rows])
            for row in rows:
                members[name][row] = tuple(names[chosen].tolist())
    extended = replace(
        backtest,
        names=(*backtest.names, *members),
        forecasts=np.concatenate([backtest.forecasts, forecasts]),
        final=np.concatenate([backtest.final, final]),
        seconds=np.append(backtest.seconds, np.zeros(len(members))),
    )
    return extended, members


def select(backtest: Backtest) -> Selection:
    """Choose per series by loss shrunk towards what wins over its group."""
    losses, groups = backtest.losses, peer_groups(backtest)
    available = np.asarray(np.isfinite(backtest.final).all(axis=-1))
    scores = np.full(available.shape, np.inf)
    without = np.zeros(losses.shape[1:], dtype=int)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        sparse = backtest.sparse[rows]
        scores[:, rows] = _scores(losses[:, :, rows], available[:, rows], sparse)
        for fold in range(losses.shape[1]):
            others = losses[:, _far_from(fold, backtest)][:, :, rows]
            without[fold, rows] = _scores(others, available[:, rows], sparse).argmin(axis=0)
    return Selection(scores.argmin(axis=0), without, scores)


def _far_from(fold: int, backtest: Backtest) -> np.ndarray:
    """Folds whose scored steps do not overlap those of `fold`; all others where none is that far."""
    ages = np.array(backtest.origins.ages)
    far = np.abs(ages - ages[fold]) >= backtest.origins.horizon
    if not far.any():
        far = np.arange(len(ages)) != fold
    return np.flatnonzero(far) if far.any() else np.arange(len(ages))


def _scores(losses: np.ndarray, available: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """(candidates, series) own relative losses, shrunk towards the panel's."""
    against = relative(losses, sparse)
    counted = np.isfinite(against).sum(axis=1)
    own = np.nansum(np.minimum(against, LARGEST_RELATIVE_LOSS), axis=1)
    scores = (own + PANEL_WEIGHT * panel_scores(losses, sparse)[:, None]) / (counted + PANEL_WEIGHT)
    return np.where(available, scores, np.inf)


def _median(members: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmedian(members, axis=0)
