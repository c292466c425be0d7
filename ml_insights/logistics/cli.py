"""`evaluate route-cost`."""

from __future__ import annotations

import typer

from ml_insights.core.evaluate import DataFolder, OutFile, evaluations


def add_commands(app: typer.Typer) -> None:
    """Add this slice's commands."""
    evaluations(app).command("route-cost")(evaluate)


def evaluate(data: DataFolder, out: OutFile) -> None:
    """Hold out the last fifth of deliveries, estimate their costs from the rest, and write the scores.

    DIR holds deliveries.csv: ROUTE_ID, DEPARTED_AT, COST, and distance_km or weight_kg; further columns are features.
    Rows whose cost is no number above zero are dropped and counted; features that tell the cost are left out and named.
    """
    from ml.route_cost.evaluate import evaluate_route_cost
    from ml.route_cost.types import NoUsableDeliveries
    from ml_insights.core.evaluate import write_result
    from ml_insights.logistics.errors import NotEnoughDeliveries
    from ml_insights.logistics.files import read_deliveries

    try:
        result = evaluate_route_cost(read_deliveries(data))
    except NoUsableDeliveries as error:
        raise NotEnoughDeliveries(rows=error.rows, least=error.least) from error
    write_result(out, result)
    model = result["results"]["model"]
    typer.echo(" ".join(f"{name}={value:.4g}" for name, value in model.items()))
    if result["settings"]["leakage"]:
        named = ", ".join(result["settings"]["leaking_features"]) or "a perfect score"
        typer.echo(f"Leakage: {named}. Look into it before trusting any figure.", err=True)
