"""The shapes that the segments API answers with."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field


class SegmentAnswer(BaseModel):
    """One segment. Recency is in days, money in the configured currency, orders and revenue of the last year."""

    segment: str = Field(description="Its key, the same from run to run.", examples=["champions"])
    name: str = Field(description="Its name in the language of the request.", examples=["Champions"])
    meaning: str = Field(examples=["Bought lately, often, and for the most."])
    action: str = Field(description="What is suggested to do about its members.")
    customers: int = Field(examples=[128])
    share_of_customers: float = Field(examples=[0.2])
    customers_before: int = Field(description="At the end of the month before.", examples=[120])
    revenue: float = Field(examples=[182_400.0])
    share_of_revenue: float | None = Field(description="Null where all revenue together is not above 0.")
    orders: int = Field(examples=[1_240])
    average_order: float | None = Field(description="Null without any order in the last year.", examples=[147.1])
    median_recency_days: float = Field(examples=[12.0])
    recency_score: float = Field(description="Mean quintile score, 1 to 5.", examples=[4.6])
    frequency_score: float = Field(examples=[4.7])
    monetary_score: float = Field(examples=[4.5])
    chance_30_days: float = Field(description="Share of such customers who bought within 30 days.", examples=[0.56])


class Movement(BaseModel):
    """How many went from one segment to another since `before`; `came_from` is null for first purchases."""

    came_from: str | None = Field(examples=["champions"])
    went_to: str = Field(examples=["at-risk"])
    customers: int = Field(examples=[7])


class SegmentsAnswer(BaseModel):
    """Everybody's segments, the best first, and who moved this month."""

    as_of: date = Field(description="Last day of orders that was seen.")
    before: date = Field(description="End of the month before, which movements start from.")
    computed_at: datetime
    model_version: str = Field(examples=["segments/3"])
    customers: int
    customers_without_purchase: int
    silhouette: float = Field(description="How well separated the segments are, up to 1.", examples=[0.39])
    stability: float = Field(description="Agreement (ARI) of segments learnt from halves, up to 1.", examples=[0.93])
    demo: bool = Field(description="Whether this is the demo company, not yours.")
    segments: list[SegmentAnswer]
    movements: list[Movement]


class MemberAnswer(BaseModel):
    """One customer's place. `came_from` is the segment at the end of the month before; null without a purchase then."""

    customer_id: str = Field(examples=["17850"])
    name: str | None
    region: str | None
    segment: str = Field(examples=["champions"])
    came_from: str | None
    recency_days: int = Field(examples=[12])
    orders: int = Field(examples=[9])
    revenue: float = Field(examples=[2_310.5])
    average_order: float = Field(examples=[256.7])
    scores: str = Field(description="Quintile scores of recency, frequency, monetary value.", examples=["545"])
    first_purchase: date
    last_purchase: date


class MembersPage(BaseModel):
    """Some of the members that match."""

    total: int
    members: list[MemberAnswer]


class MonthAnswer(BaseModel):
    """The segment at a month's end; null before the first purchase."""

    month: date
    segment: str | None


class CustomerSegment(MemberAnswer):
    """One customer's segment, its chance of a purchase and its past."""

    chance_30_days: float = Field(examples=[0.56])
    as_of: date
    model_version: str = Field(examples=["segments/3"])
    history: list[MonthAnswer]


class CustomersAsked(BaseModel):
    """Which customers."""

    customers: list[str] = Field(min_length=1, max_length=1000, examples=[["17850", "13047"]])


class CustomersAnswer(BaseModel):
    """The customers that have a segment, and those that have none."""

    members: list[MemberAnswer]
    unknown: list[str]
