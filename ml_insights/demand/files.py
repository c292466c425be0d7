"""Series and orders of a folder, for measuring the forecasts on somebody's files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ml_insights.core.company import company
from ml_insights.core.evaluate import MissingFile, find_table, read_table
from ml_insights.sources.in_memory import Answers, read_rows

SERIES = ("unique_id", "ds", "y")


def read_series(folder: Path, answers: Answers = Answers()) -> pd.DataFrame:
    """unique_id, ds, y of `series.csv`, or the daily series of `orders.csv`, read as an import would read it.

    Raises the errors of `core.evaluate` and `sources.errors`, and typer.Exit(3) where the file can be read in two ways.
    """
    name, path = find_table(folder, "series", "orders")
    if name == "series":
        return read_table(path, SERIES, texts=("unique_id",))
    from ml.demand.features import series_from_orders

    orders = read_rows(path, "orders", answers)
    return series_from_orders(orders, _products(folder, answers), company().timezone)


def _products(folder: Path, answers: Answers) -> pd.DataFrame | None:
    try:
        _, path = find_table(folder, "products")
    except MissingFile:
        return None
    return read_rows(path, "products", answers)
