"""Cells that hold an error (#N/A, #REF!), which python-calamine gives as empty: a reference that broke is no blank.

Only for .xlsx and .xlsm, and only where a part of the archive has such a cell.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from posixpath import join, normpath

from ml_insights.sources.workbooks.xml import Attributes, parse

ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
Faults = dict[tuple[int, int], str]
"""Row and column, both from 0, → the error as the workbook writes it."""


def faults_of(path: Path, parts: set[str]) -> dict[str, Faults]:
    """Name of a sheet → its cells with errors, for the sheets that stand in `parts`. Raises xml.BadXml."""
    if not parts:
        return {}
    with zipfile.ZipFile(path) as archive:
        return {name: _cells(archive, part) for name, part in _sheets(archive).items() if part in parts}


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
    faults: Faults = {}
    place: list[tuple[int, int]] = []

    def start(tag: str, attributes: Attributes) -> None:
        found = _PLACE.fullmatch(attributes.get("r", "")) if tag == "c" and attributes.get("t") == "e" else None
        if tag == "c":
            place[:] = [(int(found.group(2)) - 1, _column(found.group(1)))] if found else []

    def end(tag: str, text: str) -> None:
        if tag == "v" and place:
            faults[place[0]] = text

    with archive.open(part) as file:
        parse(file, start, end)
    return faults


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
