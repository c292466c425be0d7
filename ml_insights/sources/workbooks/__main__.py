"""The process that reads a workbook: one request as JSON in its argument, one answer as JSON on standard output."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ml_insights.core.errors import ProductError
from ml_insights.sources.errors import BadHeaderRow, EmptyFile, UnknownSheet, WorkbookTooLarge
from ml_insights.sources.headers import SEEN_ROWS, Header, find_header, header_at, kind_of
from ml_insights.sources.workbooks.book import book_sheets
from ml_insights.sources.workbooks.cells import Cell, cell_text
from ml_insights.sources.workbooks.container import form_of
from ml_insights.sources.workbooks.html import html_sheets
from ml_insights.sources.workbooks.sheet import Sheet
from ml_insights.sources.workbooks.spreadsheet_xml import xml_sheets

AT_ONCE = 2000

ENOUGH = 2
"""Names that the contract knows, for a row to look like its header."""


@dataclass(frozen=True)
class _Looked:
    """A sheet and what looks like its header, whose rows are counted from the sheet's `start`."""

    sheet: Sheet
    header: Header

    @property
    def rank(self) -> tuple[bool, bool, bool, int, float]:
        """Sheets that can be seen come first, but a hidden one with such columns before those without."""
        fits = self.header.known >= ENOUGH
        return fits and self.sheet.visible, fits, self.sheet.visible, self.header.known, self.header.fit


def main() -> None:
    """Answer the request. What is refused is an answer too."""
    request = json.loads(sys.argv[1])
    _limit(request["megabytes"])
    try:
        answer = convert(request)
    except ProductError as error:
        answer = {"error": type(error).__name__, "values": error.values}
    except MemoryError:
        answer = {"error": WorkbookTooLarge.__name__, "values": {"file": request["name"]}}
    sys.stdout.write(json.dumps(answer))


def _limit(megabytes: int) -> None:
    """A ceiling on the memory of this process, where the system has such."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def convert(request: dict[str, Any]) -> dict[str, Any]:
    """Write the wanted sheet to `target`; what there is besides."""
    name, wanted, header_row = request["name"], request["sheet"], request["header_row"]
    seen: list[_Looked] = []
    best: _Looked | None = None
    for sheet in _sheets(Path(request["path"]), name):
        looked = _Looked(sheet, find_header(request["contract"], _head(sheet, SEEN_ROWS)))
        fits = sheet.name == wanted if wanted else best is None or looked.rank > best.rank
        best = looked if fits else best
        seen.append(_Looked(replace(sheet, read=lambda: iter(())), looked.header))
    if not seen:
        raise EmptyFile(file=name)
    if best is None:
        raise UnknownSheet(file=name, sheet=wanted, choices=", ".join(one.sheet.name for one in seen))
    sheet, header = best.sheet, best.header
    if header_row is not None:
        header = _header_at(request["contract"], sheet, header_row, name)
    numeric = _numeric(islice(iter(sheet), header.last + 1, None))
    _write(Path(request["target"]), sheet, header.last + 1, numeric)
    return {
        "sheet": sheet.name,
        "sheets": [_told(one, seen) for one in seen],
        "numeric": [place for place, number in enumerate(numeric) if number],
        "header_row": 0 if header.missing else sheet.start + header.last + 1,
    }


def _sheets(path: Path, name: str) -> Iterator[Sheet]:
    form = form_of(path, name)
    if form == "html":
        return html_sheets(path, name)
    return xml_sheets(path, name) if form == "xml" else book_sheets(path, name, form)


def _told(looked: _Looked, seen: list[_Looked]) -> dict[str, Any]:
    """A sheet may be meant where its header is nearly as good as the best of those that can be seen."""
    sheet, header = looked.sheet, looked.header
    best = max((one.header.known for one in seen if one.sheet.visible), default=0)
    meant = sheet.visible and header.fit > 0 and header.known >= (best - 1 if best > 2 else best)
    return {
        "name": sheet.name,
        "rows": max(0, sheet.rows - header.last - 1),
        "visible": sheet.visible,
        "meant": meant,
    }


def _head(sheet: Sheet, rows: int) -> list[list[str]]:
    return [[cell_text(cell, True) for cell in row] for row in islice(iter(sheet), rows)]


def _header_at(contract: str, sheet: Sheet, row: int, name: str) -> Header:
    place = row - sheet.start if row else 0
    found = header_at(contract, _head(sheet, place + SEEN_ROWS), place) if not row or place > 0 else None
    if found is None:
        raise BadHeaderRow(file=name, row=row)
    return found


def _numeric(rows: Iterator[list[Cell]]) -> list[bool]:
    """Which columns hold numbers, and no text that could be one with a decimal sign of its own."""
    certain: list[bool] = []
    filled: list[bool] = []
    while chunk := list(islice(rows, AT_ONCE)):
        columns = list(zip(*chunk, strict=True))
        certain = certain or [True] * len(columns)
        filled = filled or [False] * len(columns)
        for place, column in enumerate(columns):
            kinds = set(map(type, column))
            filled[place] = filled[place] or bool(kinds & {float, int})
            certain[place] = certain[place] and not (str in kinds and any(map(_is_written_number, column)))
    return [number and value for number, value in zip(certain, filled, strict=True)]


def _is_written_number(cell: Cell) -> bool:
    return type(cell) is str and ("." in cell or "," in cell) and kind_of(cell) == "number"


def _write(target: Path, sheet: Sheet, first: int, numeric: list[bool]) -> None:
    """The whole sheet, rows above the header too, so that row numbers stay those of the spreadsheet."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([""] for _ in range(sheet.start))
        rows = iter(sheet)
        writer.writerows(_texts(islice(rows, first), []))
        writer.writerows(_texts(rows, numeric))


def _texts(rows: Iterable[list[Cell]], numeric: list[bool]) -> Iterator[list[str]]:
    for row in rows:
        flags = numeric or [False] * len(row)
        yield [cell if type(cell) is str else cell_text(cell, flag) for cell, flag in zip(row, flags, strict=True)]


if __name__ == "__main__":
    main()
