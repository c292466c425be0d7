"""`import` on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml_insights.core.company import company
from ml_insights.core.i18n import gettext
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from ml_insights.sources.facts import CheckedChunk, Inspection, Reading, RefusedRow
    from ml_insights.sources.pipeline import Checked, Source

ACTOR = "command line"
FOLLOW = (
    "Everything made of them is computed next: by the running site, whose pages and page of jobs say how far that is. "
    "Without a site, run: python -m ml_insights compute"
)
SHOWN = 20
"""Refused rows printed; all of them go into --refused."""


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
    date_format: Annotated[
        str | None,
        typer.Option(help="day-first, month-first, iso or a format like %d/%m/%Y; found where not given."),
    ] = None,
    decimal: Annotated[str | None, typer.Option(help="The decimal sign: . or ,")] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as utf-8 or cp1252; found where not given.")] = None,
    separator: Annotated[str | None, typer.Option(help="Such as ; or tab; found where not given.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook; found where not given.")] = None,
    header_row: Annotated[
        int | None, typer.Option(help="Which row names the columns, from 1; 0 for none; found where not given.")
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A header that nothing shall use, such as a column of deliveries.")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good rows although others are refused.")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="Overwrite known lines whose values differ.")] = False,
    refused: Annotated[
        Path | None, typer.Option(help="Write the refused rows to this CSV, to mend and import.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Compute everything from the new rows before ending.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Import a file: all of its rows or none, and the same file twice adds nothing."""
    from ml_insights.core import arrow, clock

    arrow.without_pandas()
    from ml_insights.sources import pipeline

    pipeline.require_importable(contract)
    with TemporaryDirectory() as folder:
        inspection = pipeline.inspect_file(
            file,
            contract,
            limit_mb=settings().upload_limit_mb,
            zone=company().timezone,
            encoding=encoding,
            separator="\t" if separator == "tab" else separator,
            sheet=sheet,
            header_row=header_row,
            folder=Path(folder),
        )
        inspection = _mapped(file, inspection, mapping or [])
        reading = _without(file.name, inspection, _chosen(inspection, date_format, decimal), leave_out or [])
        pipeline.require_ready(inspection, reading, file.name, date_format is not None, decimal is not None)
        if not as_json:
            _tell_reading(inspection, reading)
        source = pipeline.Source(inspection.path, file.name, inspection.shape, reading, clock.now())
        with closing(pipeline.Checked(source)) as chunks:
            result = _run(source, chunks, skip_bad, update, refused, quiet=as_json)
    typer.echo(json.dumps(result, ensure_ascii=False)) if as_json else _tell_result(result)
    if result["added"] or result["updated"]:
        _compute(wait, as_json)


def _compute(wait: bool, quiet: bool) -> None:
    """What is made of the rows was asked for with them; do it here, or say who does it."""
    from ml_insights.core.computing import computer

    if wait:
        computer().work(ACTOR, None)
    if not quiet:
        typer.echo("Everything is computed from them now." if wait else FOLLOW)


def _mapped(file: Path, inspection: Inspection, pairs: list[str]) -> Inspection:
    """The proposed columns with those of --map put over them; an empty header takes a column out."""
    from ml_insights.sources.pipeline import with_columns

    if not pairs:
        return inspection
    chosen = {}
    for pair in pairs:
        column, equals, header = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair}: write it as COLUMN=HEADER", param_hint="--map")
        chosen[column.strip().lower()] = header.strip()
    free = {c: h for c, h in inspection.reading.columns.items() if c not in chosen and h not in chosen.values()}
    columns = {column: header for column, header in {**free, **chosen}.items() if header}
    return with_columns(inspection.path, file.name, inspection, columns)


def _without(name: str, inspection: Inspection, reading: Reading, headers: list[str]) -> Reading:
    """The reading without the headers of --leave-out."""
    from ml_insights.sources.errors import UnknownColumn

    known = inspection.shape.headers
    for header in headers:
        if header not in known:
            raise UnknownColumn(column=header, where=name, choices=", ".join(known))
    columns = {column: header for column, header in reading.columns.items() if header not in headers}
    return replace(reading, columns=columns, left_out=tuple(headers))


def _chosen(inspection: Inspection, date_format: str | None, decimal: str | None) -> Reading:
    reading = inspection.reading
    if date_format is not None:
        reading = replace(reading, date_format=None if date_format.lower() == "iso" else date_format)
    return reading if decimal is None else replace(reading, decimal=decimal)


