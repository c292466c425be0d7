"""`evaluate`: measure a capability on files alone. Each capability adds its own command to `evaluations(app)`.

A command reads one folder, touches no database, and writes {"capability", "settings", "results", "details"}.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml_insights.core.company import fixed, of_settings
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_

if TYPE_CHECKING:
    import pandas as pd

NAME = "evaluate"
HELP = "Train and test on the files of a folder, away from the application's database, and write the scores as JSON."
ENCODINGS = ("utf-8-sig", "cp1252")
SUFFIXES = (".csv", ".csv.gz")

DataFolder = Annotated[Path, typer.Option("--data", help="Folder with the input files.")]
OutFile = Annotated[Path, typer.Option("--out", help="JSON file to write.")]


class MissingFile(ProductError):
    """The folder {folder} holds none of: {names}. Put one of them there, or name another folder with --data."""

    status, code = 404, "missing-file"


class MissingColumns(ProductError):
    """{file} lacks the column(s) {missing}; it has {present}. Rename its columns and try again."""

    status, code = 422, "missing-columns"


class UnreadableFile(ProductError):
    """{file} cannot be read ({reason}). Save it as CSV in UTF-8 and try again."""

    status, code = 422, "unreadable-file"


def evaluations(app: typer.Typer) -> typer.Typer:
    """The `evaluate` group of `app`, to which a capability adds a command of its name."""
    for group in app.registered_groups:
        if group.name == NAME and group.typer_instance is not None:
            return group.typer_instance
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.callback()(_without_database)
    app.add_typer(group, name=NAME)
    return group


def _without_database(context: typer.Context) -> None:
    """The company is what the environment says, and nobody asks the database."""
    context.with_resource(fixed(of_settings()))


def find_table(folder: Path, *names: str) -> tuple[str, Path]:
    """The first of `names` that exists as .csv or .csv.gz, and its path. Raises MissingFile."""
    for name in names:
        for suffix in SUFFIXES:
            path = folder / f"{name}{suffix}"
            if path.is_file():
                return name, path
    raise MissingFile(folder=str(folder), names=", ".join(f"{name}.csv(.gz)" for name in names))


def read_table(path: Path, required: Sequence[str], texts: Sequence[str] = ()) -> "pd.DataFrame":
    """The rows of a CSV file with lower-case column names; `texts` are not turned into numbers.

    Raises UnreadableFile, MissingColumns.
    """
    table = _read(path, texts)
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise MissingColumns(file=path.name, missing=", ".join(missing), present=", ".join(map(str, table.columns)))
    return table


def _read(path: Path, texts: Sequence[str]) -> "pd.DataFrame":
    import pandas as pd

    reason = N_("no known encoding")
    for encoding in ENCODINGS:
        try:
            header = pd.read_csv(path, nrows=0, encoding=encoding).columns
            kinds: Any = {name: str for name in header if str(name).strip().lower() in texts}
            table = pd.read_csv(path, encoding=encoding, dtype=kinds, low_memory=False)
            return table.rename(columns=lambda name: str(name).strip().lower())
        except UnicodeDecodeError:
            continue
        except (ValueError, EOFError, OSError) as error:
            reason = str(error)
            break
    raise UnreadableFile(file=path.name, reason=reason)


def write_result(out: Path, result: dict[str, Any]) -> None:
    """Write `result` whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.draft")
    draft.write_text(json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")
    draft.replace(out)
