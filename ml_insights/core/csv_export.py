"""CSV that people open in spreadsheets, where a cell that starts like a formula would be run."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?%?\Z")


def defused(cell: Any) -> Any:
    """`cell`, with a quote before it where a spreadsheet would take it for a formula; numbers stay numbers.

    After OWASP, "CSV Injection".
    """
    if not isinstance(cell, str) or not cell.startswith(FORMULA) or NUMBER.match(cell):
        return cell
    return "'" + cell


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`header` and `rows` as CSV, defused."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([defused(cell) for cell in header])
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return buffer.getvalue()
