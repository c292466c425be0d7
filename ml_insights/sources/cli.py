"""`import` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml_insights.core.i18n import N_, gettext
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from ml_insights.sources.command import Wanted

FOLLOW = N_(
    "Everything made of them is computed next: by the running site, whose pages and page of jobs say how far that is. "
    "Without a site, run: python -m ml_insights compute"
)
SHOWN = 20
"""Refused rows printed; all of them go into --refused."""
UNDECIDED = 3
"""Exit code where somebody has to say how the file is to be read."""


def add_commands(app: typer.Typer) -> None:
    """Add this slice's commands."""
    app.command("import")(import_command)
    app.command("undo-import")(undo_import)


def import_command(
    file: Annotated[Path, typer.Argument(help="A CSV file, plain or gzipped, or a workbook (.xlsx, .xls, .ods …).")],
    contract: Annotated[
        str, typer.Option("--as", help="What its rows are: orders, customers, products, prices, deliveries or stops.")
    ] = "orders",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help='Which header feeds a column: --map "order_id=Invoice number".')
    ] = None,
    decide: Annotated[
        list[str] | None,
        typer.Option("--decide", help='Answer a question of the file: --decide "states=Cancelled:out,Paid:sale".'),
    ] = None,
    accept_proposed: Annotated[
        bool, typer.Option("--accept-proposed", help="Take what the file suggests for every question that it leaves.")
    ] = False,
    date_format: Annotated[
        str | None,
        typer.Option(help="day-first, month-first, iso, or a format such as %d/%m/%Y; found where not given."),
    ] = None,
    decimal: Annotated[str | None, typer.Option(help="The decimal sign: . or ,")] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as utf-8 or cp1252; found where not given.")] = None,
    separator: Annotated[str | None, typer.Option(help="Such as ; or tab; found where not given.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook to read.")] = None,
    header_row: Annotated[
        int | None, typer.Option(help="The row that names the columns, from 1; 0 for none; found where not given.")
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="A header that nothing shall use; can be repeated.")
    ] = None,
    count_in: Annotated[
        str,
        typer.Option(help="Make this the company's currency with the import, such as USD; only before it has rows."),
    ] = "",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good rows although others are refused.")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="Overwrite known lines whose values differ.")] = False,
    refused: Annotated[
        Path | None, typer.Option(help="Write the refused rows to this CSV, to mend and import.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the file amounts to, and import nothing.")
    ] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Forget how the last file of the same layout was read.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Compute everything from the new rows before ending.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Import a file: all of its rows or none, and the same file twice adds nothing.

    Where the file can be read in two ways, nothing is imported: its questions are printed and the exit code is 3.
    """
    from ml_insights.core import arrow

    arrow.without_pandas()
    from ml_insights.sources import pipeline
    from ml_insights.sources.command import Wanted, counting_in
    from ml_insights.sources.facts import Choices

    pipeline.require_importable(contract)
    if decimal not in (None, ".", ",", "each"):
        raise typer.BadParameter(f"{decimal}: the decimal sign is . or ,", param_hint="--decimal")
    answers = {"dates": date_format, "decimal": decimal}
    choices = Choices(
        columns=_mapped(mapping or []),
        answers={name: answer.lower() if name == "dates" and "%" not in answer else answer
                 for name, answer in answers.items() if answer is not None},
        encoding=encoding or "",
        separator="\t" if separator == "tab" else separator or "",
        sheet=sheet or "",
        header_row=header_row,
        left_out=tuple(leave_out or ()),
    )  # fmt: skip
    currency = count_in.strip().upper()
    with TemporaryDirectory() as folder, counting_in(currency):
        wanted = Wanted(
            file, Path(folder), contract, choices, decide or (), accept_proposed, afresh, skip_bad, update, currency
        )
        result = _run(wanted, refused, dry_run, as_json)
    if result.get("added") or result.get("updated"):
        _compute(wait, as_json)


def _mapped(pairs: list[str]) -> dict[str, str]:
    """Column → header as --map has it; an empty header takes a column out."""
    columns = {}
    for pair in pairs:
        column, equals, header = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair}: write it as COLUMN=HEADER", param_hint="--map")
        columns[column.strip().lower()] = header.strip()
    return columns


def _run(wanted: Wanted, refused: Path | None, dry_run: bool, as_json: bool) -> dict[str, Any]:
    """Understand, then ask or import. Whatever comes of it, the refused rows are shown and written."""
    from ml_insights.sources import command, printing
    from ml_insights.sources.refused import RefusedLog, read_refused, refused_csv

    found = command.understood(wanted)
    if any(one.open for one in found.inspection.decisions):
        printing.undecided(found, command.tried_each_way(wanted, found) if as_json else (), as_json)
        raise typer.Exit(UNDECIDED)
    source = command.source_of(wanted, found)
    if not as_json:
        printing.reading(found)
    log = wanted.folder / "refused"
    try:
        with printing.progress(source.name, quiet=as_json) as on_share, RefusedLog(log) as kept:
            if dry_run:
                result = printing.trial(source, command.tried(source, kept, on_share))
            else:
                result = printing.result(source, command.written(wanted, found, source, kept, on_share))
    finally:
        printing.refused_rows(wanted.contract, list(read_refused(log, limit=SHOWN)))
        if refused is not None:
            lines = refused_csv(source.shape.headers, read_refused(log), wanted.contract, settings().language)
            with refused.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
    typer.echo(json.dumps(result, ensure_ascii=False)) if as_json else printing.told(result)
    return result


def _compute(wait: bool, quiet: bool) -> None:
    """What is made of the rows was asked for with them; do it here, or say who does it."""
    from ml_insights.core.computing import computer
    from ml_insights.sources import command, printing

    if wait:
        computer().work(command.ACTOR, None)
    if not quiet:
        printing.say(N_("Everything is computed from them now.") if wait else FOLLOW)


def undo_import(
    number: Annotated[int, typer.Argument(help="Which import: its number, as import --json and the page tell it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, without asking.")] = False,
) -> None:
    """Undo an import: the rows that it added go, and those that it changed get their earlier values back."""
    from dataclasses import asdict

    from ml_insights.core import formats
    from ml_insights.sources import command, printing, work
    from ml_insights.sources.telling import outlook_lines

    command.make_tables()
    language = settings().language
    outlook = work.undo_outlook(number)
    if not as_json:
        typer.echo("\n".join([outlook.file, *outlook_lines(outlook, language)]))
        if not yes:
            typer.confirm(gettext(N_("Undo this import?"), language), abort=True)
    done = work.undo(number, command.ACTOR)
    if as_json:
        told = asdict(outlook) | {"removed": done.removed, "restored": done.restored}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        counts = {
            "removed": formats.number(done.removed, language),
            "restored": formats.number(done.restored, language),
        }
        printing.say(
            N_("The import is undone. Rows that went: {removed}; rows that are as they were before: {restored}."),
            **counts,
        )
