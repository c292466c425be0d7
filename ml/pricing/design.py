"""Which columns explain a log quantity: price, promotion, season, and a level that may wander.

What identifies an elasticity is how a product's own price moves about its slow level: the level of each product (and
of each product in each store) is a random walk, so that what drifts together over months explains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.pricing.panel import Panel
from ml.pricing.ridge import FREE, Design
from ml.pricing.types import PricingSettings

OWN = 0
"""Place of the product's own log price among the columns of every level."""
SEASON, WEEK, WALK, TREND = 100, 200, 300, 301
ELSEWHERE = {OWN: 0.5**2}
"""Variance of elasticities among products, where the data alone cannot tell: meta-analyses find no less (Tellis 1988;
Bijmolt, van Heerde & Pieters 2005). Without it few promotions look like products that are all alike."""
WAVE = 0.15**2
"""Largest variance of a wave of the year: without an end to it, a short history is told as a huge season and a level
that wanders against it, which is no harm where it was seen and ruin beyond."""
LEAST_YEARS, OWN_YEARS = 1.3, 2.0
"""History from which a season can be told from a trend: that of everything, and that of a product."""
FEWEST_STEPS = 20
"""Periods of a year from which each may have an effect of its own."""


@dataclass(frozen=True)
class Reference:
    """What the columns are measured from: periods known before `end`, the usual log price of each unit, and promotions.

    usual: (units,), NaN where a unit was never sold before `end`.
    """

    end: int
    usual: np.ndarray
    promotions: tuple[str, ...]
    seasonal: bool
    own_seasons: bool
    several_stores: bool


def reference(panel: Panel, end: int) -> Reference:
    """What is known of the periods before number `end`."""
    known = panel.rows[panel.rows["t"] < end]
    usual = np.full(len(panel.unit_product), np.nan)
    means = known.groupby("unit")["lp"].mean()
    usual[means.index.to_numpy()] = means.to_numpy()
    promotions = tuple(name for name in ("deal", "feat") if known[name].std() > 0)
    span = end - int(known["t"].min())
    several = len(set(panel.unit_product)) < len(panel.unit_product)
    years = span / panel.year
    return Reference(end, usual, promotions, years >= LEAST_YEARS, years >= OWN_YEARS, several)


def explained(panel: Panel, known: Reference) -> pd.DataFrame:
    """Every row with `x` (log price over its usual one), `x_before` (a period ago) and `others` (products of a store).

    A unit that was not sold before the end of what is known is measured from its own first price.
    """
    first = panel.rows.groupby("unit")["lp"].transform("first")
    usual = pd.Series(known.usual[panel.rows["unit"]], panel.rows.index).fillna(first)
    rows = panel.rows.assign(x=panel.rows["lp"] - usual)
    together = rows.groupby(["store", "t"])["x"]
    count, total = together.transform("count"), together.transform("sum")
    others = ((total - rows["x"]) / (count - 1).clip(lower=1)).where(count > 1, 0.0)
    before = rows.groupby("unit")[["t", "x"]].shift()
    follows = before["t"] == rows["t"] - 1
    return rows.assign(others=others, x_before=before["x"].where(follows, 0.0))


def make_design(rows: pd.DataFrame, panel: Panel, known: Reference, settings: PricingSettings) -> Design:
    """Columns of `rows` (of `explained`) at the three levels.

    Where every product has one store, the level of a unit is that of its product, which keeps the slopes.
    """
    t = rows["t"].to_numpy(dtype=float)
    slopes = rows[["x", "others", "x_before", *known.promotions]].to_numpy(dtype=float)
    waves, wave_groups = _waves(t, panel.year, settings.harmonics if known.seasonal else 0)
    weeks = _weeks(t, panel.year) if known.seasonal and panel.year >= FEWEST_STEPS else np.zeros((len(rows), 0))
    walk = _walk(t, known.end, settings.knot_periods)
    trend = ((t - known.end + 1) / panel.year)[:, None]
    count, moves = slopes.shape[1], np.full(walk.shape[1], WALK)
    own = np.arange(count)
    parts = {
        "g": [(slopes, np.full(count, FREE)), (waves, wave_groups), (weeks, np.full(weeks.shape[1], WEEK))],
        "a": [(slopes, own)],
        "b": [(np.ones((len(rows), 1)), np.array([FREE])), (walk, moves), (trend, np.array([TREND]))],
    }
    if known.own_seasons:
        parts["a"].append((waves, wave_groups))
    parts["g"].append((trend, np.array([TREND])))
    parts["a"].append((trend, np.array([TREND])))
    if known.several_stores:
        parts["a"].append((walk, moves))
        parts["b"].append((slopes, own))
        if known.own_seasons:
            parts["b"].append((waves[:, :2], wave_groups[:2]))
    stacked = {level: np.hstack([block for block, _ in blocks]) for level, blocks in parts.items()}
    groups = {f"{level}_groups": np.concatenate([names for _, names in blocks]) for level, blocks in parts.items()}
    return Design(**stacked, **groups, priors=ELSEWHERE, most={int(key): WAVE for key in wave_groups})


def _waves(t: np.ndarray, year: float, harmonics: int) -> tuple[np.ndarray, np.ndarray]:
    """Sines and cosines of the year, as many as its periods can tell apart."""
    usable = min(harmonics, int((year - 1) // 2))
    angles = 2 * np.pi * np.outer(t / year, np.arange(1, usable + 1))
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(t), -1)
    return waves, SEASON + np.repeat(np.arange(usable), 2)


def _weeks(t: np.ndarray, year: float) -> np.ndarray:
    """One column per period of the year."""
    return np.eye(int(year) + 1)[(t % year).astype(int)]


def _walk(t: np.ndarray, end: int, every: int) -> np.ndarray:
    """Ramps from 0 to 1, each `every` periods long: their sum with random heights is a random walk that ends flat."""
    begins = np.arange(end - 1 - every, -every, -every)
    return np.clip((t[:, None] - begins[None, :]) / every, 0.0, 1.0)
