"""Series and orders of a folder, for measuring the forecasts on somebody's files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ml_insights.core.company import company
from ml_insights.core.evaluate import MissingFile, find_table, read_table

ORDER_COLUMNS = ("order_id", "ordered_at", "product_id", "quantity", "unit_price")


def read_series(folder: Path) -> pd.DataFrame:
    """unique_id, ds, y of `series.csv`, or the daily series of `orders.csv`. Raises the errors of `core.evaluate`."""
    name, path = find_table(folder, "series", "orders")
    if name == "series":
        return read_table(path, ("unique_id", "ds", "y"), texts=("unique_id",))
    from ml.demand.features import series_from_orders

    orders = read_table(path, ORDER_COLUMNS, texts=("order_id", "product_id", "customer_id"))
    orders["ordered_at"] = _instants(pd.Series(orders["ordered_at"]))
    for column in ("quantity", "unit_price"):
        orders[column] = pd.to_numeric(orders[column], errors="coerce")
    return series_from_orders(orders.dropna(subset=list(ORDER_COLUMNS)), _products(folder), company().timezone)


def _products(folder: Path) -> pd.DataFrame | None:
    try:
        _, path = find_table(folder, "products")
    except MissingFile:
        return None
    return read_table(path, ("product_id",), texts=("product_id", "category"))


def _instants(column: pd.Series) -> pd.Series:
    """Aware times; naive ones are read in the business zone, an hour that does not exist moves forward."""
    parsed = pd.to_datetime(column, errors="coerce", format="ISO8601")
    if parsed.dt.tz is None:
        parsed = parsed.dt.tz_localize(company().timezone, nonexistent="shift_forward", ambiguous="NaT")
    return parsed.dt.tz_convert("UTC")
