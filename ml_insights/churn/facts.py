"""What the churn slice tells its readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from ml_insights.churn.tables import AlertAct, AlertStatus, DismissReason, HorizonFrom, Sign
from ml_insights.core.once import LastChange
from ml_insights.registry.facts import Ranking

Show = Literal["todo", "overdue", "snoozed", "closed", "all"]
Reasons = tuple[dict[str, Any], ...]
"""{code, value, typical, effect}, the strongest first; see `ml.churn.types`."""


@dataclass(frozen=True)
class Horizon:
    """How many days without a purchase count as leaving. within: the days in which nearly all returns came."""

    days: int
    origin: HorizonFrom
    within: int | None = None


@dataclass(frozen=True)
class ReleaseFact:
    """The scores that readers see, and what they were made from.

    `curve` is that of the table. `asked` is the horizon that was asked for then, None in releases of before an update.
    """

    id: int
    dataset: str
    data_version: str
    model_version: str
    computed_at: datetime
    as_of: date
    horizon_days: int
    customers: int
    value_at_risk: float
    order_value: float
    curve: tuple[tuple[float, float], ...]
    asked: Horizon | None = None


@dataclass(frozen=True)
class ScoreFact:
    """What the newest release says of one customer."""

    customer_id: str
    label: str
    probability: float
    value: float
    at_risk: float
    last_day: date
    orders: int
    revenue_year: float
    reasons: Reasons
    alert_id: int | None = None
    alert_status: AlertStatus | None = None


@dataclass(frozen=True)
class AlertFact:
    """An alert as it stands. `owner` is the name of who works it, empty for nobody."""

    id: int
    customer_id: str
    label: str
    status: AlertStatus
    probability: float
    value: float
    at_risk: float
    expected_profit: float
    reasons: Reasons
    as_of: date
    horizon_days: int
    model_version: str
    prediction_id: int | None
    owner_id: int | None
    owner: str
    due_on: date | None
    snoozed_until: date | None
    dismiss_reason: DismissReason | None
    sign: Sign | None
    sign_day: date | None
    created_at: datetime
    contacted_at: datetime | None
    closed_at: datetime | None
    changed_by: str
    changed_at: datetime | None
    version: int

    @property
    def active(self) -> bool:
        """Whether there is still work to do."""
        return self.closed_at is None

    @property
    def last_change(self) -> LastChange:
        """Who changed it last, and when."""
        return LastChange(self.changed_by, self.changed_at)


@dataclass(frozen=True)
class EventFact:
    """Something that was done to an alert. `who` is the person's name, empty for a rule."""

    at: datetime
    actor: str
    who: str
    act: AlertAct
    note: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class CustomerChurn:
    """Everything about one customer's leaving: the score of the newest release, and every alert with its history."""

    score: ScoreFact | None
    as_of: date | None
    horizon_days: int | None
    alerts: tuple[tuple[AlertFact, tuple[EventFact, ...]], ...]
    model_version: str = ""


@dataclass(frozen=True)
class Economics:
    """What a contact costs and brings: `contact_cost` in the configured currency, the others as shares."""

    contact_cost: float
    save_rate: float
    margin_share: float

    @property
    def kept(self) -> float:
        """Profit that a contact keeps of each unit of revenue at risk."""
        return self.save_rate * self.margin_share

    @property
    def least_at_risk(self) -> float:
        """The revenue at risk from which on a contact pays; infinite where none ever does."""
        return self.contact_cost / self.kept if self.kept > 0 else float("inf")

    def profit(self, at_risk: float, contacts: int = 1) -> float:
        """What contacting is expected to earn: revenue at risk times save rate and margin, less the contacts' cost."""
        return self.kept * at_risk - self.contact_cost * contacts


@dataclass(frozen=True)
class AlertRules:
    """What alerts are raised by. `chosen` names what people have set; the rest stands at its default.

    `horizon_days` is None where it follows the purchases.
    """

    economics: Economics
    capacity: int
    due_days: int
    horizon_days: int | None = None
    chosen: frozenset[str] = frozenset()
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class AtRisk:
    """Customers of a release whom contacting pays for."""

    customers: int
    revenue: float


@dataclass(frozen=True)
class Headline:
    """The page's figures. `before` is the release before under the same rules; None for the first of a horizon.

    `todo` are alerts that wait for somebody, `overdue` some of them. `saved` are retained of all `contacted`;
    `saved_revenue` is what was at risk with them, `todo_at_risk` what is at risk with those who wait. `ranking` is how
    well the model ranked its hold-out.
    """

    release: ReleaseFact
    now: AtRisk
    before: AtRisk | None
    before_as_of: date | None
    todo: int
    overdue: int
    snoozed: int
    contacted: int
    saved: int
    saved_revenue: float
    rules: AlertRules
    todo_at_risk: float
    ranking: Ranking | None = None

    @property
    def by_chance(self) -> bool:
        """Whether the order of the customers may be no better than drawing lots: nobody is to be called by it."""
        return self.ranking is not None and self.ranking.by_chance

    @property
    def expected_profit(self) -> float:
        """What contacting everybody on the list is expected to earn."""
        return self.rules.economics.profit(self.todo_at_risk, self.todo)


@dataclass(frozen=True)
class Owner:
    """Somebody who may work alerts."""

    user_id: int
    name: str
    email: str
    sells: bool


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts are asked for. `owner` is a user's number, 0 for nobody's, None for everybody's."""

    show: Show = "todo"
    status: AlertStatus | None = None
    owner: int | None = None
    search: str = ""
