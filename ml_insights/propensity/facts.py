"""What propensity queries return and policy takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ml_insights.propensity.tables import Mark
from ml_insights.registry.facts import Ranking

Reasons = tuple[dict[str, Any], ...]
"""{code, value, typical, effect}, the strongest first; see `ml.propensity.types`."""


@dataclass(frozen=True)
class ReleaseFact:
    """The scores that readers see, their totals, and what they were made from; see the table."""

    id: int
    dataset: str
    data_version: str
    model_version: str
    computed_at: datetime
    as_of: date
    customers: int
    buyers: float
    buyers_low: float
    buyers_high: float
    buyers_before: int
    revenue: float
    revenue_low: float
    revenue_high: float
    revenue_before: float
    value: float
    value_days: int
    value_measured_days: int
    value_bars: tuple[tuple[float, float, int], ...]
    backtest: dict[str, float]


@dataclass(frozen=True)
class ScoreFact:
    """What a release says of one customer; `products` are (id, name), the likeliest first."""

    customer_id: str
    label: str
    chance_7: float
    chance_30: float
    revenue_7: float
    next_day: date | None
    next_from: date | None
    next_to: date | None
    weekday: int | None
    basket: float
    basket_low: float
    basket_high: float
    value: float
    value_low: float
    value_high: float
    last_day: date
    orders: int
    revenue_year: float
    products: tuple[tuple[str, str], ...]
    reasons: Reasons


@dataclass(frozen=True)
class PickFact:
    """A customer of the week's list: what is expected of them now, and what was noted. `who` is a name or address."""

    rank: int
    score: ScoreFact
    phone: str
    mark: Mark
    note: str
    marked_by: str
    who: str
    marked_at: datetime | None
    version: int


@dataclass(frozen=True)
class ListFact:
    """A week's list and, once the week was over, what came of it; None until then."""

    id: int
    as_of: date
    model_version: str
    made_at: datetime
    size: int
    customers: int
    expected: float
    hits: int | None
    buyers: int | None
    revenue: float | None


@dataclass(frozen=True)
class Proof:
    """How good a list was: `hits` of `size` bought, and how many times as often as customers at large did.

    `backtest` says that the list was not given to anybody: it is what the model would have made at that time.
    """

    since: date
    size: int
    hits: int
    lift: float | None
    expected: float | None
    backtest: bool


@dataclass(frozen=True)
class Board:
    """What the page opens with. `sold` is what all who are scored brought in the 365 days before.

    `ranking` is how well the model ranked its hold-out.
    """

    release: ReleaseFact
    picks: tuple[PickFact, ...]
    proved: Proof | None
    sold: float
    ranking: Ranking | None = None

    @property
    def by_chance(self) -> bool:
        """Whether the order of the customers may be no better than drawing lots: nobody is to be called by it."""
        return self.ranking is not None and self.ranking.by_chance


@dataclass(frozen=True)
class CustomerOutlook:
    """Everything about one customer's next purchase and lifetime value. `pick` is None where they are not listed."""

    score: ScoreFact
    as_of: date
    model_version: str
    value_days: int
    value_measured_days: int
    rank: int | None
    mark: Mark
    note: str
    version: int
