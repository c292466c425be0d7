"""XML Spreadsheet 2003, which Excel and many programs still write, often under the name .xls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from ml_insights.sources.errors import BrokenWorkbook, WorkbookTooLarge
from ml_insights.sources.workbooks.cells import Cell
from ml_insights.sources.workbooks.sheet import Sheet, grid
from ml_insights.sources.workbooks.xml import Attributes, BadXml, parse

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14


def xml_sheets(path: Path, name: str) -> Iterator[Sheet]:
    """The sheets that have a value, those that can be seen first. Raises BrokenWorkbook or WorkbookTooLarge."""
    reader = _Reader(name)
    try:
        with path.open("rb") as file:
            parse(file, reader.start, reader.text, reader.end)
    except (BadXml, ValueError) as error:
        raise BrokenWorkbook(file=name) from error
    for title, rows, visible in sorted(reader.sheets, key=lambda item: not item[2]):
        if sheet := grid(title, rows, visible):
            yield sheet


class _Reader:
    """Rows and cells may name their place and leave those before it out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: list[tuple[str, list[list[Cell]], bool]] = []
        self._kind: str | None = None
        self._words: list[str] = []
        self._across = 0
        self._hidden = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "Worksheet":
            self.sheets.append((attributes.get("Name", ""), [], True))
        elif tag == "Row" and self.sheets:
            self._pad(self.sheets[-1][1], attributes.get("Index"), MOST_ROWS, lambda: [])
            self.sheets[-1][1].append([])
        elif tag == "Cell" and self.sheets and self.sheets[-1][1]:
            row = self.sheets[-1][1][-1]
            self._pad(row, attributes.get("Index"), MOST_COLUMNS, str)
            row.append("")
            self._across = int(attributes.get("MergeAcross", "0"))
        elif tag in ("Data", "Visible"):
            self._kind, self._words = attributes.get("Type", tag), []

    def text(self, text: str) -> None:
        if self._kind is not None:
            self._words.append(text)

    def end(self, tag: str) -> None:
        words = "".join(self._words)
        if tag == "Data" and self.sheets and self.sheets[-1][1] and self.sheets[-1][1][-1]:
            self.sheets[-1][1][-1][-1] = _value(self._kind or "", words)
        elif tag == "Visible" and self.sheets:
            title, rows, _ = self.sheets[-1]
            self.sheets[-1] = (title, rows, words.strip() == "SheetVisible")
        elif tag == "Cell" and self.sheets and self.sheets[-1][1]:
            self.sheets[-1][1][-1].extend([""] * min(self._across, MOST_COLUMNS))
        if tag in ("Data", "Visible"):
            self._kind = None

    def _pad(self, items: list, index: str | None, most: int, empty) -> None:
        """Fill up to the place before `index`, from 1."""
        wanted = int(index) - 1 if index else len(items)
        if max(wanted, len(items)) >= most:
            raise WorkbookTooLarge(file=self.name)
        items.extend(empty() for _ in range(wanted - len(items)))


def _value(kind: str, words: str) -> Cell:
    if kind == "Number":
        return float(words)
    if kind == "Boolean":
        return words.strip() == "1"
    if kind == "DateTime":
        moment = datetime.fromisoformat(words.strip())
        return moment.date() if moment.time() == time(0) else moment
    return words
