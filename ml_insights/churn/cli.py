"""Churn on the command line: `evaluate churn` and `churn-contracts`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ml_insights.core.evaluate import DataFolder, OutFile, evaluations

Label = Annotated[str, typer.Option("--label", help="Column of customers.csv that says who left (contracts).")]


def add_commands(app: typer.Typer) -> None:
    """Add churn's commands."""
    evaluations(app).command("churn")(evaluate)
    app.command("churn-contracts")(contracts)


def evaluate(
    data: DataFolder,
    out: OutFile,
    cutoff: Annotated[str, typer.Option(help="First day that is not known, as 2024-05-31.")] = "",
    horizon_days: Annotated[int, typer.Option(help="Days without a purchase that count as leaving.")] = 90,
    label: Label = "",
) -> None:
    """Learn from orders before the cutoff alone who buys nothing in the days after it, and write the scores.

    DIR holds orders.csv. With --label it holds customers.csv, a table of contracts one column of which says who left:
    then five-fold cross-validation is written, and no cutoff is needed.
    """
    from ml_insights.core.evaluate import write_result

    result = _of_contracts(data, label) if label else _of_orders(data, cutoff, horizon_days)
    write_result(out, result)
    typer.echo(" ".join(f"{name}={value:.4g}" for name, value in result["results"]["model"].items()))


def _of_orders(folder: Path, cutoff: str, horizon_days: int) -> dict[str, Any]:
    from ml.behaviour.history import history
    from ml.churn.evaluate import evaluate_churn
    from ml_insights.churn.errors import CannotEvaluate
    from ml_insights.churn.files import read_visits
    from ml_insights.core.errors import InvalidInput

    try:
        day = datetime.fromisoformat(cutoff).date()
    except ValueError as error:
        raise InvalidInput(field="--cutoff", value=cutoff, reason="a day such as 2024-05-31 is needed") from error
    if horizon_days < 1:
        raise InvalidInput(field="--horizon-days", value=horizon_days, reason="at least 1 day is needed")
    try:
        return evaluate_churn(history(read_visits(folder)), day, horizon_days)
    except ValueError as error:
        raise CannotEvaluate(reason=str(error)) from error


def _of_contracts(folder: Path, label: str) -> dict[str, Any]:
    from ml.churn.contractual import evaluate_contracts
    from ml_insights.churn.errors import CannotEvaluate
    from ml_insights.churn.files import read_contracts

    try:
        return evaluate_contracts(read_contracts(folder, label), label.strip().lower())
    except ValueError as error:
        raise CannotEvaluate(reason=str(error)) from error


def contracts(
    data: Annotated[Path, typer.Option(help="CSV with a row per contract.")],
    label: Annotated[str, typer.Option(help="Column that says who left: yes/no, 1/0, true/false.")],
    out: Annotated[Path, typer.Option(help="CSV or .xlsx to write: every row with its probability and its reasons.")],
) -> None:
    """Score contracts by who left: each row gets the probability that a model gives that never saw that row."""
    from ml.churn.contractual import score_contracts
    from ml_insights.churn.errors import CannotEvaluate
    from ml_insights.churn.files import read_contracts, write_scored

    table = read_contracts(data, label)
    try:
        scored = score_contracts(table, label.strip().lower())
    except ValueError as error:
        raise CannotEvaluate(reason=str(error)) from error
    write_scored(out, table, scored)
    typer.echo(f"{len(table)} rows, out-of-fold AUC {scored.roc_auc:.4f} ({scored.chosen}): {out}")
