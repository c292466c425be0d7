"""Forecasts from what is stored: a recipe per series and the shared models, all of it JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml.conformal import Bands, relative_width
from ml.demand.candidates import candidates
from ml.demand.candidates.boosted import Boosted
from ml.demand.candidates.knowledge import Knowledge
from ml.demand.candidates.recursive import Recursive
from ml.demand.closed import closed_ahead
from ml.demand.kinds import USUAL, alike, divided
from ml.demand.panel import Panel, future_stamps
from ml.demand.regularise import regularise
from ml.demand.slips import without_slips
from ml.demand.tournament import Backtest, bounded_forecast
from ml.demand.types import DemandSettings


def recipe_of(panel: Panel, row: int, method: str, members: tuple[str, ...], bands: Bands) -> dict[str, Any]:
    """What repeats one series' forecast: its method (the median of `members`), its bands and where it was cut."""
    return {
        "method": method,
        "members": list(members),
        "frequency": panel.frequency.alias,
        "kind": panel.kind,
        "cutoff": str(panel.last[row]),
        "offsets": {
            str(level): [_listed(low[row]), _listed(high[row])] for level, (low, high) in bands.offsets.items()
        },
        "level": [float(bands.typical[row]), float(bands.power[row])],
        "non_negative": bool(panel.non_negative[row]),
    }


def _listed(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 6) if np.isfinite(value) else None for value in values]


def shared_models(panel: Panel, backtest: Backtest) -> dict[str, str]:
    """ "<frequency>/<kind>/<candidate>" → JSON of every model that several series share."""
    shared = [(name, learned) for name, learned in zip(backtest.names, backtest.learned, strict=False)]
    return {f"{panel.name}/{name}": learned.dump() for name, learned in shared if isinstance(learned, Knowledge)}


def relearn(
    frame: pd.DataFrame, horizon: int, models: dict[str, str], *, settings: DemandSettings = DemandSettings()
) -> dict[str, str]:
    """The shared models of `models` learnt again from `frame`; one that finds too few rows stays as it was."""
    panels, _ = regularise(frame, horizon, None, settings.freq)
    learnt = dict(models)
    for panel in alike(panels, horizon):
        for candidate in candidates(settings.calendar, settings.seed):
            name = f"{panel.name}/{candidate.name}"
            knowledge = candidate.learn(panel, horizon) if name in models else None
            if isinstance(knowledge, Knowledge):
                learnt[name] = knowledge.dump()
    return learnt


def predict_from_recipes(
    frame: pd.DataFrame,
    horizon: int,
    recipes: dict[str, dict[str, Any]],
    models: dict[str, str] | None = None,
    *,
    future: pd.DataFrame | None = None,
    settings: DemandSettings = DemandSettings(),
) -> pd.DataFrame:
    """Forecast the series of `frame` that have a recipe, without another tournament.

    Local methods refit in moments; a shared model in `models` is loaded, or refitted when it is not there. Returns the
    columns of `DemandForecast.forecasts`. Bands reach as far as the recipe's; later steps keep the last step's.
    """
    known = frame[frame["unique_id"].astype(str).isin(list(recipes))]
    panels, _ = regularise(known, horizon, future, settings.freq)
    parts = [
        part
        for panel in panels
        for part in divided(panel, np.array([recipes[key].get("kind", USUAL) for key in panel.ids], dtype=object))
    ]
    tables = [_predict(panel, horizon, recipes, models or {}, settings) for panel in parts]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _predict(
    panel: Panel, horizon: int, recipes: dict[str, dict[str, Any]], models: dict[str, str], settings: DemandSettings
) -> pd.DataFrame:
    panel = without_slips(panel)
    wanted = [recipes[key] for key in panel.ids]
    closed = closed_ahead(panel, horizon, settings.calendar)
    forecasts = {}
    for candidate in candidates(settings.calendar, settings.seed):
        rows = np.array([row for row, recipe in enumerate(wanted) if candidate.name in recipe["members"]], dtype=int)
        if not len(rows):
            continue
        stored = models.get(f"{panel.name}/{candidate.name}")
        forecasts[candidate.name] = np.full((len(panel.ids), horizon), np.nan)
        entrants = panel if candidate.cost(panel) == 0 else panel.take(rows)
        if stored is not None and isinstance(candidate, Boosted | Recursive):
            learned = candidate.load(stored, entrants, horizon)
        else:
            learned = candidate.learn(entrants, settings.judged(horizon))
        days = closed if entrants is panel else closed[rows]
        answered = bounded_forecast(candidate, entrants, horizon, learned, days)
        forecasts[candidate.name][rows] = answered[rows] if entrants is panel else answered
    stamps, tables = future_stamps(panel, horizon), []
    for row, (key, recipe) in enumerate(zip(panel.ids, wanted, strict=True)):
        mean = np.nanmedian([forecasts[name][row] for name in recipe["members"]], axis=0)
        told = {"unique_id": key, "ds": stamps[row], "step": np.arange(1, horizon + 1), "mean": mean}
        bands = bands_of(recipe, mean, closed[row])
        tables.append(pd.DataFrame(told | bands | {"method": recipe["method"]}))
    return pd.concat(tables)


def bands_of(recipe: dict[str, Any], mean: np.ndarray, closed: np.ndarray) -> dict[str, np.ndarray]:
    """lo_80, hi_80 …: (steps,) around `mean` (steps,); zero on `closed` days, not below zero where sales never were."""
    typical, power = recipe.get("level", (1.0, 0.0))
    width, bands = relative_width(mean, typical, power), {}
    for level, sides in recipe["offsets"].items():
        for side, offsets in zip(("lo", "hi"), sides, strict=True):
            values = mean + width * np.array(offsets, dtype=float)[np.minimum(np.arange(len(mean)), len(offsets) - 1)]
            values = np.maximum(values, 0.0) if recipe.get("non_negative", True) else values
            bands[f"{side}_{level}"] = np.where(closed, 0.0, values)
    return bands
