"""What the price model is asked with, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

STEP = 0.10
"""How far a suggestion moves a price where nobody set another step, as a share."""


class Refusal(StrEnum):
    """Why a product has no elasticity."""

    TOO_FEW_PERIODS = "too-few-periods"
    CONSTANT_PRICE = "constant-price"
    FEW_PRICE_MOVES = "few-price-moves"
    TOO_VAGUE = "too-vague"


class Withheld(StrEnum):
    """Why there is no price to suggest."""

    NO_ELASTICITY = "no-elasticity"
    NO_COST = "no-cost"
    NO_ROOM = "no-room"
    COST_ABOVE_PRICE = "cost-above-price"
    POSITIVE = "positive"
    IMPLAUSIBLE = "implausible"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class PricingSettings:
    """How the model is made. Periods are those of the data: weeks, as a rule.

    knot_periods: how often the level of a product may turn. harmonics: waves of the year. iterations: of the search
    for the variances. least_periods, least_moves: how many periods, and periods with a price at least `move` (a share)
    off its usual one, a product needs. widest_error: the largest standard error of an elasticity that is still told.
    seed: of the boosted companion.
    """

    knot_periods: int = 6
    harmonics: int = 3
    iterations: int = 30
    least_periods: int = 12
    least_moves: int = 4
    move: float = 0.02
    widest_error: float = 0.75
    seed: int = 0


@dataclass(frozen=True)
class Variation:
    """How much the price of a product moved: periods sold, periods off the usual price, and the spread.

    spread: standard deviation of the log price about its slow level, a share; over all stores.
    """

    periods: int
    moved: int
    spread: float


@dataclass(frozen=True)
class Elasticity:
    """Per-cent change of quantity per per-cent of price, with its 95 % interval.

    error: standard error; degrees: of freedom of its t distribution. NaN where `refusal` says why there is none.
    """

    product_id: str
    value: float
    low: float
    high: float
    error: float
    degrees: float
    variation: Variation
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Limits:
    """What a price may be: from `floor` to `ceiling`, and at least `margin` (a share of the price) above the cost.

    `step` is how far from the present price a suggestion may be, as a share of it: buyers, and whoever answers to
    them, are asked to follow one step at a time.
    """

    floor: float
    ceiling: float
    margin: float = 0.0
    step: float = STEP


@dataclass(frozen=True)
class Case:
    """One product to be priced. quantity: expected per period at `price`, with its band; cost of a unit, if known.

    promoted: the elasticity that promotions alone would tell, where they were guessed from the prices; None where the
    data mark them, so that what they sell beyond their price is known, or where there were none.
    """

    price: float
    quantity: float
    quantity_low: float
    quantity_high: float
    elasticity: float
    elasticity_low: float
    elasticity_high: float
    cost: float | None = None
    promoted: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What a price is expected to bring per period; profits are None without a cost.

    The bands of quantity, revenue and profit hold how much is sold at all; those of `profit_change` (against the
    present price) only how buyers answer to the price.
    """

    price: float
    quantity: float
    quantity_low: float
    quantity_high: float
    revenue: float
    revenue_low: float
    revenue_high: float
    profit: float | None = None
    profit_low: float | None = None
    profit_high: float | None = None
    profit_change: float | None = None
    profit_change_low: float | None = None
    profit_change_high: float | None = None


@dataclass(frozen=True)
class Suggestion:
    """The price with the highest expected profit within the limits; `withheld` says why there is none.

    bound: "floor", "ceiling", "margin" or "step" where that limit decided. worth: the profit rises even at the
    cautious end.
    """

    outcome: Outcome | None
    bound: str = ""
    worth: bool = False
    withheld: Withheld | None = None
