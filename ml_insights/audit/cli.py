"""`ml-insights audit`: whether the pages' figures are what the rows add up to."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ml_insights.audit.facts import Report


def add_commands(app: typer.Typer) -> None:
    """Add `audit` to the command line."""
    app.command()(audit)


def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Recompute the pages' figures from the raw rows by SQL of its own, and list every difference; exit 1 if any."""
    from ml_insights.audit.service import audit as compare
    from ml_insights.core.database import snapshot

    with snapshot() as session:
        found = compare(session)
    typer.echo(json.dumps(asdict(found) | {"figures": found.figures}, indent=2)) if as_json else _tell(found)
    raise typer.Exit(1 if found.differences else 0)


def _tell(found: Report) -> None:
    for one in found.differences:
        typer.echo(f"{one.page}, {one.figure}: the page says {one.shown}, the rows say {one.recomputed}")
    for sql in dict.fromkeys(one.sql for one in found.differences):
        typer.echo(f"\n{sql};\n")
    for page, count in found.compared.items():
        typer.echo(f"{page}: {count:,} figures recomputed")
    for one in found.left_out:
        typer.echo(f"{one.page}: left out. {one.why}")
    told = f"{found.figures:,} figures of {found.rows_of} data, differences: {len(found.differences):,}"
    typer.echo(told)
