"""Churn scores, and the alerts that people work. A release is complete or absent; alerts outlive it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Text, text
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.database import UtcDateTime
from ml_insights.core.once import Versioned

ACTIVE = text("closed_at IS NULL")


class AlertStatus(StrEnum):
    """Where the work on an alert is."""

    OPEN = "open"
    CONTACTED = "contacted"
    RETAINED = "retained"
    LOST = "lost"
    DISMISSED = "dismissed"


class DismissReason(StrEnum):
    """Why nothing more is done about an alert. The last two are the product's own."""

    IN_TOUCH = "in-touch"
    SEASONAL = "seasonal"
    CLOSED_DOWN = "closed-down"
    NOT_WORTH = "not-worth"
    MISTAKE = "mistake"
    OTHER = "other"
    CAME_BACK = "came-back"
    EXPIRED = "expired"


class Sign(StrEnum):
    """What the orders have shown since the alert was raised."""

    BOUGHT = "bought"
    SILENT = "silent"


class HorizonFrom(StrEnum):
    """Where a horizon comes from."""

    SET = "set"
    """Somebody set it."""
    PURCHASES = "purchases"
    """The rhythm of purchases."""
    SLOW = "slow"
    """Customers come back more slowly than the orders can judge: the longest horizon that they can."""
    DEFAULT = "default"
    """Too few customers have come back."""


class AlertAct(StrEnum):
    """What somebody did to an alert, or a rule."""

    RAISED = "raised"
    CONTACTED = "contacted"
    RETAINED = "retained"
    LOST = "lost"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    DUE = "due"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    NOTED = "noted"
    SIGN = "sign"


class ChurnRelease(SQLModel, table=True):
    """One complete set of scores, made from one state of the data by one model version.

    `as_of` is the last whole day that the model saw, `horizon_days` how far it looks from there. `value_at_risk` is the
    sum of probability times expected revenue over all customers. `order_value` is the revenue of a usual order. `asked`
    is the horizon that the data or a setting asked for, {days, origin, within}: a model of before keeps its own until
    the next retraining. `curve` is [number of customers, summed revenue at risk], those with most at risk first.
    """

    __tablename__ = "churn_releases"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False, index=True))
    data_version: str
    model_version: str
    computed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    as_of: date
    horizon_days: int
    customers: int
    value_at_risk: float
    order_value: float
    asked: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    curve: list[list[float]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class ChurnScore(SQLModel, table=True):
    """What a release says of one customer.

    `probability` is that of no purchase within the horizon, `value` the revenue expected there if the customer stays,
    `at_risk` their product. `reasons` are [{code, value, typical, effect}], the strongest first.
    """

    __tablename__ = "churn_scores"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("churn_scores_by_risk", "release_id", "at_risk", "customer_id"),
        Index("churn_scores_by_probability", "release_id", "probability", "customer_id"),
        Index("churn_scores_by_label", "release_id", "label", "customer_id"),
        Index("churn_scores_by_day", "release_id", "last_day", "customer_id"),
        Index("churn_scores_by_revenue", "release_id", "revenue_year", "customer_id"),
    )

    release_id: int = Field(
        sa_column=Column(Integer, ForeignKey("churn_releases.id", ondelete="CASCADE"), primary_key=True)
    )
    customer_id: str = Field(primary_key=True)
    label: str
    search_text: str
    probability: float
    value: float
    at_risk: float
    last_day: date
    orders: int
    revenue_year: float
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class ChurnAlert(Versioned, table=True):
    """A customer whom it pays to contact, and how far that work is. A customer has one alert at a time.

    The figures are those of the release that raised it. `prediction_id` names the ledger's row. `snoozed_until` is the
    day on which it comes back to the list. `sign` is what the orders have shown since, with `sign_day`.
    """

    __tablename__ = "churn_alerts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "churn_alerts_one_active",
            "dataset",
            "customer_id",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        Index("churn_alerts_of_customer", "dataset", "customer_id", "id"),
        Index("churn_alerts_by_status", "dataset", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    customer_id: str
    label: str
    search_text: str
    release_id: int
    model_version: str
    prediction_id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), nullable=True)
    )
    as_of: date
    horizon_days: int
    probability: float
    value: float
    at_risk: float
    expected_profit: float
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status: AlertStatus = Field(default=AlertStatus.OPEN, sa_column=Column(String(16), nullable=False))
    owner_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("users.id", ondelete="SET NULL"), index=True)
    )
    due_on: date | None = None
    snoozed_until: date | None = None
    dismiss_reason: DismissReason | None = Field(default=None, sa_column=Column(String(16)))
    sign: Sign | None = Field(default=None, sa_column=Column(String(16)))
    sign_day: date | None = None
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    contacted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ChurnAlertEvent(SQLModel, table=True):
    """Something that was done to an alert, by a person (e-mail address) or a rule ("rule:…"); rows are only added.

    `decision_id` names the ledger's row of what was decided.
    """

    __tablename__ = "churn_alert_events"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(
        sa_column=Column(Integer, ForeignKey("churn_alerts.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str
    act: AlertAct = Field(sa_column=Column(String(16), nullable=False))
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    decision_id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), nullable=True)
    )


class ChurnSettings(SQLModel, table=True):
    """What a data set's alerts are raised by; what is NULL stands at its default.

    `capacity` is the most alerts per run, `contact_cost` and `margin_share` say what a contact costs and what a sale
    earns, `save_rate` how many of the contacted stay who would have left. `horizon_days` is how long a customer buys
    nothing who counts as leaving, from the next retraining on.
    """

    __tablename__ = "churn_settings"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    capacity: int | None = None
    contact_cost: float | None = None
    save_rate: float | None = None
    margin_share: float | None = None
    due_days: int | None = None
    horizon_days: int | None = None
    changed_by: str = ""
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
