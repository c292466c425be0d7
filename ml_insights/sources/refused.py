"""Keep the rows that were refused, and give them back as a CSV to mend and import again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType

from ml_insights.core.csv_export import csv_lines
from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet
from ml_insights.sources.facts import Problem, RefusedRow
from ml_insights.sources.labels import column_title
from ml_insights.sources.problems import reason

EXTRA = {"refused_row": N_("Refused row"), "refused_because": N_("Why it was refused")}


class RefusedLog:
    """Writes refused rows to `path`, one JSON document a line; removes the file if there was none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> RefusedLog:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, rows: Iterable[RefusedRow]) -> None:
        """Append `rows`."""
        for row in rows:
            problems = [[problem.column, problem.value, problem.code] for problem in row.problems]
            self._file.write(json.dumps([row.row, problems, row.cells, row.occurrence], ensure_ascii=False) + "\n")


def read_refused(path: Path, offset: int = 0, limit: int | None = None) -> Iterator[RefusedRow]:
    """Rows of a log in file order, from `offset` on, at most `limit`. Nothing where there is no log."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in islice(file, offset, None if limit is None else offset + limit):
            row, problems, cells, occurrence = json.loads(line)
            yield RefusedRow(row, tuple(Problem(*problem) for problem in problems), tuple(cells), occurrence)


def sentence(problem: Problem, contract: str, language: str) -> str:
    """One problem in words, with the column's title and the value."""
    what = reason(problem.code, language)
    if not problem.column:
        return f"{what} ({problem.value})" if problem.value else what
    value = f" (“{problem.value}”)" if problem.value.strip() else ""
    return f"{column_title(contract, problem.column, language)} {what}{value}"


def refused_sheet(
    name: str, headers: tuple[str, ...], rows: Iterable[RefusedRow], contract: str, language: str
) -> Sheet:
    """`rows` with the columns of the file `name`, what is wrong, and what a second import needs to place them.

    Cells are written as they stood: numbers stay, and our importer takes off what defuses a formula.
    """
    numbered = "occurrence" not in headers
    columns = [Column(header, kind=Kind.RAW) for header in headers]
    columns += [Column("occurrence", kind=Kind.RAW)] if numbered else []
    columns += [Column(key, label, Kind.RAW) for key, label in EXTRA.items()]
    lines = (_line(row, len(headers), numbered, contract, language) for row in rows)
    return Sheet(f"refused-{name}", N_("Refused rows"), columns, lines)


def refused_csv(headers: tuple[str, ...], rows: Iterable[RefusedRow], contract: str, language: str) -> Iterator[str]:
    """The sheet of refused rows as CSV."""
    return csv_lines(refused_sheet("", headers, rows, contract, language))


def _line(row: RefusedRow, width: int, numbered: bool, contract: str, language: str) -> tuple[str, ...]:
    cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
    nth = [str(row.occurrence) if row.occurrence is not None else ""] if numbered else []
    reasons = "; ".join(sentence(problem, contract, language) for problem in row.problems)
    return (*cells, *nth, str(row.row), reasons)
