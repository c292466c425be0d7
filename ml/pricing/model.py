"""The price model: what it learns once, and what it says about any later state of the data.

What is learnt is how much products differ, drift and answer to promotions (variances), and the companion's trees.
Coefficients follow from these and the known rows by one exact solution, so that a model that is asked later knows
everything that happened in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ml.pricing import ridge
from ml.pricing.companion import ask_companion, fit_companion, levels, load_companion
from ml.pricing.design import Reference, explained, make_design, reference
from ml.pricing.elasticity import elasticities
from ml.pricing.members import ALONE, MEANS, MEMORIES, RIDGE, TREES, USUAL, Blend, Foretold, blended, choose, means
from ml.pricing.panel import Panel
from ml.pricing.types import Elasticity, PricingSettings

LEVELS = {80: 0.8, 95: 0.95}
UNIT_WEIGHT = 8.0
"""Errors of its own that a unit needs to count as much as the others' together."""
DEFAULT_SPREAD = 0.5
CHOOSING = 2
"""Stretches of the latest periods by which the members' shares are chosen; the last of them alone tells the bands."""


@dataclass(frozen=True)
class Learnt:
    """A trained price model. bands: level → half width of an interval in units of a unit's usual error of logs.

    spread: usual absolute error by (product, store), in logs; `common` for units that had none. companion: XGBoost's
    JSON; empty where there are no trees. products, stores: those the trees know, by number. blend: how much whose
    forecasts count.
    """

    settings: PricingSettings
    variances: ridge.Variances
    bands: dict[int, float]
    spread: dict[tuple[str, str], float]
    common: float
    companion: bytes
    products: tuple[str, ...]
    stores: tuple[str, ...]
    blend: Blend = USUAL


@dataclass(frozen=True)
class Answer:
    """What the model says as of a period: elasticities, and forecasts of the rows from then on.

    forecasts: the panel's rows with period number at or after it, with mean and lo_80, hi_80, lo_95, hi_95. fitted:
    the price response alone, for rows before it.
    """

    elasticities: list[Elasticity]
    forecasts: pd.DataFrame
    noise: float


def learn(
    panel: Panel, end: int, horizon: int, settings: PricingSettings = PricingSettings(), companion: bool = True
) -> Learnt:
    """A model from the periods before number `end`; its bands are measured on forecasts of up to `horizon` periods.

    Raises ValueError where no period is before `end`.
    """
    if not (panel.rows["t"] < end).any():
        raise ValueError("There is nothing to learn from before the cutoff.")
    known = reference(panel, end)
    rows = explained(panel, known)
    rows = rows[rows["t"] < end].reset_index(drop=True)
    design = make_design(rows, panel, known, settings)
    variances = ridge.estimate(
        design, rows["lq"].to_numpy(), rows["unit"].to_numpy(), panel.unit_product, len(panel.products),
        settings.iterations,
    )  # fmt: skip
    trees = fit_companion(rows, panel, known, settings.seed) if companion else b""
    names = (panel.products, panel.stores)
    plain = Learnt(settings, variances, {}, {}, DEFAULT_SPREAD, trees, *names, USUAL if companion else ALONE)
    return _calibrated(plain, panel, end, horizon)


def answer(learnt: Learnt, panel: Panel, end: int, intervals: bool = True) -> Answer:
    """What `learnt` says when it knows the rows of `panel` before period number `end`; rows from then on are forecast.

    A forecast knows the price and the promotions of its row, never its quantity. `intervals` asks for elasticities.
    """
    known = reference(panel, end)
    rows = explained(panel, known)
    past = (rows["t"] < end).to_numpy()
    before, after = rows[past].reset_index(drop=True), rows[~past].reset_index(drop=True)
    after = after[np.isfinite(known.usual[after["unit"]])].reset_index(drop=True)
    solution = _solved(learnt, panel, known, before)
    design = make_design(before, panel, known, learnt.settings)
    found = elasticities(before, design, solution, panel.products, learnt.settings) if intervals else []
    forecasts = _forecast(learnt, panel, known, rows, after, solution)
    return Answer(found, forecasts, solution.variances.noise)


def _solved(learnt: Learnt, panel: Panel, known: Reference, before: pd.DataFrame) -> ridge.Solution:
    """The coefficients that follow from the learnt variances and the rows known."""
    design = make_design(before, panel, known, learnt.settings)
    return ridge.solve(
        design, before["lq"].to_numpy(), before["unit"].to_numpy(), panel.unit_product, len(panel.products),
        _fitting(learnt.variances, design),
    )  # fmt: skip


def _fitting(variances: ridge.Variances, design: ridge.Design) -> ridge.Variances:
    """The learnt variances for the columns that there are now: a season may have come within reach."""
    levels_of = {"b": design.b_groups, "a": design.a_groups, "g": design.g_groups}
    filled = {
        name: {int(key): getattr(variances, name).get(int(key), ridge.TINY) for key in groups if key != ridge.FREE}
        for name, groups in levels_of.items()
    }
    return ridge.Variances(variances.noise, **filled)


