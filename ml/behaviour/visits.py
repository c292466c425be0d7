"""What customers did, order by order: the frame that features and labels are made of."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
import pandas as pd

COLUMNS = ("customer_id", "order_id", "day", "units", "revenue", "returned", "lines", "products")


def visits(orders: pd.DataFrame, zone: tzinfo | None = None) -> pd.DataFrame:
    """One row per customer and order, by customer, day and order; anonymous sales have none.

    orders: order_id, ordered_at, product_id, quantity, unit_price, customer_id (`ml.frames.ORDERS`). Times with an
    offset are read in `zone` (UTC without one), naive ones as they stand.

    customer_id and order_id are texts; day is the local midnight of the order's first sale, or of its first line where
    it has returns alone; units, lines, products (distinct ones) and revenue are of its sales, the lines with a positive
    quantity; returned is the value of its returns, at least 0. Revenue is below 0 where prices are. Raises ValueError
    where a time cannot be read.
    """
    named = orders[orders["customer_id"].notna() & (orders["customer_id"].astype(str).str.strip() != "")]
    lines = pd.DataFrame(
        {
            "customer_id": named["customer_id"].astype(str).to_numpy(),
            "order_id": named["order_id"].astype(str).to_numpy(),
            "day": local_days(named["ordered_at"], zone).to_numpy(),
            "product_id": named["product_id"].astype(str).to_numpy(),
            "quantity": named["quantity"].to_numpy(float),
            "price": named["unit_price"].to_numpy(float),
        }
    )
    return _grouped(lines)


def local_days(times: pd.Series, zone: tzinfo | None = None) -> pd.Series:
    """Midnight of each time's day, naive. Raises ValueError where a time cannot be read."""
    read = times
    if not pd.api.types.is_datetime64_any_dtype(times.dtype):
        mixed = times.astype(str).str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True).any() and len(times) > 0
        read = pd.to_datetime(times, format="ISO8601", utc=bool(mixed))
    if read.dt.tz is not None:
        read = read.dt.tz_convert(zone or "UTC").dt.tz_localize(None)
    return read.dt.normalize()


def _grouped(lines: pd.DataFrame) -> pd.DataFrame:
    amount = lines["quantity"] * lines["price"]
    sold = lines["quantity"] > 0
    lines = lines.assign(
        units=lines["quantity"].where(sold, 0.0),
        revenue=amount.where(sold, 0.0),
        returned=(-amount).where(lines["quantity"] < 0, 0.0).clip(lower=0.0),
        sold_on=lines["day"].where(sold),
        lines=sold.astype(np.int64),
        sold_product=lines["product_id"].where(sold),
    )
    by_order = lines.groupby(["customer_id", "order_id"], sort=True)
    table = by_order.agg(
        first=("day", "min"),
        sold_on=("sold_on", "min"),
        units=("units", "sum"),
        revenue=("revenue", "sum"),
        returned=("returned", "sum"),
        lines=("lines", "sum"),
        products=("sold_product", "nunique"),
    ).reset_index()
    table["day"] = table["sold_on"].fillna(table["first"])
    return in_order(table)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of `visits` with their types, sorted as `visits` sorts them."""
    typed = table[list(COLUMNS)].astype(
        {"units": float, "revenue": float, "returned": float, "lines": np.int64, "products": np.int64}
    )
    typed["day"] = pd.to_datetime(typed["day"]).astype("datetime64[ns]")
    return typed.sort_values(["customer_id", "day", "order_id"], ignore_index=True)