def _run(
    source: Source, chunks: Checked, skip_bad: bool, update: bool, refused: Path | None, quiet: bool
) -> dict[str, Any]:
    """Import with progress on a terminal. Whatever comes of it, the refused rows are shown and written.

    The file is being read while the database and its libraries, which take longer, are made ready here.
    """
    from ml_insights.core.database import transaction
    from ml_insights.sources.refused import RefusedLog, read_refused, refused_csv
    from ml_insights.sources.service import import_recorded

    _make_tables()
    with TemporaryDirectory() as folder:
        log = Path(folder) / "refused"
        try:
            with _progress(source.name, quiet) as on_share, RefusedLog(log) as kept, transaction() as session:

                def on_chunk(chunk: CheckedChunk) -> None:
                    on_share(chunk.share)
                    kept.add(chunk.refused)

                batch = import_recorded(
                    session, source, ACTOR, skip_bad=skip_bad, update=update, on_chunk=on_chunk, chunks=chunks
                )
        finally:
            _show_refused(list(read_refused(log, limit=SHOWN)))
            if refused is not None:
                with refused.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(refused_csv(source.shape.headers, read_refused(log), settings().language))
    return {"batch": batch.id, "file": source.name, "contract": batch.contract, **batch.tally, **batch.counts}


@contextmanager
def _progress(name: str, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on standard error where somebody watches; a function that moves it to a share of the file."""
    if quiet or not sys.stderr.isatty():
        yield lambda share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=1.0)
        yield lambda share: progress.update(task, completed=share)


def _make_tables() -> None:
    """An import may be the first thing that anybody does."""
    from sqlalchemy import inspect

    from ml_insights.core.database import engine

    if not inspect(engine()).has_table("import_batches"):
        from ml_insights.core import migrations

        migrations.upgrade(engine())


def _show_refused(rows: list[RefusedRow]) -> None:
    """On standard error, so that --json stays JSON."""
    if not rows:
        return
    from rich.console import Console
    from rich.table import Table

    from ml_insights.sources.problems import reason

    language = settings().language
    table = Table("Row", "Column", "Value", "Refused because it", title="Refused rows (the first ones)")
    for row in rows:
        for problem in row.problems:
            table.add_row(str(row.row), problem.column, problem.value, reason(problem.code, language))
    Console(stderr=True).print(table)


def _tell_reading(inspection: Inspection, reading: Reading) -> None:
    """What was guessed, so that nothing is silent."""
    for remark in inspection.remarks:
        typer.echo(gettext(remark.message, settings().language, **remark.values))
    columns = ", ".join(f"{column} ← {header}" for column, header in reading.columns.items())
    typer.echo(f"Columns: {columns}")
    typer.echo(
        f"Encoding {reading.encoding}, separator {reading.separator!r}, decimal sign {reading.decimal!r}, "
        f"dates {reading.date_format or 'year first'}, times without a zone are {reading.zone}."
    )


def _tell_result(result: dict[str, Any]) -> None:
    typer.echo(
        f"{result['rows']:,} rows read, {result['refused']:,} refused. {result['added']:,} added, "
        f"{result['unchanged']:,} known already, {result['updated']:,} updated."
    )
    if result["kept"]:
        typer.echo(f"{result['kept']:,} lines are known with other values and kept theirs; --update overwrites them.")
    remarks = {"returns": "returns", "zero_prices": "with a price of 0", "negative_prices": "with a negative price"}
    worth_a_look = [f"{result[key]:,} {text}" for key, text in remarks.items() if result[key]]
    if worth_a_look:
        typer.echo(f"Worth a look among them: {', '.join(worth_a_look)}.")


def undo_import(
    number: Annotated[int, typer.Argument(help="Which import: its number, as import --json and the page tell it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, without asking.")] = False,
) -> None:
    """Undo an import: the rows that it added go, and those that it changed get their earlier values back."""
    from dataclasses import asdict

    from ml_insights.sources import work
    from ml_insights.sources.telling import outlook_lines

    _make_tables()
    outlook = work.undo_outlook(number)
    if not as_json:
        typer.echo("\n".join([outlook.file, *outlook_lines(outlook, settings().language)]))
        if not yes:
            typer.confirm("Undo this import?", abort=True)
    done = work.undo(number, ACTOR)
    if as_json:
        told = asdict(outlook) | {"removed": done.removed, "restored": done.restored}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        typer.echo(f"Undone: {done.removed:,} rows removed, {done.restored:,} rows are as they were before.")
