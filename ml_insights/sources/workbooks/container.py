"""What a file is by its first bytes, and whether an archive is safe to open. Names are not believed."""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from pathlib import Path

from ml_insights.sources.encodings import marked
from ml_insights.sources.errors import BrokenWorkbook, NotText, PasswordProtected, UnpacksTooLarge

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BLOCK = 1 << 20
MOST_UNPACKED = 2 << 30
MOST_PARTS = 20_000
LARGE_PART = 64 << 20
MOST_RATIO = 400
"""Text packs some twenty times smaller, in the extreme a hundred times; a part of more than LARGE_PART that packs
better than this was made to be so."""
MANIFEST = "META-INF/manifest.xml"
"""Where LibreOffice says which parts are encrypted."""
_HTML = re.compile(r"<(!doctype html|html|head|meta|body|style|title|table|div|!--)[\s>-]")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def form_of(path: Path, name: str) -> str:
    """ "xls", "xlsx" (with macros or without), "xlsb" or "ods" for workbooks, "html" or "xml" for tables in markup, ""
    for what is to be read as text.

    Raises NotText for an archive that is no workbook, and BrokenWorkbook for one that cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(OLE):
        return "xls"
    return _packed(path, name) if head.startswith(ZIP) else _markup(head, name)


def _packed(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
            kind = archive.getinfo("mimetype").file_size if "mimetype" in parts else 0
            if "content.xml" in parts and 0 < kind < 200 and b"spreadsheet" in archive.read("mimetype"):
                return "ods"
    except (zipfile.BadZipFile, RuntimeError, zlib.error, OSError) as error:
        raise BrokenWorkbook(file=name) from error
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if not any(part.startswith("xl/") for part in parts):
        raise NotText(file=name)
    return "xlsx"


def _markup(head: bytes, name: str) -> str:
    """ "html" or "xml" where a text begins as such tables do. Raises NotText for markup of another kind."""
    text = head.decode(marked(head), "ignore").lstrip("\ufeff \r\n\t").lower()
    if _HTML.match(text) or (text.startswith("<?xml") and "<html" in text):
        return "html"
    if not text.startswith(("<?xml", "<workbook", "mime-version:")):
        return ""
    if "urn:schemas-microsoft-com:office:spreadsheet" not in text:
        raise NotText(file=name)
    return "xml"


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "content.xml" in names and "mimetype" in names:
                return archive.getinfo("mimetype").file_size < 200 and b"spreadsheet" in archive.read("mimetype")
            return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or any(
                part.startswith("xl/worksheets/") for part in names
            )
    except (zipfile.BadZipFile, RuntimeError, zlib.error, OSError):
        return True


def require_safe(path: Path, name: str) -> set[str]:
    """Unpack every part without keeping it; the parts in which a cell holds an error.

    Raises UnpacksTooLarge for a zip bomb: going by what the archive says of itself before anything is unpacked, and
    by what really comes out where that is more. Raises PasswordProtected or BrokenWorkbook.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _require_modest(parts, name)
            if MANIFEST in archive.namelist() and b"encryption-data" in archive.read(MANIFEST):
                raise PasswordProtected(file=name)
            return {part.filename for part in parts if _unpack(archive, part, name)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BrokenWorkbook(file=name) from error


def _require_modest(parts: list[zipfile.ZipInfo], name: str) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise PasswordProtected(file=name)
    packed_well = any(
        part.file_size > LARGE_PART and part.file_size > MOST_RATIO * max(1, part.compress_size) for part in parts
    )
    unpacked = sum(part.file_size for part in parts)
    if packed_well or unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise UnpacksTooLarge(file=name, size_mb=unpacked >> 20)


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    """Whether a cell of `part` holds an error. One byte more than announced is enough to refuse it."""
    honest = copy.copy(part)
    honest.file_size = 2 * MOST_UNPACKED
    seen, tail, found = 0, b"", False
    with archive.open(honest) as file:
        while block := file.read(BLOCK):
            seen += len(block)
            found = found or _has_error(tail + block)
            tail = block[-64:]
            if seen > part.file_size:
                raise UnpacksTooLarge(file=name, size_mb=seen >> 20)
    return found


def _has_error(block: bytes) -> bool:
    return b't="e"' in block or b"t='e'" in block or b'value-type="error"' in block


def require_open(path: Path, name: str) -> set[str]:
    """Raise PasswordProtected where an old container holds an encrypted workbook of today. It has no parts to name."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if _ENCRYPTED in tail + block:
                raise PasswordProtected(file=name)
            tail = block[-len(_ENCRYPTED) :]
    return set()
