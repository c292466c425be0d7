"""Take back order lines that a later file says are no sales: cancelled, given back, never paid. Callers commit.

They are kept in the record of what an import changed, so that undoing the import brings them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from sqlmodel import Session

from ml_insights.commerce.bulk import Writer
from ml_insights.commerce.facts import Batch
from ml_insights.commerce.imports import ORDERS
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.commerce.writing import writer


@dataclass(frozen=True)
class Withdrawn:
    """Lines that were sales and are none any more: `lines` by why, their `orders`, and what they were worth."""

    lines: dict[str, int] = field(default_factory=dict)
    orders: int = 0
    revenue: float = 0.0


def outlook(session: Session, batch_id: int | None, no_sales: Mapping[str, pa.Table]) -> Withdrawn:
    """What of `no_sales`, the identities of order lines by why they are no sales, an earlier import brought as sales.

    `batch_id` is the import that says so.
    """
    return _each(session, batch_id, no_sales, take=False)


def withdraw(session: Session, batch_id: int, no_sales: Mapping[str, pa.Table]) -> Withdrawn:
    """Take those lines out of the sales. Lines that the import brought itself stay: it has them as sales too.

    The caller has written the import's rows, and so holds the data set.
    """
    found = _each(session, batch_id, no_sales, take=True)
    if found.lines:
        mark_changed(session, Dataset.COMPANY)
    return found


def _each(session: Session, batch_id: int | None, no_sales: Mapping[str, pa.Table], *, take: bool) -> Withdrawn:
    if not no_sales:
        return Withdrawn()
    made = writer(session, Batch(batch_id, Dataset.COMPANY, ()), ORDERS)
    lines, orders, revenue = dict[str, int](), 0, 0.0
    for reason, identities in no_sales.items():
        made.stage(identities)
        known, of_orders, worth = _known(made)
        if known:
            lines[reason], orders, revenue = known, orders + of_orders, revenue + worth
        if known and take:
            made.withdraw_staged()
    made.close()
    return Withdrawn(lines, orders, round(revenue, 4))


def _known(made: Writer) -> tuple[int, int, float]:
    """How many of the staged lines are known as sales, in how many orders, and their worth."""
    table = ORDERS.table
    made.cursor.execute(
        f"SELECT count(*), count(DISTINCT {table}.order_id), coalesce(sum({table}.quantity * {table}.unit_price), 0) "
        f"{made.staged_of_others()}"
    )
    lines, orders, worth = made.cursor.fetchone()
    return int(lines), int(orders), float(worth)
