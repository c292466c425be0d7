"""A table on its way out of the product: to a page's reader in one piece, or as an answer of the API."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query
from starlette.responses import Response, StreamingResponse

from ml_insights.core.csv_export import csv_lines
from ml_insights.core.sheets import Form, Sheet
from ml_insights.core.xlsx_export import write_xlsx

MEDIA = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA[form]: {} for form in Form}, "description": "The file, of the kind asked for."}
}
"""What such a route says that it answers."""
CHUNK = 1 << 16
AskedForm = Annotated[Form, Query(alias="format", description="csv for programs, xlsx for Excel.")]
"""How every route that exports is asked for the kind of file."""


@dataclass(frozen=True)
class ExportFile:
    """A finished file."""

    name: str
    content: bytes


def exported(sheet: Sheet, form: str, language: str) -> ExportFile:
    """`sheet` as a file of a Form's kind. Raises ValueError for another one."""
    wanted = Form(form)
    if wanted is Form.CSV:
        return ExportFile(sheet.file_name(wanted), "".join(csv_lines(sheet)).encode())
    path = _workbook(sheet, language)
    try:
        return ExportFile(sheet.file_name(wanted), path.read_bytes())
    finally:
        path.unlink()


def save(sheet: Sheet, path: Path, language: str) -> None:
    """Write `sheet` to `path`: a workbook where its name ends in .xlsx, else CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == f".{Form.XLSX}":
        write_xlsx(sheet, path, language)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(sheet))


def answer(sheet: Sheet, form: Form, language: str) -> Response:
    """`sheet` as a response, written as it is read, however many its rows are. Call it in a thread: Excel is slow."""
    name = quote(sheet.file_name(form))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    if form is Form.CSV:
        return StreamingResponse(csv_lines(sheet), media_type=MEDIA[form], headers=headers)
    return StreamingResponse(_taken(_workbook(sheet, language)), media_type=MEDIA[form], headers=headers)


def _taken(path: Path) -> Iterator[bytes]:
    """The bytes of a file that is gone as soon as it is open.

    The server would send a file by its name, after whoever answered has removed it.
    """
    file = path.open("rb")
    path.unlink()
    return iter(lambda: file.read(CHUNK), b"")


def _workbook(sheet: Sheet, language: str) -> Path:
    """A temporary file, which is the caller's to remove."""
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    path = Path(name)
    try:
        write_xlsx(sheet, path, language)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
