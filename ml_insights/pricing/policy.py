"""Pure decisions about prices: which moves a state allows, and within which guard rails a price stays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ml.pricing.types import STEP
from ml_insights.core.i18n import N_
from ml_insights.pricing.errors import BadDay, BadLimits, BadStep, NoSuchMove, PriceNotAllowed, PriceOutOfRange
from ml_insights.pricing.facts import DecisionFact, ProductFact, Standing
from ml_insights.pricing.tables import PriceState, RejectReason

if TYPE_CHECKING:
    from ml.pricing.types import Case, Suggestion

MARGIN = 0.05
"""The least margin over the cost, as a share of the price, where nobody set another one."""
HIGHEST_MARGIN = 0.95
SMALLEST_STEP, LARGEST_STEP = 0.01, 0.5
LONGEST_WAIT = timedelta(days=365)
MOVES: dict[PriceState, frozenset[PriceState]] = {
    PriceState.SUGGESTED: frozenset({PriceState.APPROVED, PriceState.SCHEDULED, PriceState.REJECTED}),
    PriceState.APPROVED: frozenset({PriceState.APPLIED, PriceState.WITHDRAWN}),
    PriceState.SCHEDULED: frozenset({PriceState.APPLIED, PriceState.WITHDRAWN}),
    PriceState.APPLIED: frozenset({PriceState.SUPERSEDED}),
    PriceState.REJECTED: frozenset(),
    PriceState.SUPERSEDED: frozenset(),
    PriceState.WITHDRAWN: frozenset(),
}
PENDING = (PriceState.APPROVED, PriceState.SCHEDULED)
WORDS: dict[PriceState, tuple[str, str]] = {
    PriceState.SUGGESTED: (N_("Suggested"), "blue"),
    PriceState.APPROVED: (N_("Approved"), "amber"),
    PriceState.SCHEDULED: (N_("Scheduled"), "amber"),
    PriceState.REJECTED: (N_("Rejected"), "grey"),
    PriceState.APPLIED: (N_("Applied"), "green"),
    PriceState.SUPERSEDED: (N_("Superseded"), "grey"),
    PriceState.WITHDRAWN: (N_("Withdrawn"), "grey"),
}
REASONS: dict[RejectReason, str] = {
    RejectReason.COMPETITION: N_("A competitor's price decides"),
    RejectReason.CONTRACT: N_("The price is agreed with customers"),
    RejectReason.IMAGE: N_("It would hurt how customers see us"),
    RejectReason.SUPPLY: N_("There is too little or too much in stock"),
    RejectReason.DOUBT: N_("I do not believe the estimate"),
    RejectReason.OTHER: N_("Another reason"),
}


@dataclass(frozen=True)
class Allowed:
    """What a price of a product may be: the data's own limits, narrowed by people's. `margin` is a share.

    `step` is how far from the present price a suggestion may be, a share; what people decide may be further.
    """

    floor: float
    ceiling: float
    margin: float
    set_by_people: bool = False
    step: float = STEP


def check_move(product: str, state: PriceState, wanted: PriceState, standing: Standing) -> None:
    """Raises NoSuchMove where `state` does not lead to `wanted`."""
    if wanted not in MOVES[state]:
        raise NoSuchMove(standing.last, product=product)


def check_seen(product: str, standing: Standing, seen: int | None) -> None:
    """Raises NoSuchMove where somebody has decided since version `seen`; None is any."""
    if seen is not None and seen != standing.version:
        raise NoSuchMove(standing.last, product=product)


def repeated(decisions: Sequence[DecisionFact], by: str, state: PriceState, **asked: Any) -> int | None:
    """The newest decision, where the same person has made it so already: who presses twice decides once."""
    newest = decisions[0] if decisions else None
    if newest is None or (newest.state, newest.changed_by) != (state, by):
        return None
    return newest.id if all(getattr(newest, name) == value for name, value in asked.items()) else None


def allowed_prices(
    fact: ProductFact,
    floor: float | None = None,
    ceiling: float | None = None,
    margin: float | None = None,
    step: float = STEP,
) -> Allowed:
    """The guard rails of a product: people's own where they set any, never outside of what the data can speak of."""
    share = MARGIN if margin is None else margin
    lowest = max(fact.lowest, floor or 0.0)
    if fact.cost is not None:
        lowest = max(lowest, fact.cost / (1 - share))
    highest = min(fact.highest, ceiling) if ceiling else fact.highest
    return Allowed(lowest, highest, share, not (floor is None and ceiling is None and margin is None), step)


def check_limits(floor: float | None, ceiling: float | None, margin: float | None) -> None:
    """Raises BadLimits."""
    given = [one for one in (floor, ceiling) if one is not None]
    if any(not (math.isfinite(one) and one > 0) for one in given) or (len(given) == 2 and given[0] >= given[1]):
        raise BadLimits
    if margin is not None and not 0 <= margin <= HIGHEST_MARGIN:
        raise BadLimits


def check_step(step: float) -> None:
    """Raises BadStep for a share that is no step."""
    if not SMALLEST_STEP <= step <= LARGEST_STEP:
        raise BadStep(lowest=round(SMALLEST_STEP * 100), highest=round(LARGEST_STEP * 100))


def check_price(fact: ProductFact, allowed: Allowed, price: float) -> None:
    """Raises PriceOutOfRange or PriceNotAllowed for a price that may not be decided on."""
    check_known(fact, price)
    slack = 1e-9 * allowed.ceiling
    if not allowed.floor - slack <= price <= allowed.ceiling + slack:
        raise PriceNotAllowed(price=price, floor=round(allowed.floor, 2), ceiling=round(allowed.ceiling, 2))


def check_known(fact: ProductFact, price: float) -> None:
    """Raises PriceOutOfRange for a price that the data say nothing about."""
    slack = 1e-9 * fact.highest
    if not (math.isfinite(price) and fact.lowest - slack <= price <= fact.highest + slack):
        raise PriceOutOfRange(price=price, lowest=round(fact.lowest, 2), highest=round(fact.highest, 2))


def check_day(day: date, today: date) -> None:
    """Raises BadDay for a day on which no price can begin."""
    if not today < day <= today + LONGEST_WAIT:
        raise BadDay(day=day.isoformat())


def case_of(fact: ProductFact) -> Case | None:
    """The product as the model prices it; None without an elasticity."""
    from ml.pricing.types import Case

    if fact.elasticity is None or fact.elasticity_low is None or fact.elasticity_high is None:
        return None
    return Case(
        fact.price,
        fact.quantity,
        fact.quantity_low,
        fact.quantity_high,
        fact.elasticity,
        fact.elasticity_low,
        fact.elasticity_high,
        fact.cost,
        fact.promoted,
    )


def suggestion_of(fact: ProductFact, allowed: Allowed) -> Suggestion:
    """What the model suggests within these guard rails."""
    from ml.pricing.suggest import suggest
    from ml.pricing.types import Limits, Suggestion, Withheld

    case = case_of(fact)
    if case is None:
        return Suggestion(None, withheld=Withheld.NO_ELASTICITY)
    floor, ceiling = max(allowed.floor, fact.tried_low), min(allowed.ceiling, fact.tried_high)
    return suggest(case, Limits(floor, ceiling, allowed.margin, allowed.step))
