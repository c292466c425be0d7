"""What each price would bring, and the one to offer, within limits that nobody has to fear.

Demand is taken to have a constant elasticity, which holds near prices that were tried: so limits are those, see
`observed_limits`, and one suggestion is one step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ml.pricing.types import Case, Limits, Outcome, Suggestion, Withheld

TRIED = 2
"""Periods for which a price has to have held before it counts as tried: one is a slip or a favour."""
STEEPEST = -10.0
"""No buyers are known to answer to the price of a kind of goods more strongly than this (Bijmolt, van Heerde & Pieters
2005: of 1,851 estimates hardly any): what says so measures something else."""
STEPS = 60
LEAST_CHANGE = 0.005
"""A price nearer to the present one than this share is the present one."""


def observed_limits(prices: Sequence[float] | np.ndarray, cost: float | None = None, margin: float = 0.0) -> Limits:
    """From the lowest to the highest of `prices` that held for `TRIED` periods, and never below the cost with its
    margin. prices: one a period.

    Raises ValueError without a price above 0.
    """
    known = np.asarray(prices, dtype=float)
    known = np.sort(known[np.isfinite(known) & (known > 0)])
    if not len(known):
        raise ValueError("There is no price above 0 to take limits from.")
    middle = float(np.median(known))
    low, high = (known[TRIED - 1], known[-TRIED]) if len(known) >= 2 * TRIED else (middle, middle)
    return Limits(max(float(low), least_price(cost, margin)), float(high), margin)


def least_price(cost: float | None, margin: float) -> float:
    """The price whose margin over the cost is `margin`, a share of the price below 1; 0 without a cost."""
    if not 0 <= margin < 1:
        raise ValueError(f"A margin is from 0 to below 1, not {margin}.")
    return cost / (1 - margin) if cost is not None and cost > 0 else 0.0


def outcome(case: Case, price: float) -> Outcome:
    """What `price` is expected to bring per period. Raises ValueError for a price that is not above 0."""
    if not (math.isfinite(price) and price > 0):
        raise ValueError(f"A price must be above 0, not {price}.")
    log = math.log(price / case.price)
    factor = math.exp(case.elasticity * log)
    edges = sorted(math.exp(one * log) for one in (case.elasticity_low, case.elasticity_high))
    level_low, level_high = case.quantity_low / case.quantity, case.quantity_high / case.quantity
    low = factor * math.exp(-math.hypot(math.log(factor / edges[0]), -math.log(max(level_low, 1e-9))))
    high = factor * math.exp(math.hypot(math.log(edges[1] / factor), math.log(max(level_high, 1e-9))))
    quantity, lowest, highest = (case.quantity * one for one in (factor, low, high))
    told = Outcome(price, quantity, lowest, highest, price * quantity, price * lowest, price * highest)
    if case.cost is None:
        return told
    unit, before = price - case.cost, (case.price - case.cost) * case.quantity
    profits = sorted((unit * lowest, unit * highest))
    changes = sorted(unit * case.quantity * edge for edge in edges)
    return replace(
        told,
        profit=unit * quantity,
        profit_low=profits[0],
        profit_high=profits[1],
        profit_change=unit * quantity - before,
        profit_change_low=changes[0] - before,
        profit_change_high=changes[1] - before,
    )


def curve(case: Case, limits: Limits, steps: int = STEPS) -> list[Outcome]:
    """Outcomes at `steps` prices from floor to ceiling; at the floor alone where they are the same."""
    if limits.ceiling <= limits.floor:
        return [outcome(case, limits.floor)]
    return [outcome(case, float(price)) for price in np.linspace(limits.floor, limits.ceiling, steps)]


def suggest(case: Case, limits: Limits) -> Suggestion:
    """The price tag within `limits` and one step from the present price with the highest expected profit.

    It is worth doing where even the cautious end of the elasticity's interval raises the profit.
    """
    doubt = _doubt(case)
    if doubt is not None or case.cost is None:
        return Suggestion(None, withheld=doubt or Withheld.NO_COST)
    least = least_price(case.cost, limits.margin)
    lowest = {"margin": least, "floor": limits.floor, "step": case.price * (1 - limits.step)}
    highest = {"ceiling": limits.ceiling, "step": case.price * (1 + limits.step)}
    tags = price_tags(max(lowest.values()), min(highest.values()))
    if not tags:
        return Suggestion(None, withheld=Withheld.NO_ROOM)
    best = _best(case, tags)
    if abs(best.price / case.price - 1) < LEAST_CHANGE or (best.profit_change or 0.0) <= 0:
        return Suggestion(outcome(case, case.price))
    if case.promoted is not None and _turns(case, best.price, tags):
        return Suggestion(None, withheld=Withheld.DISAGREES)
    bound = ""
    if best.price == tags[0]:
        bound = max(lowest, key=lambda name: lowest[name])
    elif best.price == tags[-1]:
        bound = min(highest, key=lambda name: highest[name])
    return Suggestion(best, bound, worth=(best.profit_change_low or 0.0) > 0)


def _doubt(case: Case) -> Withheld | None:
    """Why the figures of a product are none to set a price by."""
    if not math.isfinite(case.elasticity):
        return Withheld.NO_ELASTICITY
    if case.elasticity >= 0:
        return Withheld.POSITIVE
    if case.elasticity < STEEPEST:
        return Withheld.IMPLAUSIBLE
    return Withheld.COST_ABOVE_PRICE if case.cost is not None and case.cost >= case.price else None


def _best(case: Case, tags: Sequence[float]) -> Outcome:
    return max((outcome(case, tag) for tag in tags), key=lambda one: one.profit or 0.0)


def _turns(case: Case, price: float, tags: Sequence[float]) -> bool:
    """Whether what promotions alone tell would move the price the other way."""
    promoted = case.promoted if case.promoted is not None else case.elasticity
    other = replace(case, elasticity=promoted, elasticity_low=promoted, elasticity_high=promoted)
    return (_best(other, tags).price - case.price) * (price - case.price) < 0


def price_tags(floor: float, ceiling: float) -> list[float]:
    """Prices as they are written on tags: three significant digits, none outside of the limits."""
    if not 0 < floor <= ceiling:
        return []
    step = tag_step(ceiling)
    first, last = math.ceil(round(floor / step, 6)), math.floor(round(ceiling / step, 6))
    return [round(number * step, 2) for number in range(first, last + 1)]


def tag_step(price: float) -> float:
    """What prices of this size are rounded to; no less than a hundredth."""
    return max(10.0 ** (math.floor(math.log10(price)) - 2), 0.01)
