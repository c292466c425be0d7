"""CSV that people open in spreadsheets, where a cell that starts like a formula would be run.

After OWASP, "CSV Injection": an apostrophe before such a cell makes a spreadsheet take it for a text. `undefused` takes
it off again, so that what is exported and imported holds what it held.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from ml_insights.core.company import company
from ml_insights.core.sheets import Column, Kind, Sheet

BATCH = 1_000
DANGEROUS = r"'*(?:[\t\r\n]|[ \t\r\n\x0b\f]*[=+\-@＝＋－＠])"
"""How a dangerous cell begins, for Python's `re` and for RE2; apostrophes that it has already are counted in, so that
taking one off gives it back."""
FORMULA, QUOTED_FORMULA = re.compile(DANGEROUS), re.compile("'" + DANGEROUS)
NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?\Z")


def defused(cell: str) -> str:
    """`cell`, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return "'" + cell if FORMULA.match(cell) else cell


def undefused(cell: str) -> str:
    """The cell that `defused` was given."""
    return cell[1:] if QUOTED_FORMULA.match(cell) else cell


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """`sheet` as CSV, some thousand lines at a time: the keys of its columns, then its rows."""
    yield _written([[defused(column.key) for column in sheet.columns]])
    rows = iter(sheet.rows)
    while some := list(islice(rows, BATCH)):
        yield _written([_cell(column, value) for column, value in zip(sheet.columns, row, strict=True)] for row in some)


def _cell(column: Column, value: Any) -> Any:
    """Numbers stay numbers, days and moments are ISO 8601, and every text is defused."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, datetime):
        return (value.astimezone(company().zone) if value.tzinfo else value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return round(value, column.digits) if column.digits is not None and isinstance(value, float) else value
    return value if column.kind == Kind.RAW and NUMBER.match(value) else defused(value)


def _written(rows: Iterable[Sequence[Any]]) -> str:
    """Lines that end with \\n; told of both its signs, the writer quotes a cell that holds either."""
    lines = _Lines()
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return "".join(lines)


class _Lines(list[str]):
    """Takes what the writer writes: a line at a time."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")
