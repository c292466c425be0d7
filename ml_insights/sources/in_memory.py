"""The rows of a file as a table in memory, understood as an import would understand them, and written nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    import pandas as pd

    from ml_insights.sources.command import Understood

UNDECIDED = 3
"""Exit code where somebody has to say how a file is to be read, as of `import`."""
NOTHING_YET = N_("Nothing is measured yet: the file can be read in more than one way.")
LEFT_ASIDE = N_("{file}: {refused} of {rows} rows cannot be read and are left aside: {reasons}.")

Decide = Annotated[
    list[str] | None,
    typer.Option("--decide", help='Answer a question of a file, as for import: --decide "dates=day-first".'),
]
AcceptProposed = Annotated[
    bool, typer.Option("--accept-proposed", help="Take what the files suggest for every question that they leave.")
]
Mapping = Annotated[
    list[str] | None, typer.Option("--map", help='Which header feeds a column: --map "order_id=Invoice number".')
]


@dataclass(frozen=True)
class Answers:
    """What somebody has settled beforehand: COLUMN=HEADER, NAME=VALUE, and whether what is suggested is taken."""

    mapped: Sequence[str] = field(default=())
    decided: Sequence[str] = field(default=())
    accept_proposed: bool = False


def read_rows(path: Path, contract: str, answers: Answers) -> pd.DataFrame:
    """The rows of `path` in the columns and types of `contract`; those that cannot be read are told and left aside.

    Where the file can be read in two ways its questions are printed, and typer.Exit(3) is raised. Raises the errors of
    `sources.errors`.
    """
    import pyarrow as pa

    from ml_insights.core import clock
    from ml_insights.sources import pipeline, printing
    from ml_insights.sources.understanding import require_settled

    with TemporaryDirectory() as folder:
        found = _understood(path, contract, answers, Path(folder))
        if any(one.open for one in found.inspection.decisions):
            printing.undecided(found, (), as_json=False, nothing=NOTHING_YET)
            raise typer.Exit(UNDECIDED)
        require_settled(found.inspection, path.name)
        inspection = found.inspection
        source = pipeline.Source(inspection.path, path.name, inspection.shape, inspection.reading, clock.now())
        tables: list[pa.Table] = []
        tally = pipeline.check_file(source, lambda chunk: tables.append(chunk.valid))
    if tally.refused:
        reasons = ", ".join(tally.reasons)
        printing.say(LEFT_ASIDE, file=path.name, refused=tally.refused, rows=tally.rows, reasons=reasons)
    return pa.concat_tables(tables).to_pandas()


def _understood(path: Path, contract: str, answers: Answers, folder: Path) -> Understood:
    from ml_insights.sources.command import Understood
    from ml_insights.sources.decide import decided
    from ml_insights.sources.facts import Choices
    from ml_insights.sources.understanding import look_at, read_as, require_named, writing

    limit, zone = settings().upload_limit_mb, company().timezone
    choices = Choices(columns=_mapped(answers.mapped, contract))
    looked_at = look_at(path, contract, choices, limit_mb=limit, zone=zone, folder=folder)
    require_named(looked_at, choices.columns, path.name)
    inspection = read_as(path.name, looked_at, choices)
    asked = [one.name for one in inspection.decisions]
    typed = [one for one in answers.decided if contract == "orders" or one.partition("=")[0].strip() in asked]
    settled = decided(inspection, typed, answers.accept_proposed)
    if settled:
        choices = Choices(columns=choices.columns, answers=settled)
        if writing(choices) != writing(Choices()):
            looked_at = look_at(path, contract, choices, limit_mb=limit, zone=zone, folder=folder)
        inspection = read_as(path.name, looked_at, choices)
    return Understood(inspection, choices, None)


def _mapped(pairs: Sequence[str], contract: str) -> dict[str, str]:
    """Column → header of those pairs whose column this contract has; the others are meant for another file."""
    from ml.frames import CONTRACTS

    columns: dict[str, str] = {}
    for pair in pairs:
        column, equals, header = pair.partition("=")
        name = column.strip().lower()
        if not equals or not any(name in one.names for one in CONTRACTS.values()):
            raise typer.BadParameter(f"{pair}: write it as COLUMN=HEADER", param_hint="--map")
        if name in CONTRACTS[contract].names:
            columns[name] = header.strip()
    return columns
