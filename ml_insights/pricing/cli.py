"""Prices on the command line: `evaluate pricing`."""

from __future__ import annotations

from typing import Any

import typer

from ml_insights.core.errors import InvalidInput
from ml_insights.core.evaluate import DataFolder, OutFile, evaluations

NEEDED = ("period", "product_id", "price", "quantity")


def add_commands(app: typer.Typer) -> None:
    """Add the command of prices."""
    evaluations(app).command("pricing")(evaluate)


def evaluate(data: DataFolder, out: OutFile) -> None:
    """Estimate elasticities, forecast the last fifth of the periods from the rest alone, and write the scores.

    DIR holds prices.csv (PERIOD, PRODUCT_ID, PRICE, QUANTITY, store, deal, feat).
    """
    from ml.pricing.evaluate import evaluate_pricing
    from ml_insights.core.evaluate import find_table, read_table, write_result

    _, path = find_table(data, "prices")
    table = read_table(path, NEEDED, texts=("product_id", "store"))
    try:
        result = evaluate_pricing(table.assign(period=_periods(table["period"])))
    except ValueError as error:
        raise InvalidInput(field=path.name, value=f"{len(table)} rows", reason=str(error)) from error
    write_result(out, result)
    told = result["results"]["model"]
    typer.echo(" ".join(f"{name}={value:.4g}" for name, value in told.items() if value is not None))


def _periods(column: Any) -> Any:
    """Whole numbers as they are, everything else as dates; what is neither is missing."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column):
        return column
    return pd.to_datetime(column, errors="coerce", format="ISO8601")
