"""The shapes that the churn API answers with."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from ml_insights.churn.tables import AlertAct, AlertStatus, DismissReason, Sign


class ReasonAnswer(BaseModel):
    """Why leaving: in words of the caller's language, and as the model gave it. `effect` is added to its log odds."""

    code: str = Field(examples=["silence"])
    text: str = Field(examples=["63 days since the last order; usually 21"])
    value: float = Field(examples=[63.0])
    typical: float = Field(examples=[21.0], description="What the value is compared with.")
    effect: float = Field(examples=[1.41])


class ScoredAnswer(BaseModel):
    """What the newest scores say of a customer; money in the configured currency."""

    status: Literal["scored"] = "scored"
    customer_id: str = Field(examples=["C0042"])
    customer: str = Field(examples=["Almacén Los Aromos"])
    probability: float = Field(description="Of no purchase within `horizon_days` from `as_of`.", examples=[0.62])
    horizon_days: int = Field(examples=[90])
    as_of: date
    expected_revenue: float = Field(description="Within the horizon, if the customer stays.", examples=[480_000.0])
    revenue_at_risk: float = Field(description="Probability times expected revenue.", examples=[297_600.0])
    expected_profit: float = Field(description="Of a contact, at the present rules.", examples=[8_900.0])
    pays_from: float | None = Field(
        description="The probability from which on contacting this customer pays; null where it never does.",
        examples=[0.31],
    )
    last_purchase: date
    reasons: list[ReasonAnswer] = Field(
        description="The strongest first. Only the customers with most revenue at risk are explained."
    )
    alert_id: int | None = Field(description="The alert that is being worked.", examples=[17])
    model_version: str = Field(examples=["churn/3"])


class NotScoredAnswer(BaseModel):
    """A customer without a score: who has not bought (`no_purchase`) cannot leave, and some have (`left`)."""

    status: Literal["not_scored"] = "not_scored"
    customer_id: str = Field(examples=["C0999"])
    reason: str = Field(examples=["no_purchase"])
    detail: str = Field(examples=["This customer had bought nothing by 2025-06-01, so there is nothing to lose yet."])


class UnknownAnswer(BaseModel):
    """An id of a batch that no customer has."""

    status: Literal["unknown"] = "unknown"
    customer_id: str = Field(examples=["C9999"])


class CustomersAsked(BaseModel):
    """Customers to tell about."""

    customer_ids: list[str] = Field(min_length=1, max_length=1000, examples=[["C0042", "C0043"]])


class BatchAnswer(BaseModel):
    """One answer per id, in the order asked."""

    answers: list[ScoredAnswer | NotScoredAnswer | UnknownAnswer]


class AlertAnswer(BaseModel):
    """An alert as it stands. Send its `version` with a change, so that nobody overwrites what they have not seen."""

    id: int
    version: int
    customer_id: str
    customer: str
    status: AlertStatus
    probability: float
    expected_revenue: float
    revenue_at_risk: float
    expected_profit: float
    reasons: list[ReasonAnswer]
    owner_id: int | None
    owner: str | None
    due_on: date | None
    snoozed_until: date | None
    dismiss_reason: DismissReason | None
    sign: Sign | None = Field(description="What the orders have shown since.")
    sign_day: date | None
    as_of: date
    horizon_days: int
    created_at: datetime
    contacted_at: datetime | None
    closed_at: datetime | None
    next_step: str
    model_version: str


class EventAnswer(BaseModel):
    """Something that was done to an alert, by a person (e-mail address) or a rule."""

    at: datetime
    actor: str
    act: AlertAct
    note: str
    detail: dict[str, object]


class AlertWithHistory(AlertAnswer):
    """An alert and everything that was done to it, the newest first."""

    history: list[EventAnswer]


class AlertList(BaseModel):
    """Some of the alerts that match."""

    total: int
    alerts: list[AlertAnswer]


class AlertChange(BaseModel):
    """What to change; fields that are left out stay. Status first, then owner, due day and snooze.

    A status of `open` or `contacted` reopens a closed alert.
    """

    version: int | None = Field(default=None, description="The version that you have seen; any without it.")
    status: AlertStatus | None = Field(default=None, examples=["contacted"])
    reason: DismissReason | None = Field(default=None, description="Needed to dismiss.")
    note: str = Field(default="", max_length=2000, examples=["Spoke to Rosa: they will order on Friday."])
    owner_id: int | None = Field(default=None, description="Null takes the owner away.", examples=[4])
    due_on: date | None = None
    snoozed_until: date | None = Field(default=None, description="Null puts it back on the list.")
