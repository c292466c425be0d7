"""`refresh` and `sources` on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from ml_insights.core.errors import ProductError
    from ml_insights.sources.supabase.connections import Connection
    from ml_insights.sources.supabase.refresh import Refreshed
    from ml_insights.sources.supabase.schema import FarTable

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of Supabase as a source."""
    app.command()(refresh)
    sources = typer.Typer(help="Where rows are read from; see docs/supabase.md.", no_args_is_help=True)
    app.add_typer(sources, name="sources")
    sources.command("test")(test_connection)
    sources.command("tables")(list_tables)


def refresh(
    full: Annotated[bool, typer.Option("--full", help="Read whole tables, not only what changed since.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Let rows of mirrored tables go that are no longer there, even if many.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the tables up to what Supabase holds; see docs/supabase.md."""
    from ml_insights.sources.command import make_tables
    from ml_insights.sources.supabase import refresh as supabase

    make_tables()
    results = supabase.refresh(lambda share, table, rows: None, full, remove)
    if as_json:
        typer.echo(json.dumps([supabase.as_json(result) for result in results], ensure_ascii=False))
    else:
        for result in results:
            _tell(result)
    _warn(*(result.warning for result in results))
    failed = next((result.error for result in results if result.error), None)
    if failed:
        raise failed


def test_connection(as_json: AsJson = False) -> None:
    """Ask the project whether it answers, takes the key and shows rows of every table that is read."""
    from ml_insights.sources.supabase.look import look_at

    connection = _connection()
    access = connection.require_access()
    seen = look_at(access, connection.mapping)
    if as_json:
        typer.echo(json.dumps({"url": access.url, "tables": seen.listed, "problems": seen.problems_as_json()}))
    else:
        listed = "may not be listed with this key" if seen.listed is None else f"{seen.listed:,} tables can be seen"
        typer.echo(f"{access.url} answers and takes the key; {listed}.")
        for contract, problem in seen.tables.items():
            typer.echo(f"{contract} ← {connection.mapping.root[contract].table}: {'see below' if problem else 'ok'}")
    _warn(*seen.tables.values())
    if any(seen.tables.values()):
        raise typer.Exit(1)


def list_tables(as_json: AsJson = False) -> None:
    """List the project's tables with their columns, types and primary keys."""
    from ml_insights.sources.supabase.look import described

    tables = described(_connection().require_access())
    if as_json:
        typer.echo(json.dumps([_table_as_json(table) for table in tables], ensure_ascii=False))
        return
    for table in tables:
        key = ", ".join(table.primary_key) or "none"
        columns = ", ".join(f"{column.name} ({column.kind})" for column in table.columns)
        typer.echo(f"{table.name}: primary key {key}; {columns}")


def _table_as_json(table: FarTable) -> dict[str, Any]:
    columns = [{"name": column.name, "type": column.kind} for column in table.columns]
    return {"name": table.name, "primary_key": table.primary_key, "columns": columns}


def _connection() -> Connection:
    from ml_insights.core.database import reading
    from ml_insights.sources.command import make_tables
    from ml_insights.sources.supabase import connections

    make_tables()
    with reading() as session:
        return connections.current(session)


def _tell(result: Refreshed) -> None:
    typer.echo(
        f"{result.contract}: {result.fetched:,} rows read, {result.added:,} added, {result.updated:,} updated, "
        f"{result.refused:,} refused, {result.removed:,} removed."
    )


def _warn(*warnings: ProductError | None) -> None:
    """On standard error, so that --json stays JSON."""
    for warning in filter(None, warnings):
        typer.echo(f"Warning: {warning.message(settings().language)}", err=True)
