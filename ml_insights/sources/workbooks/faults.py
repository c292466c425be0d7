"""Cells that hold an error (#N/A, #REF!), which python-calamine gives as empty: a reference that broke is no blank.

Only for .xlsx and .xlsm, and only where a part of the archive has such a cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from posixpath import join, normpath
from xml.etree.ElementTree import ParseError, fromstring, iterparse

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
Faults = dict[tuple[int, int], str]
"""Row and column, both from 0, → the error as the workbook writes it."""


def faults_of(path: Path, parts: set[str]) -> dict[str, Faults]:
    """Name of a sheet → its cells with errors, for the sheets that stand in `parts`."""
    if not parts:
        return {}
    with zipfile.ZipFile(path) as archive:
        return {name: dict(_cells(archive, part)) for name, part in _sheets(archive) if part in parts}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet."""
    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ParseError):
        return
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        yield sheet.get("name", ""), normpath(join("xl", target)).lstrip("/")


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    with archive.open(part) as file:
        for _, element in iterparse(file):
            if element.tag == f"{_MAIN}c" and element.get("t") == "e":
                place = _PLACE.fullmatch(element.get("r", ""))
                if place:
                    yield (int(place.group(2)) - 1, _column(place.group(1))), element.findtext(f"{_MAIN}v", "#N/A")
            if element.tag == f"{_MAIN}row":
                element.clear()


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
