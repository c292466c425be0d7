"""Demand on the command line: `forecast` and `evaluate demand`."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from ml_insights.core.errors import InvalidInput
from ml_insights.core.evaluate import DataFolder, OutFile, evaluations
from ml_insights.demand.facts import Grain
from ml_insights.demand.tables import Measure
from ml_insights.sources.in_memory import AcceptProposed, Answers, Decide, Mapping


def add_commands(app: typer.Typer) -> None:
    """Add demand's commands."""
    app.command()(forecast)
    evaluations(app).command("demand")(evaluate)


def forecast(
    recompute: Annotated[bool, typer.Option(help="Compute anew, even when the orders have not changed.")] = False,
    series: Annotated[str, typer.Option(help="total, a product, a category, or a full id.")] = "total",
    measure: Annotated[Measure, typer.Option(help="What to forecast.")] = Measure.UNITS,
    days: Annotated[int, typer.Option(help="How many days ahead: 1 to 180.")] = 30,
    months: Annotated[
        int, typer.Option(help="How many calendar months ahead instead: 1 to 12; that of the day after the data first.")
    ] = 0,
    grain: Annotated[
        Grain | None, typer.Option(help="What each row adds up: day, week or month; day by default, month of months.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Show the demand forecast; compute it first when there is none or the orders have changed."""
    from ml_insights.core.settings import settings
    from ml_insights.demand.policy import Ahead, check_ahead
    from ml_insights.demand.service import answers

    ahead = check_ahead(Ahead(days, months))
    _bring_up_to_date(recompute)
    chosen = grain or (Grain.MONTH if months else Grain.DAY)
    answer = json.loads(answers.predict(answers.Question(ahead, series, measure, chosen), settings().language))
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    elif answer["status"] != "forecast":
        typer.echo(f"{answer['series']['label']}: {answer['detail']}", err=True)
        raise typer.Exit(1)
    elif as_csv:
        _print_csv(answer["forecast"], chosen)
    else:
        _print_table(answer)


def _bring_up_to_date(force: bool) -> None:
    from ml_insights.commerce.queries import active_dataset
    from ml_insights.core.database import transaction
    from ml_insights.jobs import service
    from ml_insights.jobs.within import run_or_wait

    with transaction() as session:
        dataset = active_dataset(session)
        run = service.enqueue(session, "demand-forecast", "command line", dataset=dataset.value, force=force)
    done = run_or_wait(run.id or 0, _report_to(sys.stderr.isatty()))
    if done.error:
        typer.echo(done.error_in("en"), err=True)
        raise typer.Exit(1)


def _report_to(terminal: bool) -> Any:
    from ml_insights.core.i18n import gettext
    from ml_insights.core.settings import settings

    def report(share: float, message: str, values: dict[str, Any]) -> None:
        if terminal:
            text = gettext(message, settings().language, **values)
            typer.echo(f"\r\x1b[K{share:4.0%} {text}", err=True, nl=share >= 1)

    return report


def _print_csv(rows: list[dict[str, Any]], grain: Grain) -> None:
    from ml_insights.core.csv_export import csv_lines
    from ml_insights.demand.sheets import answer_sheet

    for some in csv_lines(answer_sheet(rows, grain)):
        typer.echo(some, nl=False)


def _print_table(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    coverage = answer["measured_coverage"]
    said = {level: "not measured" if share is None else f"measured {share:.0%}" for level, share in coverage.items()}
    table = Table(title=f"{answer['series']['label']} · {answer['series']['measure']} · {answer['method']}")
    first = {"day": "Day", "week": "Week", "month": "Month"}[answer["grain"]]
    for heading in (first, "Expected", f"80 % band ({said['80']})", f"95 % band ({said['95']})"):
        table.add_column(heading, justify="left" if heading == first else "right")
    for row in answer["forecast"]:
        bands = [f"{_figure(row[f'lo_{level}'])} – {_figure(row[f'hi_{level}'])}" for level in (80, 95)]
        table.add_row(_named(row), _figure(row["mean"]), *bands)
    Console().print(table)
    made, whole = answer["provenance"], answer["total"]
    typer.echo(
        f"{whole['first']} to {whole['last']}, after the last day of data: {_figure(whole['expected'])} expected"
    )
    typer.echo(f"Data until {made['data_until']}, computed {made['computed_at']}, model {made['model_version']}")


def _named(row: dict[str, Any]) -> str:
    """A day, or a week or month with what of it is sold already or not in sight."""
    if "date" in row:
        return row["date"]
    told = [row["first"]]
    if row["days_sold"]:
        told.append(f"{_figure(row['sold'])} sold on {row['days_sold']} days of it")
    if row["unfinished"]:
        told.append("unfinished")
    return f"{told[0]} ({', '.join(told[1:])})" if told[1:] else told[0]


def _figure(value: float | None) -> str:
    return "?" if value is None else f"{value:,.0f}"


def evaluate(
    data: DataFolder,
    horizon: Annotated[int, typer.Option(help="How many steps at the end of each series are held out.")],
    out: OutFile,
    freq: Annotated[str | None, typer.Option(help="h, D, W, MS, QS or YS; read from the spacing by default.")] = None,
    country: Annotated[
        str, typer.Option(help="ISO 3166 code whose holidays are used; the setting COUNTRY by default.")
    ] = "",
    mapping: Mapping = None,
    decide: Decide = None,
    accept_proposed: AcceptProposed = False,
) -> None:
    """Hold out the last steps of each series, forecast them from the rest alone, and write the scores.

    DIR holds series.csv (UNIQUE_ID, DS, Y, regressors) or orders.csv (and products.csv) under any headers that an
    import understands. Where a file can be read in two ways, its questions are printed and the exit code is 3.
    """
    from ml.demand.evaluate import evaluate_demand
    from ml.demand.types import DemandSettings
    from ml_insights.core.evaluate import write_result
    from ml_insights.demand.errors import NothingToEvaluate
    from ml_insights.demand.files import read_series

    if horizon < 1:
        raise InvalidInput(field="--horizon", value=horizon, reason="at least 1 step must be held out")
    frame = read_series(data, Answers(mapping or (), decide or (), accept_proposed))
    result = evaluate_demand(frame, horizon, freq=freq, settings=_engine(DemandSettings, country))
    write_result(out, result)
    if not result["settings"]["series_forecast"]:
        raise NothingToEvaluate(series=result["settings"]["series_refused"], horizon=horizon, file=str(out))
    model = result["results"]["model"]
    typer.echo(" ".join(f"{name}={value:.4g}" for name, value in model.items() if value is not None))


def _engine(kind: Any, country: str) -> Any:
    from ml_insights.core.company import company
    from ml_insights.core.settings import settings

    return kind(country=country or company().country, n_jobs=settings().workers)
