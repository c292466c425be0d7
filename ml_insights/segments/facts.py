"""What segments queries return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ReleaseFact:
    """Everybody's segment, and what it was made from; see `SegmentRelease`."""

    id: int
    data_version: str
    model_version: str
    computed_at: datetime
    as_of: date
    before: date
    window_days: int
    customers: int
    without_purchase: int
    revenue: float
    silhouette: float
    stability: float
    evidence: tuple[EvidenceFact, ...]
    months: tuple[date, ...]


@dataclass(frozen=True)
class EvidenceFact:
    """What speaks for a number of segments."""

    k: int
    silhouette: float
    stability: float


@dataclass(frozen=True)
class GroupFact:
    """One segment; see `SegmentGroup`. Money in the configured currency."""

    segment: str
    place: int
    customers: int
    customers_before: int
    revenue: float
    revenue_before: float
    orders: int
    recency: float
    r: float
    f: float
    m: float
    chance: float

    @property
    def average_order(self) -> float | None:
        """Revenue of an order, returns taken off; None without any order in the window."""
        return self.revenue / self.orders if self.orders else None

    @property
    def trend(self) -> float | None:
        """Change of the number of members since the end of the month before; None where there were none."""
        return self.customers / self.customers_before - 1 if self.customers_before else None


@dataclass(frozen=True)
class MoveFact:
    """How many went from one segment ("" without a purchase by then) to another within a month."""

    came_from: str
    went_to: str
    customers: int


@dataclass(frozen=True)
class MemberFact:
    """One customer's segment; see `SegmentMember`. name and region are None where nothing is known."""

    customer_id: str
    name: str | None
    region: str | None
    segment: str
    came_from: str
    recency: int
    orders: int
    revenue: float
    average_order: float
    r: int
    f: int
    m: int
    first_day: date
    last_day: date


@dataclass(frozen=True)
class MemberStory:
    """A customer's segment now and at the end of each month, the oldest first ("" before the first purchase)."""

    member: MemberFact
    chance: float
    as_of: date
    model_version: str
    history: tuple[tuple[date, str], ...]
