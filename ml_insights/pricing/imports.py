"""Observed prices on their way into the table."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
from sqlmodel import Session

from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.writing import Target, write_rows
from ml_insights.core.arrow import compute as pc
from ml_insights.core.company import company

PRICES = Target(
    "price_observations",
    ("period", "product_id", "store"),
    ("price", "quantity", "deal", "feat"),
    moment="period",
)


def write_prices(session: Session, batch: Batch) -> ImportCount:
    """Add observations. Those that are known with other values keep them unless the batch updates."""
    return write_rows(session, Batch(batch.id, batch.dataset, _days(batch), batch.update, batch.distinct), PRICES)


def _days(batch: Batch) -> Iterator[pa.Table]:
    """Periods as days of the company's zone, no store as the empty text."""
    for chunk in batch.chunks:
        days = pd.DatetimeIndex(chunk.column("period").to_pandas()).tz_convert(company().zone).date
        columns = {
            "period": pa.array([day.isoformat() for day in days], pa.string()),
            "product_id": chunk.column("product_id").cast(pa.string()),
            "store": pc.fill_null(chunk.column("store").cast(pa.string()), ""),
            **{name: chunk.column(name) for name in PRICES.values},
        }
        yield pa.table(columns)