def _forecast(
    learnt: Learnt,
    panel: Panel,
    known: Reference,
    rows: pd.DataFrame,
    after: pd.DataFrame,
    solution: ridge.Solution,
) -> pd.DataFrame:
    if after.empty:
        return after.assign(mean=[], **{name: [] for name in ("lo_80", "hi_80", "lo_95", "hi_95")})
    told = _members(learnt, panel, known, rows, after, solution)
    if learnt.blend.shares.get(MEANS):
        told[MEANS] = means(rows[rows["t"] < known.end], after, panel, learnt.blend.memory)
    return with_bands(after.assign(told=blended(told, learnt.blend)), panel, learnt)


def _members(
    learnt: Learnt,
    panel: Panel,
    known: Reference,
    rows: pd.DataFrame,
    after: pd.DataFrame,
    solution: ridge.Solution,
) -> dict[str, np.ndarray]:
    """Log quantities of `after` by the ridge, and by the trees where there are any."""
    design = make_design(after, panel, known, learnt.settings)
    told = {RIDGE: solution.predict(design, after["unit"].to_numpy(), after["product"].to_numpy())}
    if learnt.companion:
        trees = load_companion(learnt.companion)
        level = levels(rows, panel, known.end)[after["unit"]]
        told[TREES] = level + ask_companion(trees, _known_names(after, panel, learnt), panel)
    return told


def _known_names(rows: pd.DataFrame, panel: Panel, learnt: Learnt) -> pd.DataFrame:
    """Numbers of products and stores as the trees learnt them; what they never saw is missing to them."""
    if (panel.products, panel.stores) == (learnt.products, learnt.stores):
        return rows
    numbers = {
        "product": pd.Index(learnt.products).get_indexer(pd.Index(panel.products)),
        "store": pd.Index(learnt.stores).get_indexer(pd.Index(panel.stores)),
    }
    coded = {name: pd.Series(codes[rows[name]], rows.index) for name, codes in numbers.items()}
    return rows.assign(**{name: codes.where(codes >= 0).astype(float) for name, codes in coded.items()})


def with_bands(rows: pd.DataFrame, panel: Panel, learnt: Learnt) -> pd.DataFrame:
    """Rows with `told` (log quantity) as quantities with their intervals."""
    width = spread_of(panel, learnt)[rows["unit"]]
    told = rows["told"].to_numpy()
    bands: dict[str, np.ndarray] = {"mean": np.exp(told)}
    for level in LEVELS:
        half = learnt.bands.get(level, np.nan) * width
        bands |= {f"lo_{level}": np.exp(told - half), f"hi_{level}": np.exp(told + half)}
    return rows.drop(columns="told").assign(**bands)


def spread_of(panel: Panel, learnt: Learnt) -> np.ndarray:
    """(units,) usual error of each unit's log quantity."""
    names = [
        (panel.products[product], panel.stores[store])
        for product, store in zip(panel.unit_product, panel.unit_store, strict=True)
    ]
    return np.array([learnt.spread.get(name, learnt.common) for name in names])


def _calibrated(plain: Learnt, panel: Panel, end: int, horizon: int) -> Learnt:
    """With shares and bands from forecasts of the last `horizon` periods before `end`, made as of their eve (split
    conformal).

    The companion of that eve is another one; variances are those of the whole, which know nothing of a single period.
    """
    windows = [_foretold(plain, panel, end - horizon * (step + 1), horizon) for step in range(CHOOSING)]
    known = [window for window in windows if window is not None]
    if windows[0] is None:
        return _without_errors(plain)
    blend = choose(known)
    plain, newest = replace(plain, blend=blend), windows[0]
    told = newest.rows.assign(mean=np.exp(blended(newest.members(blend.memory), blend)))
    errors = (told["lq"] - np.log(told["mean"])).abs()
    common = float(errors.mean())
    sums = errors.groupby(told["unit"]).agg(["sum", "count"])
    own = (sums["sum"] + UNIT_WEIGHT * common) / (sums["count"] + UNIT_WEIGHT)
    names = {
        (panel.products[panel.unit_product[unit]], panel.stores[panel.unit_store[unit]]): float(value)
        for unit, value in own.items()
    }
    scaled = errors / told["unit"].map(own)
    share = {level: min(wanted * (1 + 1 / len(scaled)), 1.0) for level, wanted in LEVELS.items()}
    bands = {level: float(np.quantile(scaled, one)) for level, one in share.items()}
    return replace(plain, bands=bands, spread=names, common=common)


def _foretold(plain: Learnt, panel: Panel, eve: int, horizon: int) -> Foretold | None:
    """What each member would have said on `eve` of the `horizon` periods from then on; None where nothing was known."""
    if not (panel.rows["t"] < eve).any():
        return None
    known = reference(panel, eve)
    rows = explained(panel, known)
    before, after = rows[rows["t"] < eve].reset_index(drop=True), rows[(rows["t"] >= eve) & (rows["t"] < eve + horizon)]
    after = after[np.isfinite(known.usual[after["unit"]])].reset_index(drop=True)
    if after.empty:
        return None
    trees = fit_companion(before, panel, known, plain.settings.seed) if plain.companion else b""
    then = replace(plain, companion=trees)
    told = _members(then, panel, known, rows, after, _solved(then, panel, known, before))
    return Foretold(after, told, {memory: means(before, after, panel, memory) for memory in MEMORIES})


def _without_errors(plain: Learnt) -> Learnt:
    """Bands from the noise alone, where there is too little history to measure them."""
    noise = float(np.sqrt(plain.variances.noise))
    return replace(plain, bands={80: 1.2816, 95: 1.96}, common=noise)
