"""Backups on the command line: `backup create|list|verify` and `restore`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ml_insights.backups.facts import BackupFact

ACTOR = "command line"
MEGABYTE = 1_000_000
File = Annotated[str, typer.Argument(help="A path, or a name as `backup list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of backups."""
    backup = typer.Typer(help="Copies of database and model files.", no_args_is_help=True)
    app.add_typer(backup, name="backup")
    backup.command()(create)
    backup.command("list")(list_backups)
    backup.command()(verify)
    app.command()(restore)


def create(as_json: AsJson = False) -> None:
    """Make a backup, check it, remove those that are older than are kept, and copy it to the bucket if one is named.

    Exit code 0 when all of that is done, 1 when something is not; then the reason is on stderr.
    """
    from ml_insights.backups import queries, service
    from ml_insights.core.database import transaction

    made = service.create(ACTOR)
    with transaction() as session:
        service.note_created(session, made, ACTOR)
    if as_json:
        typer.echo(json.dumps(queries.as_json(made), indent=2))
        return
    typer.echo(f"{made.path} ({made.size / MEGABYTE:.1f} MB: {made.rows:,} rows, {made.models} model versions)")
    for path in made.missing:
        typer.echo(f"The files of the model version {path} are missing or damaged, so they are not in it.", err=True)


def list_backups(as_json: AsJson = False) -> None:
    """Show every backup, newest first: those in the folder, then those that are in the bucket alone."""
    from ml_insights.backups import bucket, queries

    here = queries.list_backups()
    known = {fact.name for fact in here}
    away = [name for name in bucket.names() if name not in known] if bucket.configured() else []
    if as_json:
        typer.echo(json.dumps({"folder": [queries.as_json(fact) for fact in here], "bucket": away}, indent=2))
        return
    if not here and not away:
        typer.echo("There are no backups yet. Make one: python -m ml_insights backup create")
    _table([_cells(fact) for fact in here] + [[name, "", "", "", "", "in the bucket"] for name in away])


def verify(
    files: Annotated[list[str] | None, typer.Argument(help="Paths or names; all in the folder if none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare every byte of backups with their checksums. Exit code 1 when one of them is not whole."""
    from ml_insights.backups import queries, service
    from ml_insights.core.errors import ProductError
    from ml_insights.core.settings import settings

    told: list[dict[str, Any]] = []
    for file in files or [fact.name for fact in queries.list_backups()]:
        try:
            told.append({**queries.as_json(service.verify(file)), "error": None})
        except ProductError as error:
            told.append({"name": file, "whole": False, "error": error.message(settings().language)})
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        for one in told:
            typer.echo(f"{one['name']}: {one['error'] or 'whole'}", err=bool(one["error"]))
    if any(one["error"] for one in told):
        raise typer.Exit(1)


def restore(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    keep_present: Annotated[
        bool, typer.Option("--keep-present/--discard-present", help="Back up the present state first.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Replace database and model files by those of a backup: all of it or nothing.

    People, passwords, sessions and API keys are then those of that moment, too. Nothing happens while jobs run.
    """
    from dataclasses import asdict

    from ml_insights.backups import service

    path = service.find(file)
    if not yes:
        _ask(path.name)
    done = service.restore(str(path), ACTOR, keep_present=keep_present)
    if as_json:
        typer.echo(json.dumps({**asdict(done), "created_at": done.created_at.isoformat()}, indent=2))
        return
    moment = f"{done.created_at:%Y-%m-%d %H:%M} UTC"
    typer.echo(f"Restored {done.name} of {moment}: {done.rows:,} rows, {done.models} model versions.")
    if done.before:
        typer.echo(f"The state before it is in {done.before}.")


def _ask(name: str) -> None:
    if not sys.stdin.isatty():
        typer.echo("Nothing was changed: say --yes where nobody can be asked.", err=True)
        raise typer.Exit(1)
    typer.confirm(f"Replace everything in this installation by {name}?", abort=True)


def _cells(fact: BackupFact) -> list[str]:
    whole = "not readable" if not fact.readable else "not verified" if fact.check is None else "whole"
    state = "damaged" if fact.check and not fact.check.good else whole
    made = f"{fact.created_at:%Y-%m-%d %H:%M} UTC"
    return [fact.name, made, f"{fact.size / MEGABYTE:.1f} MB", f"{fact.rows:,}", str(fact.models), state]


def _table(lines: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    name = Column("Backup", no_wrap=True, min_width=max((len(line[0]) for line in lines), default=0))
    table = Table(name, "Made", "Size", "Rows", "Models", "State", box=None, pad_edge=False)
    for line in lines:
        table.add_row(*line)
    if lines:
        Console().print(table)
