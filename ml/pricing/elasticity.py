"""Elasticities per product, with intervals that know that prices move together.

The variance of a ridge coefficient has two parts: noise, and the pull towards the other products. The noise is summed
up by period before it is squared, with neighbouring periods weighted in (Driscoll & Kraay 1998): whatever hits many
rows of a week together counts once. The pull is what the variance among products says of coefficients of their kind.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ml.pricing.design import OWN
from ml.pricing.ridge import Design, Solution
from ml.pricing.types import Elasticity, PricingSettings, Refusal, Variation

LEVEL = 0.95


def elasticities(
    rows: pd.DataFrame, design: Design, solution: Solution, products: tuple[str, ...], settings: PricingSettings
) -> list[Elasticity]:
    """One per product. rows: of `explained`, those that `solution` was found on, in the order of `design`."""
    moved = _variations(rows, len(products), settings)
    value, error = _estimates(rows, design, solution)
    degrees = max(rows["t"].nunique() - 1, 1)
    half = stats.t.ppf(0.5 + LEVEL / 2, degrees) * error
    found = []
    for number, name in enumerate(products):
        refusal = _refusal(moved[number], float(error[number]), settings)
        middle, reach, unsure = (float("nan") if refusal else float(one[number]) for one in (value, half, error))
        found.append(
            Elasticity(name, middle, middle - reach, middle + reach, unsure, float(degrees), moved[number], refusal)
        )
    return found


def _refusal(moved: Variation, error: float, settings: PricingSettings) -> Refusal | None:
    if moved.periods < settings.least_periods:
        return Refusal.TOO_FEW_PERIODS
    if moved.moved == 0:
        return Refusal.CONSTANT_PRICE
    if moved.moved < settings.least_moves:
        return Refusal.FEW_PRICE_MOVES
    return Refusal.TOO_VAGUE if not error <= settings.widest_error else None


def _variations(rows: pd.DataFrame, products: int, settings: PricingSettings) -> list[Variation]:
    """How the price of each product moved about its running median, in any of its stores."""
    window = 2 * settings.knot_periods + 1
    usual = rows.groupby("unit")["lp"].transform(lambda price: price.rolling(window, 1, center=True).median())
    off = (rows["lp"] - usual).to_numpy()
    table = rows.assign(off=off, moves=np.abs(off) >= np.log1p(settings.move))
    periods, spread = table.groupby("product")["t"].nunique(), table.groupby("product")["off"].std(ddof=0)
    moved = table[table["moves"]].groupby("product")["t"].nunique()
    return [
        Variation(int(periods.get(key, 0)), int(moved.get(key, 0)), float(spread.get(key, 0.0)))
        for key in range(products)
    ]


def _estimates(rows: pd.DataFrame, design: Design, solution: Solution) -> tuple[np.ndarray, np.ndarray]:
    """Elasticity and standard error of every product, (products,) each."""
    unit, product = rows["unit"].to_numpy(), rows["product"].to_numpy()
    noise = (rows["lq"].to_numpy() - solution.predict(design, unit, product))[:, None]
    ka, kg = design.a.shape[1], design.g.shape[1]
    left = np.hstack([design.a, design.g]) - np.einsum("ib,ibj->ij", design.b, solution.from_unit[unit, :, :-1])
    of_product, shared = left[:, :ka], left[:, ka:]
    shared = shared - np.einsum("ia,iag->ig", of_product, solution.from_product[product, :, :kg])
    weights = solution.product_inverse[:, :, OWN]
    own = np.einsum("ia,ia->i", of_product, weights[product])[:, None]
    direct = np.eye(1, kg, OWN) - solution.from_product[:, OWN, :kg]
    pulls = direct @ solution.global_inverse
    size = int(rows["t"].max()) + 1
    together = _sums(rows["t"].to_numpy(), shared * noise, size)
    squares, crossed = shared.T @ shared, _sums(product, shared * own, len(weights))
    alone = _sums(product, own**2, len(weights))[:, 0]
    degrees = _degrees(rows, design, solution)
    scale = len(rows) / max(len(rows) - degrees, 1.0)
    error = np.empty(len(weights))
    by_product = _order(product, len(weights))
    for number, pull in enumerate(pulls):
        mine = by_product[number]
        scores = together @ pull + _sums(rows["t"].to_numpy()[mine], own[mine] * noise[mine], size)[:, 0]
        clustered = _long_run(scores) * scale * size / max(size - 1, 1)
        length = pull @ squares @ pull + 2 * crossed[number] @ pull + alone[number]
        whole = weights[number, OWN] + direct[number] @ pull
        error[number] = np.sqrt(max(clustered, 0.0) + solution.variances.noise * max(whole - length, 0.0))
    return solution.g[OWN] + solution.a[:, OWN], error


def _degrees(rows: pd.DataFrame, design: Design, solution: Solution) -> float:
    """Coefficients that the residuals have paid for, from the share of variance that they lost."""
    unit, product = rows["unit"].to_numpy(), rows["product"].to_numpy()
    squares = float(((rows["lq"].to_numpy() - solution.predict(design, unit, product)) ** 2).sum())
    return float(np.clip(len(rows) - squares / solution.variances.noise, 0, 0.9 * len(rows)))


def _order(keys: np.ndarray, count: int) -> list[np.ndarray]:
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.searchsorted(keys[order], np.arange(1, count)))


def _sums(keys: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """(size, columns) sums of rows by key."""
    total = np.zeros((size, values.shape[1]))
    np.add.at(total, keys, values)
    return total


def _long_run(scores: np.ndarray) -> float:
    """Variance of the sum of `scores` (periods,), Bartlett weights on neighbours (Newey & West 1987)."""
    lags = int(np.floor(4 * (len(scores) / 100) ** (2 / 9)))
    total = float(scores @ scores)
    for lag in range(1, min(lags, len(scores) - 1) + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(scores[lag:] @ scores[:-lag])
    return max(total, float(scores @ scores) / 2)
