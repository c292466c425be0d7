"""Ridge regression with coefficients at three levels: everything, a product, a product in a store.

y = G g + A a(product) + B b(unit) + e. Coefficients of a product and of a unit are deviations, pulled towards none by
penalties that are the ratio of two variances: the noise's and that of the coefficients among each other. Both are
estimated from the data by expectation maximisation (Laird & Ware 1982), which is what makes the pooling partial: where
products differ little they share, where they differ a lot each keeps its own. The normal equations are solved exactly
by eliminating units, then products, so that cost grows with rows and not with the square of products.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

FREE = -1
"""Group of coefficients without penalty."""
TINY = 1e-9
START = 0.05
PRIOR_COUNT = 10
"""How many coefficients a prior variance weighs as much as."""


@dataclass(frozen=True)
class Design:
    """Rows sorted by unit. b, a, g: columns of the three levels; *_groups: the penalty group of each column.

    priors: variance that coefficients of a group of the products' level have elsewhere. most: the largest variance
    that the coefficients of a group may be given.
    """

    b: np.ndarray
    a: np.ndarray
    g: np.ndarray
    b_groups: np.ndarray
    a_groups: np.ndarray
    g_groups: np.ndarray
    priors: Mapping[int, float] = field(default_factory=dict)
    most: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Variances:
    """Of the noise, and of the coefficients of each group at each level ("b", "a", "g")."""

    noise: float
    b: dict[int, float]
    a: dict[int, float]
    g: dict[int, float]


@dataclass(frozen=True)
class Solution:
    """Coefficients, and what it takes to say how sure they are. b: (units, kb); a: (products, ka); g: (kg,)."""

    b: np.ndarray
    a: np.ndarray
    g: np.ndarray
    variances: Variances
    from_unit: np.ndarray
    from_product: np.ndarray
    product_inverse: np.ndarray
    global_inverse: np.ndarray
    residual: float

    def predict(self, design: Design, unit: np.ndarray, product: np.ndarray) -> np.ndarray:
        """Fitted values of rows of these units and products."""
        own = np.einsum("ij,ij->i", design.b, self.b[unit])
        return own + np.einsum("ij,ij->i", design.a, self.a[product]) + design.g @ self.g


def cross_products(design: Design, y: np.ndarray, unit: np.ndarray, units: int) -> np.ndarray:
    """(units, k + 1, k + 1) of all columns and y; nothing else is needed of the rows to solve."""
    columns = np.hstack([design.b, design.a, design.g, y[:, None]])
    bounds = np.searchsorted(unit, np.arange(units + 1))
    return np.stack([columns[start:end].T @ columns[start:end] for start, end in pairwise(bounds)])


def estimate(
    design: Design, y: np.ndarray, unit: np.ndarray, unit_product: np.ndarray, products: int, iterations: int
) -> Variances:
    """The variances that explain `y` best, after a fixed number of steps."""
    found = Variances(
        max(float(np.var(y)) / 2, TINY),
        *(
            {int(key): design.priors.get(int(key), START) for key in groups if key != FREE}
            for groups in _groups(design)
        ),
    )
    products_of_rows = cross_products(design, y, unit, len(unit_product))
    for _ in range(iterations):
        found = _step(design, products_of_rows, unit_product, products, found, len(y))
    return found


def solve(
    design: Design, y: np.ndarray, unit: np.ndarray, unit_product: np.ndarray, products: int, variances: Variances
) -> Solution:
    """The coefficients under given variances."""
    return _solve(design, cross_products(design, y, unit, len(unit_product)), unit_product, products, variances)


def _groups(design: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return design.b_groups, design.a_groups, design.g_groups


def penalties(groups: np.ndarray, of_group: dict[int, float], noise: float) -> np.ndarray:
    """Penalty of each column."""
    return np.array([TINY if key == FREE else noise / of_group[int(key)] for key in groups])


def _solve(
    design: Design, crossed: np.ndarray, unit_product: np.ndarray, products: int, variances: Variances
) -> Solution:
    kb, ka, kg = design.b.shape[1], design.a.shape[1], design.g.shape[1]
    levels = zip(_groups(design), (variances.b, variances.a, variances.g), strict=True)
    pb, pa, pg = (penalties(groups, known, variances.noise) for groups, known in levels)
    from_unit = np.linalg.solve(crossed[:, :kb, :kb] + np.diag(pb), crossed[:, :kb, kb:])
    rest = crossed[:, kb:, kb:] - np.einsum("ubi,ubj->uij", crossed[:, :kb, kb:], from_unit)
    by_product = np.zeros((products, *rest.shape[1:]))
    np.add.at(by_product, unit_product, rest)
    product_inverse = np.linalg.inv(by_product[:, :ka, :ka] + np.diag(pa))
    from_product = product_inverse @ by_product[:, :ka, ka:]
    last = (by_product[:, ka:, ka:] - np.einsum("pai,paj->pij", by_product[:, :ka, ka:], from_product)).sum(axis=0)
    global_inverse = np.linalg.inv(last[:kg, :kg] + np.diag(pg))
    g = global_inverse @ last[:kg, kg]
    a = from_product[:, :, kg] - from_product[:, :, :kg] @ g
    shared = np.concatenate([a, np.broadcast_to(g, (products, kg))], axis=1)[unit_product]
    b = from_unit[:, :, -1] - np.einsum("ubj,uj->ub", from_unit[:, :, :-1], shared)
    residual = max(float(last[kg, kg] - last[:kg, kg] @ g), TINY)
    return Solution(b, a, g, variances, from_unit, from_product, product_inverse, global_inverse, residual)


def _step(
    design: Design, crossed: np.ndarray, unit_product: np.ndarray, products: int, known: Variances, rows: int
) -> Variances:
    found = _solve(design, crossed, unit_product, products, known)
    kb, kg = design.b.shape[1], design.g.shape[1]
    pb = penalties(design.b_groups, known.b, known.noise)
    shift = found.from_product[:, :, :kg]
    of_b = known.noise * np.einsum("uii->ui", np.linalg.inv(crossed[:, :kb, :kb] + np.diag(pb)))
    of_a = np.einsum("pii->pi", found.product_inverse) + np.einsum(
        "pig,gh,pih->pi", shift, found.global_inverse, shift, optimize=True
    )
    of_g = known.noise * np.diag(found.global_inverse)
    free = (design.b_groups == FREE).sum() * len(found.b) + (design.a_groups == FREE).sum() * products
    free += (design.g_groups == FREE).sum()
    levels = (
        _updated(design.b_groups, found.b, of_b),
        _updated(design.a_groups, found.a, known.noise * of_a, design.priors),
        _updated(design.g_groups, found.g, of_g),
    )
    limited = ({key: min(value, design.most.get(key, value)) for key, value in level.items()} for level in levels)
    return Variances(max(found.residual / max(rows - free, 1), TINY), *limited)


def _updated(
    groups: np.ndarray, values: np.ndarray, uncertain: np.ndarray, priors: Mapping[int, float] | None = None
) -> dict[int, float]:
    """Mean squares of each group, beside those of `PRIOR_COUNT` coefficients where a prior variance is known."""
    squares, known = values**2 + uncertain, priors or {}
    found = {}
    for key in np.unique(groups[groups != FREE]):
        of_group = squares[..., groups == key]
        total, count = float(of_group.sum()), of_group.size
        if key in known:
            total, count = total + PRIOR_COUNT * known[int(key)], count + PRIOR_COUNT
        found[int(key)] = max(total / count, 10 * TINY)
    return found
