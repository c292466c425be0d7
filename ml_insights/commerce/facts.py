"""What commerce queries return, and what importers hand over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from ml_insights.commerce.tables import Dataset


def changes_of(data_version: str) -> int | None:
    """How often the rows had been changed when they were as a data version says; None where it does not tell."""
    found = re.match(r"[a-z]+-(\d+)-\d+$", data_version)
    return int(found[1]) if found else None


@dataclass(frozen=True)
class DatasetCounts:
    """How much there is of one dataset. `first` and `last` are the times of the first and last order line."""

    order_lines: int
    orders: int
    products: int
    customers: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class ServiceFact:
    """Something that is sold: whether it looks like a service, and what somebody said that it is (`decided`).

    `reason` is a message to be translated, with {share}, that says why it looks like one, empty where it does not.
    `share` is that of the orders with it. It counts as a `kind`, "service" or "product", also while nobody has decided.
    """

    product_id: str
    name: str
    lines: int
    revenue: float
    reason: str
    decided: str
    share: float = 0.0
    kind: str = ""


@dataclass(frozen=True)
class Batch:
    """Validated rows on their way into the tables, in tables whose columns are those of a contract.

    `update` says what happens to a row that is known with other values: it takes the new ones, or keeps its own.
    `distinct` promises that no two of its rows share an identity.
    """

    id: int | None
    dataset: Dataset
    chunks: Iterable[pa.Table]
    update: bool = False
    distinct: bool = False


@dataclass(frozen=True)
class ImportCount:
    """What became of a batch's rows. `kept` rows are known with other values and kept their own."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    kept: int = 0

    def __add__(self, other: ImportCount) -> ImportCount:
        return ImportCount(
            self.added + other.added,
            self.unchanged + other.unchanged,
            self.updated + other.updated,
            self.kept + other.kept,
        )
