"""`ml-insights demo …`: the demo company, from the command line."""

import json
from typing import Annotated

import typer

from ml_insights.core import demo as demo_company

ACTOR = "command line"

demo = typer.Typer(help="The demo company: an invented distributor to look around with.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


def add_commands(app: typer.Typer) -> None:
    """Add `demo` to the command line."""
    app.add_typer(demo, name="demo")


@demo.command()
def load(
    seed: Annotated[int, typer.Option(min=0, help="Which demo company; the same number makes the same one.")] = (
        demo_company.SEED
    ),
    as_json: AsJson = False,
) -> None:
    """Make three years of the demo company, up to yesterday; an earlier one goes. Prints its logins.

    Its models and people have been at work for the last months (DEMO_MONTHS), which takes a minute or two; what models
    say today comes with the next start, or `compute`.
    """
    from ml_insights.accounts import service as accounts
    from ml_insights.core.database import transaction

    rows = demo_company.make(ACTOR, seed)
    with transaction() as session:
        logins = accounts.create_demo_logins(session)
    _tell("Added", rows, as_json)
    for email, password, role in logins:
        typer.echo(f"  {role:<12} {email:<36} {password}", err=as_json)


@demo.command()
def remove(as_json: AsJson = False) -> None:
    """Remove the demo company and everything made from it. Your own data is untouched."""
    from ml_insights.core.database import transaction

    with transaction() as session:
        rows = demo_company.clear(session, ACTOR)
    _tell("Removed", rows, as_json)


@demo.command()
def status(as_json: AsJson = False) -> None:
    """Say how many rows of the demo company there are."""
    from ml_insights.core.database import reading

    with reading() as session:
        rows = demo_company.count(session)
    _tell("There are", rows, as_json)


def _tell(verb: str, rows: dict[str, int], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows))
    elif not rows:
        typer.echo("The demo company is not here. `demo load` makes it.")
    else:
        listed = ", ".join(f"{number:,} {table.replace('_', ' ')}" for table, number in rows.items())
        typer.echo(f"{verb} {listed}.")
