"""The sheets of a workbook of Excel or LibreOffice, by python-calamine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ml_insights.sources.errors import BrokenWorkbook, PasswordProtected
from ml_insights.sources.workbooks.cells import Cell
from ml_insights.sources.workbooks.container import require_open, require_safe
from ml_insights.sources.workbooks.faults import Faults, faults_of
from ml_insights.sources.workbooks.sheet import Sheet
from ml_insights.sources.workbooks.xml import BadXml


def book_sheets(path: Path, name: str, form: str) -> Iterator[Sheet]:
    """The sheets that have a value, one at a time: those that can be seen, then the hidden ones. Macros are not run.

    The library believes names, so it is given one that tells the `form`. Raises PasswordProtected, UnpacksTooLarge or
    BrokenWorkbook.
    """
    import python_calamine as calamine

    faulty = require_open(path, name) if form == "xls" else require_safe(path, name)
    try:
        faults = faults_of(path, faulty)
        with TemporaryDirectory() as folder:
            named = Path(folder) / f"workbook.{form}"
            named.symlink_to(path.resolve())
            book = calamine.load_workbook(named)
        for place, title, visible in _listed(book):
            sheet = book.get_sheet_by_index(place)
            if sheet.start is not None:
                read = partial(_rows, sheet, faults.get(title, {}))
                yield Sheet(title, visible, sheet.start[0], sheet.height, read)
    except calamine.PasswordError as error:
        raise PasswordProtected(file=name) from error
    except (calamine.CalamineError, BadXml) as error:
        raise BrokenWorkbook(file=name) from error


def _listed(book: Any) -> list[tuple[int, str, bool]]:
    """Place, name and visibility of the sheets that are tables."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [
        (place, sheet.name, sheet.visible == SheetVisibleEnum.Visible)
        for place, sheet in enumerate(book.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]
    return sorted(tables, key=lambda item: not item[2])


def _rows(source: Any, faults: Faults) -> Iterator[list[Cell]]:
    """The rows from the first that has a value; columns that are empty before the first value are left out."""
    rows = source.iter_rows()
    first, left = source.start
    for _ in range(first):
        next(rows)
    return _with_faults(rows, first, left, faults) if faults else rows


def _with_faults(rows: Iterator[list[Cell]], first: int, left: int, faults: Faults) -> Iterator[list[Cell]]:
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), fault in faults.items():
        by_row.setdefault(row, []).append((column - left, fault))
    for place, cells in enumerate(rows, first):
        for column, fault in by_row.get(place, ()):
            if 0 <= column < len(cells):
                cells[column] = fault
        yield cells
