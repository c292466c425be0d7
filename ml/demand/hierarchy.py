"""Forecasts of series that add up: a tournament in each group of them, reconciled with one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ml.backtest import Origins, rolling_origins
from ml.demand.bands import panel_bands
from ml.demand.kinds import alike
from ml.demand.model import forecast_regular
from ml.demand.panel import Panel
from ml.demand.reconcile import Structure, Sums, project, reconcile, stretches
from ml.demand.regularise import regularise
from ml.demand.report import PanelResult, combine
from ml.demand.sums import Bounded, Shares, sum_shares
from ml.demand.types import DemandForecast, DemandSettings

Progress = Callable[[str, str, float], None]
FOLDS = 6
FEW_SERIES = 8
SHOWN_DIGITS = 4


def forecast_hierarchy(
    groups: Mapping[str, pd.DataFrame],
    trees: Sequence[Sums],
    horizon: int,
    *,
    settings: DemandSettings = DemandSettings(),
    progress: Progress | None = None,
) -> dict[str, DemandForecast]:
    """Forecast the series of each group (unique_id, ds, y) so that the sums of `trees` add up over all of them.

    A tournament's methods are compared within a group alone. All groups are backtested at the same origins, so that
    the errors of sums and parts can be set beside each other; bands are measured on reconciled forecasts. `progress`
    is called with the group, the method just finished and the share of the group's work that is done.
    """
    split = {name: regularise(frame, horizon, None, settings.freq) for name, frame in groups.items()}
    split = {name: (alike(panels, settings.judged(horizon)), refusals) for name, (panels, refusals) in split.items()}
    lengths = [panel.lengths for panels, _ in split.values() for panel in panels]
    if not lengths:
        return {name: combine([], refusals, settings) for name, (_, refusals) in split.items()}
    origins = rolling_origins(int(np.median(np.concatenate(lengths))), settings.judged(horizon), FOLDS)
    results = {
        name: [
            forecast_regular(panel, horizon, settings, _within(progress, name), _finer(origins, panel))
            for panel in panels
        ]
        for name, (panels, _) in split.items()
    }
    everything = [result for some in results.values() for result in some]
    after, kept = _measured(everything, trees, settings)
    measured, errors = iter(after), _residuals(everything)
    parts = {}
    for name, (_, refusals) in split.items():
        some = [next(measured) for _ in results[name]]
        part, sums = combine(some, refusals, settings), _of_sums(some, settings)
        recipes = {key: recipe | {"kept": key in kept, "sums": sums[key]} for key, recipe in part.recipes.items()}
        parts[name] = replace(part, recipes=recipes, residuals={k: errors[k] for k in part.recipes})
    return reconciled(parts, trees)


def reconciled(parts: Mapping[str, DemandForecast], trees: Sequence[Sums]) -> dict[str, DemandForecast]:
    """`parts` with forecasts that add up over all of them."""
    told = [part.forecasts for part in parts.values() if len(part.forecasts)]
    if not told:
        return dict(parts)
    residuals = {key: errors for part in parts.values() for key, errors in part.residuals.items()}
    recipes = {key: recipe for part in parts.values() for key, recipe in part.recipes.items()}
    whole = reconcile(pd.concat(told, ignore_index=True), trees, residuals, recipes)
    return {
        name: replace(part, forecasts=whole[whole["unique_id"].isin(set(part.forecasts["unique_id"]))])
        if len(part.forecasts)
        else part
        for name, part in parts.items()
    }


def _finer(origins: Origins, panel: Panel) -> Origins:
    """Twice as many origins for the few series of a small panel, every second of them shared by all groups."""
    if len(panel.ids) > FEW_SERIES:
        return origins
    ages = np.linspace(origins.ages[0], origins.ages[-1], 2 * len(origins.ages) - 1)
    return Origins(tuple(np.unique(ages.astype(int)).tolist()), origins.horizon)


def _shared(results: Sequence[PanelResult]) -> list[np.ndarray]:
    """For each result the folds whose origins all results have."""
    common = set.intersection(*(set(result.backtest.origins.ages) for result in results))
    return [np.flatnonzero([age in common for age in result.backtest.origins.ages]) for result in results]


def _within(progress: Progress | None, group: str) -> Callable[[str, float], None] | None:
    if progress is None:
        return None
    report = progress
    return lambda method, share: report(group, method, share)


def _residuals(results: Sequence[PanelResult]) -> dict[str, list[float]]:
    """Mean errors of the weeks of the backtest, of each series, before anything was reconciled."""
    found: dict[str, list[float]] = {}
    for result, folds in zip(results, _shared(results), strict=True):
        errors = stretches((result.backtest.actual - result.chosen)[folds])
        found |= dict(zip(result.panel.ids, np.round(errors, SHOWN_DIGITS).tolist(), strict=True))
    return found


def _of_sums(results: Sequence[PanelResult], settings: DemandSettings) -> dict[str, Shares]:
    """How wide the bands of sums of steps are, of each series; the series of a panel have it in common."""
    found: dict[str, Shares] = {}
    for one in results:
        errors = np.where(one.backtest.closed, 0.0, one.backtest.actual - one.chosen)
        span = max(one.backtest.origins.ages) - min(one.backtest.origins.ages) + one.backtest.origins.horizon
        bounded = Bounded(one.chosen, errors, one.error_scale, one.backtest.closed, one.panel.non_negative, span)
        found |= dict.fromkeys(one.panel.ids, sum_shares(bounded, settings.levels))
    return found


def _measured(
    results: Sequence[PanelResult], trees: Sequence[Sums], settings: DemandSettings
) -> tuple[list[PanelResult], set[str]]:
    """The results as the backtest would have been with reconciled forecasts, and bands from its errors.

    Also the sums that keep their own forecast, because theirs did better in the backtest than the reconciled one.
    """
    ids, shared = [key for result in results for key in result.panel.ids], _shared(results)
    chosen, actual, closed = (
        np.concatenate(arrays, axis=1)
        for arrays in zip(
            *(
                (one.chosen[folds], one.backtest.actual[folds], one.backtest.closed[folds])
                for one, folds in zip(results, shared, strict=True)
            ),
            strict=True,
        )
    )
    bounds = np.concatenate([result.panel.non_negative for result in results])
    added, kept = _folds_added_up(_Folds(ids, chosen, actual, closed, bounds), trees)
    after, begin = [], 0
    for result, folds in zip(results, shared, strict=True):
        own, errors = result.chosen.copy(), np.full_like(result.chosen, np.nan)
        own[folds] = added[:, begin : begin + len(result.panel.ids)]
        begin += len(result.panel.ids)
        errors[folds] = np.where(result.backtest.closed, np.nan, result.backtest.actual - own)[folds]
        horizon = result.mean.shape[1]
        independent = result.backtest.origins.independent
        bands = panel_bands(result.panel, own, errors, result.error_scale, result.scale, settings, horizon, independent)
        after.append(replace(result, chosen=own, bands=bands))
    return after, kept


@dataclass(frozen=True)
class _Folds:
    """The backtest of all groups, each array (folds, series, steps); non_negative: (series,)."""

    ids: list[str]
    chosen: np.ndarray
    actual: np.ndarray
    closed: np.ndarray
    non_negative: np.ndarray

    def added_up(self, rows: list[int], structure: Structure, kept: bool) -> np.ndarray:
        """(folds, rows, steps) reconciled, each fold by the errors of the others; NaN stays NaN."""
        chosen = self.chosen[:, rows]
        errors, out = self.actual[:, rows] - chosen, np.empty_like(chosen)
        for fold in range(len(chosen)):
            others = np.arange(len(chosen)) != fold
            known = stretches(errors[others] if others.any() else errors)
            said, closed = np.nan_to_num(chosen[fold]), self.closed[fold, rows]
            out[fold] = project(said, known, closed, self.non_negative[rows], structure, kept)
        return np.where(np.isfinite(chosen), out, np.nan)


def _folds_added_up(folds: _Folds, trees: Sequence[Sums]) -> tuple[np.ndarray, set[str]]:
    """The chosen forecasts reconciled, and the widest sums that are better kept as they are."""
    place, out, kept = {key: row for row, key in enumerate(folds.ids)}, folds.chosen.copy(), set()
    for sums in trees:
        structure = Structure.of(sums, set(folds.ids))
        rows = [place[key] for key in structure.ids]
        if not structure.sums:
            continue
        free, own = folds.added_up(rows, structure, kept=False), folds.chosen[:, rows[structure.widest]]
        truth = folds.actual[:, rows[structure.widest]]
        moved, stayed = (np.nansum(np.abs(truth - said)) for said in (free[:, structure.widest], own))
        if moved <= stayed:
            out[:, rows] = free
        else:
            out[:, rows] = folds.added_up(rows, structure, kept=True)
            kept.add(structure.ids[structure.widest])
    return out, kept
