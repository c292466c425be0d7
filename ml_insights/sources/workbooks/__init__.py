"""Workbooks: the chosen sheet is written once as text (CSV, UTF-8, commas), which is then read as every other file.

A library that opens what strangers made runs in a process of its own, with a ceiling on its memory and its time: a
small workbook can ask for more memory than there is, and ends its process then.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from ml_insights.core.errors import ProductError
from ml_insights.sources import errors
from ml_insights.sources.workbooks.container import form_of

PROJECT = Path(__file__).resolve().parents[3]
MOST_MEGABYTES = 2048
"""Address space of the process that reads a workbook."""
MOST_SECONDS = 300
PASSED_ON = ("PATH", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
"""Of the environment, what that process needs."""


@dataclass(frozen=True)
class SheetSeen:
    """A sheet that has rows. `meant` says whether it may be the one that is wanted, going by its header."""

    name: str
    rows: int
    visible: bool
    meant: bool


@dataclass(frozen=True)
class SheetText:
    """A sheet as text. `numeric` are the places of columns that hold numbers alone; `header_row` counts from 1 and is
    0 where no row is a header."""

    path: Path
    sheet: str
    sheets: tuple[SheetSeen, ...]
    numeric: tuple[int, ...]
    header_row: int


@dataclass(frozen=True)
class Wanted:
    """Which sheet is wanted, and where its header is; what is None is found. The contract's words help to."""

    contract: str
    sheet: str | None = None
    header_row: int | None = None


def sheet_text(path: Path, name: str, wanted: Wanted, folder: Path) -> SheetText | None:
    """The sheet of the workbook `path` as a text in `folder`, made anew only where it is not there; None for a text.

    Raises NotText, PasswordProtected, UnpacksTooLarge, WorkbookTooLarge, BrokenWorkbook, EmptyFile, UnknownSheet or
    BadHeaderRow.
    """
    if not form_of(path, name):
        return None
    status = path.stat()
    asked = {"path": str(path), "name": name, "size": status.st_size, "at": status.st_mtime_ns, **asdict(wanted)}
    base = folder / f"{path.name}.{wanted.contract}.{_safe(wanted.sheet)}.{wanted.header_row}"
    note = base.with_name(f"{base.name}.json")
    made = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    if made.get("asked") != asked:
        made = {"asked": asked, "found": _convert(asked, base.with_name(f"{base.name}.csv"))}
        begun = note.with_name(f"{note.name}.{token_hex(8)}")
        begun.write_text(json.dumps(made), encoding="utf-8")
        begun.replace(note)
    found = made["found"]
    sheets = tuple(SheetSeen(**sheet) for sheet in found["sheets"])
    return SheetText(Path(found["path"]), found["sheet"], sheets, tuple(found["numeric"]), found["header_row"])


def _safe(sheet: str | None) -> str:
    """Something that can be part of a file's name, another for each sheet."""
    return "" if sheet is None else sheet.encode().hex()[:120]


def _convert(asked: dict[str, Any], target: Path) -> dict[str, Any]:
    """What the process that reads the workbook answers; what it refuses is raised here.

    The text gets its name once it is whole, so that two readers at a time do no harm. Secrets of the environment are
    kept from the process.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    begun = target.with_name(f"{target.name}.{token_hex(8)}")
    request = json.dumps({**asked, "target": str(begun), "megabytes": MOST_MEGABYTES})
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        process = subprocess.run(
            [sys.executable, "-m", __name__, request],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MOST_SECONDS,
            env={**environment, "PYTHONPATH": str(PROJECT)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise errors.WorkbookTooLarge(file=asked["name"]) from error
    if process.returncode < 0:
        raise errors.WorkbookTooLarge(file=asked["name"])
    if process.returncode:
        raise errors.BrokenWorkbook(file=asked["name"])
    answer = json.loads(process.stdout)
    if "error" in answer:
        kind: type[ProductError] = getattr(errors, answer["error"])
        raise kind(**answer["values"])
    begun.replace(target)
    return {**answer, "path": str(target)}
