"""Decisions about churn: whom contacting pays for, who gets the work, and what may become of an alert. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from ml_insights.churn.facts import Economics
from ml_insights.churn.tables import AlertStatus, DismissReason, Sign

TRANSITIONS: Mapping[AlertStatus, frozenset[AlertStatus]] = {
    AlertStatus.OPEN: frozenset({AlertStatus.CONTACTED, AlertStatus.DISMISSED}),
    AlertStatus.CONTACTED: frozenset({AlertStatus.RETAINED, AlertStatus.LOST, AlertStatus.DISMISSED}),
    AlertStatus.RETAINED: frozenset({AlertStatus.OPEN, AlertStatus.CONTACTED}),
    AlertStatus.LOST: frozenset({AlertStatus.OPEN, AlertStatus.CONTACTED}),
    AlertStatus.DISMISSED: frozenset({AlertStatus.OPEN, AlertStatus.CONTACTED}),
}
"""What may follow what. Closed alerts are reopened; to contacted where somebody had been contacted, else to open."""
CLOSED = frozenset({AlertStatus.RETAINED, AlertStatus.LOST, AlertStatus.DISMISSED})
BY_RULE = frozenset({DismissReason.CAME_BACK, DismissReason.EXPIRED})
"""Reasons that only the product gives: it has looked at the orders."""

SAVE_RATE, MARGIN_SHARE, DUE_DAYS = 0.2, 0.25, 7
COST_OF_ORDER = 0.05
"""What a contact is taken to cost where nobody has said: a share of a usual order's revenue."""
QUIET_DAYS = 60
"""A customer whose alert ended this recently is left alone."""
LONGEST_SNOOZE = 180
CURVE_POINTS = 160
LOST_HORIZONS = 2


def may_become(present: AlertStatus, wanted: AlertStatus, contacted: bool) -> bool:
    """Whether an alert may go from one status to another; `contacted` says whether somebody was contacted over it."""
    if wanted not in TRANSITIONS[present]:
        return False
    return present not in CLOSED or wanted == reopened(contacted)


def reopened(contacted: bool) -> AlertStatus:
    """The status to which a closed alert goes back."""
    return AlertStatus.CONTACTED if contacted else AlertStatus.OPEN


def by_itself(status: AlertStatus, sign: Sign) -> DismissReason | None:
    """Why the product closes an alert: only what nobody has touched. What comes of a contact is for a person to say."""
    if status != AlertStatus.OPEN:
        return None
    return DismissReason.CAME_BACK if sign == Sign.BOUGHT else DismissReason.EXPIRED


def suggested(status: AlertStatus, sign: Sign | None) -> AlertStatus | None:
    """What the orders suggest about a customer who was contacted."""
    if status != AlertStatus.CONTACTED or sign is None:
        return None
    return AlertStatus.RETAINED if sign == Sign.BOUGHT else AlertStatus.LOST


def lost_after(horizon_days: int) -> int:
    """Days of silence after which a customer has left already: winning back is other work, so they get no score."""
    return LOST_HORIZONS * horizon_days


def sign_of(as_of: date, horizon_days: int, last_day: date, seen_until: date) -> Sign | None:
    """What orders up to `seen_until` show about a customer alerted `as_of`, whose last purchase is on `last_day`."""
    if last_day > as_of:
        return Sign.BOUGHT
    return Sign.SILENT if seen_until >= as_of + timedelta(days=horizon_days) else None


def usual_cost(order_value: float) -> float:
    """What a contact is taken to cost, to two significant digits; at least 0."""
    cost = max(order_value, 0.0) * COST_OF_ORDER
    return float(f"{cost:.2g}") if cost else 0.0


def least_probability(value: float, economics: Economics) -> float | None:
    """From which probability of leaving on contacting pays, for a customer worth `value`; None where it never does."""
    if value <= 0 or not math.isfinite(economics.least_at_risk):
        return None
    least = economics.least_at_risk / value
    return least if least <= 1 else None


def curve(at_risk: Sequence[float], points: int = CURVE_POINTS) -> list[list[float]]:
    """[number of customers, summed revenue at risk], those with most at risk first; at most about `points` pairs."""
    ordered = sorted((max(value, 0.0) for value in at_risk), reverse=True)
    shown = set(_places(len(ordered), points))
    total, pairs = 0.0, [[0.0, 0.0]]
    for place, value in enumerate(ordered, start=1):
        total += value
        if place in shown:
            pairs.append([float(place), round(total, 2)])
    return pairs


def _places(size: int, points: int) -> Iterable[int]:
    """Every place up to a third of the points, then in growing steps up to `size`."""
    dense = points // 3
    if size <= points:
        return range(1, size + 1)
    growth = (size / dense) ** (1 / (points - dense))
    growing = (min(size, round(dense * growth**step)) for step in range(1, points - dense + 1))
    return {*range(1, dense + 1), *growing, size}


def profit_curve(pairs: Iterable[Sequence[float]], economics: Economics) -> list[tuple[int, float]]:
    """(number of customers contacted, expected profit) along a `curve`."""
    return [(int(count), economics.profit(total, int(count))) for count, total in pairs]


def room(capacity: int, open_alerts: int, raised_already: int) -> int:
    """How many alerts a run may raise: never more than `capacity` wait at once, nor come from one release.

    So a run that was killed and starts again raises what is missing, and no alert twice.
    """
    return max(0, capacity - max(open_alerts, raised_already))


def owners_for(customers: Sequence[str], load: Mapping[int, int], known: Mapping[str, int]) -> dict[str, int | None]:
    """Who gets which customer: who had the customer before, else whoever has least to do, in turn.

    load: owner → alerts that they have. known: customer → the owner of their last alert. Nobody where there is none.
    """
    counts, given = dict(load), {}
    for customer in customers:
        before = known.get(customer)
        owner = before if before in counts else min(counts, key=lambda one: (counts[one], one), default=None)
        given[customer] = owner
        if owner is not None:
            counts[owner] += 1
    return given


def due_day(today: date, days: int) -> date:
    """The working day on which an alert is due."""
    day = today + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day
