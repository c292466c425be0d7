"""The shapes that the customers API answers with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field


class CustomerListed(BaseModel):
    """A customer in the list; null is what is not known, or not for the caller. Revenue is of the last year."""

    customer_id: str = Field(examples=["17850"])
    name: str | None
    region: str | None
    segment: str | None = Field(examples=["champions"])
    recency_days: int | None = Field(examples=[12])
    orders: int | None
    revenue: float | None
    churn_probability: float | None = Field(examples=[0.31])


class CustomersPage(BaseModel):
    """Some of the customers that match."""

    total: int
    customers: list[CustomerListed]


class Figures(BaseModel):
    """Headline figures as of `until`; money in the configured currency, gaps in days."""

    until: date
    orders: int = Field(description="In the 365 days up to `until`.")
    revenue: float
    revenue_before: float = Field(description="In the 365 days before those.")
    average_order: float | None
    lifetime_orders: int
    lifetime_revenue: float
    first_purchase: date | None
    last_purchase: date | None
    days_since_purchase: int | None
    usual_gap_days: float | None = Field(description="Median days between purchases; null with fewer than two.")


class MonthRevenue(BaseModel):
    """Revenue of one month, net of returns."""

    month: date
    revenue: float


class SegmentOfCustomer(BaseModel):
    """The present segment, and the one at the end of each month (null before the first purchase)."""

    segment: str
    chance_30_days: float
    scores: str = Field(description="Quintile scores of recency, frequency, monetary value.", examples=["545"])
    model_version: str
    history: list[dict[str, Any]]


class ChurnOfCustomer(BaseModel):
    """Probability of no purchase within `horizon_days`, what is at risk, and why."""

    probability: float | None
    at_risk: float | None
    horizon_days: int | None
    as_of: date | None
    reasons: list[dict[str, Any]]
    alerts: list[dict[str, Any]]


class OutlookOfCustomer(BaseModel):
    """When the next purchase is expected, of what, and what the customer is worth over `value_days`."""

    chance_7_days: float
    chance_30_days: float
    next_purchase: date | None
    next_from: date | None = Field(description="With `next_to` the days between which it falls with 80 %.")
    next_to: date | None
    basket: float
    basket_low: float
    basket_high: float
    value: float
    value_low: float
    value_high: float
    value_days: int
    as_of: date
    model_version: str = Field(examples=["propensity/2"])
    products: list[str]


class UsualProduct(BaseModel):
    """What the customer buys, by revenue of the last year."""

    product_id: str
    name: str | None
    orders: int
    units: float
    revenue: float
    last: datetime


class TimelineEntry(BaseModel):
    """A line of what happened: an order, a prediction with its outcome, an alert's step, a decision, a new segment."""

    at: datetime
    kind: str = Field(examples=["order"])
    text: str
    values: dict[str, Any]
    note: str
    actor: str


class CustomerAnswer(BaseModel):
    """Everything known about one customer; what the caller may not see is null."""

    customer_id: str = Field(examples=["17850"])
    name: str | None
    email: str | None
    phone: str | None
    region: str | None
    created_at: datetime | None
    figures: Figures
    months: list[MonthRevenue]
    segment: SegmentOfCustomer | None
    churn: ChurnOfCustomer | None
    outlook: OutlookOfCustomer | None
    products: list[UsualProduct]
    timeline: list[TimelineEntry]
