"""The shapes that the propensity API answers with."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from ml_insights.propensity.tables import Mark

MOST_ASKED = 1_000


class Provenance(BaseModel):
    """What an answer was made from."""

    model_version: str = Field(examples=["propensity/3"])
    computed_at: datetime
    data_until: date = Field(description="Last day of sales that the model has seen.")
    demo: bool = Field(description="Whether this is the demo company, not yours.")


class Why(BaseModel):
    """One reason, in words and as figures."""

    code: str = Field(examples=["rhythm"])
    text: str = Field(examples=["Their usual day has come: 21 days since the last purchase; usually 20"])
    value: float
    typical: float = Field(description="What the value is compared with.")
    effect: float = Field(description="Added to the log odds of buying.")


class LikelyProduct(BaseModel):
    """A product that the customer will probably buy."""

    id: str = Field(examples=["CT-705"])
    name: str = Field(examples=["Black tea, box of 100"])


class Interval(BaseModel):
    """An expected amount and the bounds that it is within with 80 % probability; the configured currency."""

    expected: float = Field(examples=[512.0])
    low: float = Field(examples=[180.0])
    high: float = Field(examples=[940.0])


class NextPurchase(BaseModel):
    """When half of such customers have bought; `earliest` a quarter, `latest` three quarters. Null beyond a year."""

    day: date | None
    earliest: date | None
    latest: date | None


class PurchaseAnswer(BaseModel):
    """What is expected of one customer."""

    status: Literal["scored"] = "scored"
    customer_id: str = Field(examples=["C0042"])
    name: str
    probability: float = Field(description="Of a purchase within the days asked for, calibrated.", examples=[0.61])
    days: int = Field(examples=[7])
    chance_7: float
    chance_30: float
    revenue_7: float = Field(description="Revenue expected within 7 days.")
    next_purchase: NextPurchase
    basket: Interval
    lifetime_value: Interval
    lifetime_days: int = Field(description="How far the lifetime value looks.", examples=[365])
    products: list[LikelyProduct]
    reasons: list[Why] = Field(description="Of chance_7, the strongest first; of those most likely to buy.")


class UnknownAnswer(BaseModel):
    """A customer without any purchase, or an id that nobody has."""

    status: Literal["unknown"] = "unknown"
    customer_id: str


class PurchaseList(BaseModel):
    """Customers, the most likely buyers first."""

    total: int
    days: int
    customers: list[PurchaseAnswer]
    provenance: Provenance


class CustomersAsked(BaseModel):
    """Whose purchases are asked about."""

    customer_ids: list[str] = Field(min_length=1, max_length=MOST_ASKED, examples=[["C0042", "C0043"]])
    days: Literal[7, 30] = 7


class BatchAnswer(BaseModel):
    """One answer per id, in the order asked."""

    answers: list[PurchaseAnswer | UnknownAnswer]


class Listed(BaseModel):
    """A customer of this week's list."""

    rank: int = Field(examples=[1])
    mark: Mark
    note: str
    marked_by: str
    marked_at: datetime | None
    version: int = Field(description="Grows with every mark; send it with yours, to overwrite none.")
    purchase: PurchaseAnswer


class WeekList(BaseModel):
    """This week's likely buyers, by expected revenue."""

    as_of: date = Field(description="The list is of the seven days after this one.")
    expected: float = Field(description="How many of the list are expected to buy.", examples=[19.4])
    customers: list[Listed]
    provenance: Provenance


class MarkChange(BaseModel):
    """What became of a customer of the list."""

    mark: Mark = Field(examples=["called"])
    note: str = Field(default="", examples=["Will order on Thursday."])
    version: int | None = Field(default=None, description="The version that you have seen; any without it.")
