"""The command line: `python -m ml_insights --help`. Slices add their commands; what is here belongs to none."""

import gc
import sys
from functools import cache
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from ml_insights.capabilities import capabilities
from ml_insights.core import logging
from ml_insights.core.capability import Capability, load
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings

GARBAGE_AFTER = 100_000
"""New objects until Python looks for garbage. At its default a tenth of a command's start goes into looking."""

app = typer.Typer(
    name="ml-insights",
    help="Forecasts, alerts and experiments for a business, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def prepare() -> None:
    """Forecasts, alerts and experiments for a business, on your own machine."""
    logging.configure()


@app.command()
def migrate() -> None:
    """Bring the database up to this version of the product. Safe to repeat, to interrupt and to run twice at once."""
    from ml_insights.core import migrations
    from ml_insights.core.database import engine

    migrations.upgrade(engine())
    typer.echo(f"The database is at {migrations.head()}.")


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Recompute the pages' figures from the rows, too.")] = False,
) -> None:
    """Say what is configured, reachable, writable and up to date, and what to do about the rest."""
    from ml_insights.core import doctor as examination

    findings = examination.examine(*(["audit"] if audit else []))
    typer.echo(examination.as_json(findings)) if as_json else examination.show(findings)
    raise typer.Exit(1 if examination.broken(findings) else 0)


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="Port of the site; PORT where not given.")] = None,
) -> None:
    """Prepare everything (tables, demo company, models, site) and serve it."""
    from ml_insights import start

    start.run(port)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port of the site; PORT where not given.")] = None,
) -> None:
    """Build the site if its sources changed, and serve it; adds no demo company and trains nothing."""
    from ml_insights import start

    start.serve(port)


@cache
def add_slices(command: str = "") -> None:
    """Add the commands of the slice that names `command`, else of every slice, to the application, once."""
    parts: tuple[Capability, ...] = capabilities()
    for capability in [part for part in parts if command in part.command_names] or parts:
        for reference in capability.commands:
            load(reference)(app)


def fail(message: str) -> NoReturn:
    """End with a message for a person."""
    typer.echo(message, err=True)
    sys.exit(1)


def main() -> None:
    """Run the command line; what a person can mend is told without a traceback."""
    gc.set_threshold(GARBAGE_AFTER)
    add_slices(*sys.argv[1:2])
    try:
        app()
    except ProductError as error:
        fail(error.message(settings().language))
    except ValidationError as error:
        if error.title != "Settings":
            raise
        wrong = "; ".join(f"{str(part['loc'][0]).upper()}: {part['msg']}" for part in error.errors())
        fail(f"A setting is wrong: {wrong}. Mend it in the environment or in .env; docs/settings.md lists them all.")


if __name__ == "__main__":
    main()
