"""Propensity on the command line: `evaluate propensity`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ml_insights.core.errors import InvalidInput
from ml_insights.core.evaluate import DataFolder, OutFile, evaluations

TOLD = ("roc_auc", "pr_auc", "brier", "ece", "lift_at_10")


def add_commands(app: typer.Typer) -> None:
    """Add the command of propensity."""
    evaluations(app).command("propensity")(evaluate)


def evaluate(
    data: DataFolder,
    out: OutFile,
    cutoff: Annotated[str, typer.Option(help="First day that is not learnt from, e.g. 2011-09-01.")],
    horizon_days: Annotated[int, typer.Option(help="Within how many days a purchase counts.")] = 30,
) -> None:
    """Learn from orders.csv before the cutoff who buys next, and measure it on the days after, beside baselines.

    DIR holds orders.csv (ORDER_ID, ORDERED_AT, PRODUCT_ID, QUANTITY, UNIT_PRICE, customer_id).
    """
    from ml.propensity.evaluate import NothingToTest, evaluate_propensity
    from ml.propensity.types import NotEnoughHistory
    from ml_insights.core.evaluate import write_result
    from ml_insights.propensity.errors import NothingToEvaluate

    if horizon_days < 1:
        raise InvalidInput(field="--horizon-days", value=horizon_days, reason="at least 1 day must be looked ahead")
    try:
        result = evaluate_propensity(_orders(data), _day(cutoff), horizon_days)
    except (NothingToTest, NotEnoughHistory) as error:
        raise NothingToEvaluate(cutoff=cutoff, days=horizon_days, reason=str(error)) from error
    write_result(out, result)
    model = result["results"]["model"]
    typer.echo(" ".join(f"{name}={model[name]:.4g}" for name in TOLD if name in model))


def _day(text: str) -> Any:
    import pandas as pd

    try:
        return pd.Timestamp(pd.Timestamp(text).date())
    except ValueError as error:
        raise InvalidInput(field="--cutoff", value=text, reason="a date such as 2011-09-01 is needed") from error


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
