"""The sheets of a workbook, by python-calamine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_insights.sources.errors import BrokenWorkbook, PasswordProtected
from ml_insights.sources.workbooks.cells import Cell
from ml_insights.sources.workbooks.container import require_open, require_safe
from ml_insights.sources.workbooks.faults import Faults, faults_of
from ml_insights.sources.workbooks.xml import BadXml


@dataclass(frozen=True)
class Sheet:
    """A sheet that is open. `start` is the place of its first row that has a value, `rows` how many follow from
    there on."""

    name: str
    visible: bool
    start: int
    rows: int
    source: Any
    faults: Faults = field(default_factory=dict)

    def __iter__(self) -> Iterator[list[Cell]]:
        """The rows from `start` on, all of one width; columns that are empty before the first value are left out."""
        rows = self.source.iter_rows()
        for _ in range(self.start):
            next(rows)
        return self._with_faults(rows) if self.faults else rows

    def _with_faults(self, rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
        by_row: dict[int, list[tuple[int, str]]] = {}
        for (row, column), fault in self.faults.items():
            by_row.setdefault(row, []).append((column - self.source.start[1], fault))
        for place, row in enumerate(rows, self.start):
            for column, fault in by_row.get(place, ()):
                if 0 <= column < len(row):
                    row[column] = fault
            yield row


class Workbook:
    """A workbook of Excel or LibreOffice. Opening raises PasswordProtected, UnpacksTooLarge or BrokenWorkbook."""

    def __init__(self, path: Path, name: str, form: str) -> None:
        import python_calamine

        self.name = name
        faulty = require_safe(path, name) if form == "zip" else require_open(path, name)
        try:
            self._faults = faults_of(path, faulty)
            with path.open("rb") as file:
                self._book = python_calamine.load_workbook(file)
        except python_calamine.PasswordError as error:
            raise PasswordProtected(file=name) from error
        except (python_calamine.CalamineError, BadXml) as error:
            raise BrokenWorkbook(file=name) from error

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that have a value, one at a time: those that can be seen, then the hidden ones."""
        import python_calamine as calamine

        listed = list(enumerate(self._book.sheets_metadata))
        tables = [(place, sheet) for place, sheet in listed if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        for place, sheet in sorted(tables, key=lambda item: item[1].visible != calamine.SheetVisibleEnum.Visible):
            try:
                source = self._book.get_sheet_by_index(place)
            except calamine.CalamineError as error:
                raise BrokenWorkbook(file=self.name) from error
            if source.start is not None:
                visible = sheet.visible == calamine.SheetVisibleEnum.Visible
                faults = self._faults.get(sheet.name, {})
                yield Sheet(sheet.name, visible, source.start[0], source.height, source, faults)
