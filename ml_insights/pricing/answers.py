"""The shapes that the prices API takes and answers with. Quantities and money are per week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from ml_insights.pricing.tables import PriceState, RejectReason

DECISIONS: Any = Field(description="Grows with every decision; send it with yours, to overwrite none.", examples=[3])


class PriceAsked(BaseModel):
    """A product, and the price to judge; without one, its suggested price, else its present one."""

    product: str = Field(max_length=300, examples=["BE-204"])
    price: float | None = Field(default=None, gt=0, examples=[9490])


class PricesAsked(BaseModel):
    """Several products at once."""

    prices: list[PriceAsked] = Field(min_length=1, max_length=1000)


class Interval(BaseModel):
    """An expected value and the ends of its 80 % interval."""

    expected: float = Field(examples=[104.2])
    lo_80: float = Field(examples=[63.0])
    hi_80: float = Field(examples=[166.8])


class Change(BaseModel):
    """Against the present price, with the ends that the elasticity's 95 % interval allows."""

    expected: float = Field(examples=[28_933.8])
    lo_95: float = Field(examples=[23_882.7])
    hi_95: float = Field(examples=[34_088.8])


class ElasticityAnswer(BaseModel):
    """Per-cent change of quantity per per-cent of price."""

    value: float = Field(examples=[-1.4])
    lo_95: float = Field(examples=[-1.9])
    hi_95: float = Field(examples=[-0.9])


class SuggestionAnswer(BaseModel):
    """The allowed price with the highest expected profit; null where there is none, `withheld` says why."""

    price: float | None = Field(examples=[10_400])
    bound: str = Field(description="ceiling, floor or margin where that limit decided.", examples=["ceiling"])
    withheld: str = Field(description="no-elasticity, no-cost or no-room; empty otherwise.", examples=[""])
    worth_doing: bool = Field(description="Whether the profit rises even at the cautious end of the interval.")
    profit_change: Change | None


class PriceAnswer(BaseModel):
    """What a price is expected to bring. Profits are null where no unit cost is known."""

    status: Literal["answered"]
    product: str = Field(examples=["BE-204"])
    label: str
    price: float = Field(examples=[9490])
    present_price: float = Field(examples=[9990])
    quantity: Interval
    revenue: Interval
    profit: Interval | None
    profit_change: Change | None
    elasticity: ElasticityAnswer
    suggestion: SuggestionAnswer
    seen_from: float = Field(description="Prices below are not judged.", examples=[6_897])
    seen_to: float = Field(description="Prices above are not judged.", examples=[10_489.5])
    model_version: str = Field(examples=["prices/3"])
    as_of: date
    version: int = DECISIONS


class NotEnoughVariationAnswer(BaseModel):
    """The product's price moved too little to tell how buyers answer; no guess is made."""

    status: Literal["not_enough_variation"]
    product: str
    label: str
    reason: str = Field(examples=["few-price-moves"])
    detail: str = Field(examples=["Another price in 2 of 156 weeks; 4 are needed."])
    weeks: int = Field(examples=[156])
    weeks_with_another_price: int = Field(examples=[2])
    weeks_needed: int = Field(examples=[4])
    present_price: float
    quantity: Interval = Field(description="Expected at the present price.")
    model_version: str
    as_of: date
    version: int = DECISIONS


class FailedAnswer(BaseModel):
    """One question of several that has no answer, and why."""

    status: Literal["failed"]
    product: str
    code: str = Field(examples=["unknown-product"])
    detail: str


Answer = PriceAnswer | NotEnoughVariationAnswer


class PricesAnswer(BaseModel):
    """In the order of the questions."""

    answers: list[PriceAnswer | NotEnoughVariationAnswer | FailedAnswer]


class ListedPrice(BaseModel):
    """A product in the list."""

    product: str
    label: str
    category: str
    price: float
    elasticity: ElasticityAnswer | None
    reason: str = Field(description="Why there is no elasticity; empty otherwise.")
    suggestion: SuggestionAnswer
    state: PriceState


class PriceList(BaseModel):
    """One page of products."""

    total: int
    computed_at: datetime
    model_version: str
    as_of: date
    demo: bool
    products: list[ListedPrice]


class PriceDecided(BaseModel):
    """What to do about a product's price. `price` goes with approve and schedule, `day` with schedule."""

    product: str = Field(max_length=300, examples=["BE-204"])
    action: Literal["approve", "schedule", "reject", "withdraw", "apply"] = Field(examples=["approve"])
    price: float | None = Field(default=None, gt=0, examples=[10_400])
    day: date | None = Field(default=None, examples=["2026-12-01"])
    reason: RejectReason = RejectReason.OTHER
    note: str = Field(default="", max_length=500)
    version: int | None = Field(default=None, description="The version that you have seen; any without it.")


class DecisionWritten(BaseModel):
    """The decision, and its id in the ledger once the price is applied or the suggestion rejected."""

    id: int = Field(examples=[7])
    product: str = Field(examples=["BE-204"])
    state: PriceState
    price: float = Field(examples=[10_400.0])
    prediction_id: int | None = Field(examples=[4_096])
    ledger_id: int | None = Field(examples=[None])
    version: int = DECISIONS
