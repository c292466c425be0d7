"""Segments on the command line: `evaluate segments`."""

from __future__ import annotations

from typing import Any

import typer

from ml_insights.core.evaluate import DataFolder, OutFile, evaluations


def add_commands(app: typer.Typer) -> None:
    """Add the command of segments."""
    evaluations(app).command("segments")(evaluate)


def evaluate(data: DataFolder, out: OutFile) -> None:
    """Find segments in orders.csv, and measure how well separated and how stable they are, beside other methods.

    DIR holds orders.csv (ORDER_ID, ORDERED_AT, PRODUCT_ID, QUANTITY, UNIT_PRICE, customer_id).
    """
    from ml.segments.evaluate import evaluate_segments
    from ml.segments.model import NoCustomers
    from ml_insights.core.evaluate import write_result
    from ml_insights.segments.errors import NobodyToSegment

    orders = _orders(data)
    try:
        result = evaluate_segments(orders)
    except NoCustomers as error:
        raise NobodyToSegment(rows=len(orders)) from error
    write_result(out, result)
    typer.echo(" ".join(f"{name}={value:.4g}" for name, value in result["results"]["model"].items()))


def _orders(folder: Any) -> Any:
    """Order lines with a customer and everything that is needed of them; others are left out."""
    import pandas as pd

    from ml_insights.core.evaluate import find_table, read_table

    needed = ["order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id"]
    _, path = find_table(folder, "orders")
    orders = read_table(path, needed, texts=("order_id", "product_id", "customer_id"))
    times = pd.to_datetime(pd.Series(orders["ordered_at"]), errors="coerce", format="ISO8601")
    numbers = {name: pd.to_numeric(orders[name], errors="coerce") for name in ("quantity", "unit_price")}
    return orders.assign(ordered_at=times, **numbers).dropna(subset=needed)
