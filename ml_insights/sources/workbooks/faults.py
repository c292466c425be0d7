"""Cells that hold an error (#N/A, #REF!), which python-calamine gives as empty: a reference that broke is no blank.

Only for .xlsx, .xlsm and .ods, and only where a part of the archive has such a cell.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from posixpath import join, normpath

from ml_insights.sources.workbooks.xml import Attributes, parse

CONTENT = "content.xml"
MOST_REPEATED = 100
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
Faults = dict[tuple[int, int], str]
"""Row and column, both from 0, → the error as the workbook writes it."""


def faults_of(path: Path, parts: set[str]) -> dict[str, Faults]:
    """Name of a sheet → its cells with errors, for the sheets that stand in `parts`. Raises xml.BadXml."""
    if not parts:
        return {}
    with zipfile.ZipFile(path) as archive:
        if CONTENT in parts:
            return _open_document(archive)
        return {name: _cells(archive, part) for name, part in _sheets(archive).items() if part in parts}


def _open_document(archive: zipfile.ZipFile) -> dict[str, Faults]:
    reader = _OpenReader()
    with archive.open(CONTENT) as file:
        parse(file, reader.start, reader.text, reader.end)
    return reader.faults


class _OpenReader:
    """Keeps count of rows and cells, each of which may stand for many equal ones."""

    def __init__(self) -> None:
        self.faults: dict[str, Faults] = {}
        self._row = self._column = 0
        self._rows = self._cells = 1
        self._sheet: Faults = {}
        self._words: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self._sheet = self.faults.setdefault(attributes.get("name", ""), {})
            self._row = 0
        elif tag == "table-row":
            self._rows, self._column = int(attributes.get("number-rows-repeated", "1")), 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._cells = int(attributes.get("number-columns-repeated", "1"))
            self._words = [] if attributes.get("value-type") == "error" else None

    def text(self, words: str) -> None:
        if self._words is not None:
            self._words.append(words)

    def end(self, tag: str) -> None:
        if tag == "table-row":
            self._row += self._rows
        elif tag in ("table-cell", "covered-table-cell"):
            if self._words is not None:
                for place in range(min(self._cells, MOST_REPEATED)):
                    self._sheet[self._row, self._column + place] = "".join(self._words).strip() or "#N/A"
            self._column, self._words = self._column + self._cells, None


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name → part of each sheet."""
    names: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            names[attributes.get("name", "")] = attributes.get("id", "")

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = normpath(join("/xl", attributes.get("Target", ""))).lstrip("/")

    for part, seen in (("xl/workbook.xml", sheet), ("xl/_rels/workbook.xml.rels", relation)):
        if part in archive.namelist():
            with archive.open(part) as file:
                parse(file, seen)
    return {name: targets.get(key, "") for name, key in names.items()}


def _cells(archive: zipfile.ZipFile, part: str) -> Faults:
    reader = _FaultReader()
    with archive.open(part) as file:
        parse(file, reader.start, reader.text)
    return reader.faults


class _FaultReader:
    def __init__(self) -> None:
        self.faults: Faults = {}
        self._place: tuple[int, int] | None = None
        self._tag = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        self._tag = tag
        if tag == "c":
            found = _PLACE.fullmatch(attributes.get("r", "")) if attributes.get("t") == "e" else None
            self._place = (int(found.group(2)) - 1, _column(found.group(1))) if found else None

    def text(self, words: str) -> None:
        if self._place and self._tag == "v" and words.strip():
            self.faults[self._place] = words.strip()


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
