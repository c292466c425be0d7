"""Customers, products and order lines. Rows of the demo company and of the real one live side by side, never mixed.

A row's `batch_id` is the import that added it, or changed it last; empty where no import did.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Enum, Index, String, Text
from sqlmodel import Field, SQLModel

from ml_insights.core.database import UtcDateTime


class Dataset(StrEnum):
    """Whose rows these are."""

    COMPANY = "company"
    DEMO = "demo"


DATASET = Enum(Dataset, native_enum=False, length=16, values_callable=lambda kind: [member.value for member in kind])
"""Column type: the enum's value as plain text, the same in SQLite and PostgreSQL."""


class Customer(SQLModel, table=True):
    """Somebody who buys."""

    __tablename__ = "customers"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    customer_id: str = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    region: str | None = None
    created_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    batch_id: int | None = None


class Product(SQLModel, table=True):
    """Something that is sold. `unit_cost` is in the configured currency."""

    __tablename__ = "products"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    product_id: str = Field(primary_key=True)
    name: str | None = None
    category: str | None = None
    unit_cost: float | None = None
    batch_id: int | None = None


class OrderLine(SQLModel, table=True):
    """One line of one order. A negative quantity is a return; no customer is an anonymous sale.

    Real files repeat identical lines, so a line is known by order, product and `occurrence` within the order.
    `promotion` is above 0 where it was sold on promotion, and NULL where nobody says.
    """

    __tablename__ = "order_lines"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("order_lines_identity", "dataset", "order_id", "product_id", "occurrence", unique=True),
        Index("order_lines_by_customer", "dataset", "customer_id", "ordered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    order_id: str
    product_id: str
    occurrence: int = 0
    ordered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    quantity: float
    unit_price: float
    customer_id: str | None = None
    channel: str | None = None
    promotion: float | None = None
    batch_id: int | None = None


class Sort(StrEnum):
    """What something that is sold is."""

    PRODUCT = "product"
    SERVICE = "service"


class ProductKind(SQLModel, table=True):
    """What somebody said of something that is sold, also where only order lines tell of it."""

    __tablename__ = "product_kinds"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    product_id: str = Field(primary_key=True)
    kind: Sort = Field(sa_column=Column(String(16), nullable=False))
    decided_by: str = ""
    decided_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ImportChange(SQLModel, table=True):
    """What a row said before an import changed it, so that undoing the import can put it back.

    `earlier_batch` is whose row it was before. `before` is a JSON object of its identity and its values.
    """

    __tablename__ = "import_changes"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(index=True)
    table_name: str
    earlier_batch: int | None = Field(default=None, index=True)
    before: str = Field(sa_column=Column(Text, nullable=False))


class DataVersion(SQLModel, table=True):
    """Counts the writes to a dataset, so that readers know when their cached figures are old.

    What was made from an earlier count than `sound_since` was made from rows that were taken back since.
    """

    __tablename__ = "data_versions"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    version: int = 0
    sound_since: int = 0
