"""How a file is written: one pass over its bytes finds encoding, separator, header and digest, and if it is whole."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO

from ml_insights.sources.encodings import Decoder, marked
from ml_insights.sources.errors import (
    BadHeaderRow,
    BadSeparator,
    CutOff,
    EmptyFile,
    FileMissing,
    FileTooLarge,
    NoRows,
    NotText,
    TooManyColumns,
)
from ml_insights.sources.facts import FileShape
from ml_insights.sources.headers import SEEN_ROWS, Header, Rows, column_names, find_header, header_at, repeated_names
from ml_insights.sources.workbooks import SheetText

BLOCK = 1 << 20
SAMPLE_ROWS = 1000
UNLIMITED_MB = 1 << 20
SEPARATORS = ",;\t|"
MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf",
              b"SQLite format 3")  # fmt: skip
"""How archives, old documents, PDF documents, pictures and databases begin."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[;,\t|\s]*', re.IGNORECASE)


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """The bytes of `file`, unpacked where it is gzip (told by its first bytes, not by its name)."""
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if packed else file  # pyright: ignore[reportReturnType]


def require_size(path: Path, limit_mb: int, name: str) -> None:
    """Raise FileMissing, FileTooLarge or EmptyFile, before anything is read."""
    if not path.is_file():
        raise FileMissing(file=name)
    size = path.stat().st_size
    if size > limit_mb << 20:
        raise FileTooLarge(file=name, size_mb=-(-size >> 20), limit_mb=limit_mb)
    if size == 0:
        raise EmptyFile(file=name)


def read_shape(
    path: Path,
    limit_mb: int,
    encoding: str | None = None,
    separator: str | None = None,
    name: str | None = None,
    *,
    contract: str = "orders",
    header_row: int | None = None,
) -> FileShape:
    """Read the whole file once. `name` is what people call it; the words of `contract` help to find the header.

    `header_row` counts from 1; 0 says that there is no header. Raises FileMissing, FileTooLarge (before reading),
    EmptyFile, NoRows, NotText, WrongEncoding, MixedEncodings, BadSeparator, BadHeaderRow, TooManyColumns or CutOff.
    """
    name = name or path.name
    require_size(path, limit_mb, name)
    digest, head, last = hashlib.sha256(), b"", b""
    decoder = Decoder(name, encoding)
    for block in _blocks(path, name):
        if not head:
            _refuse_binary(block, name)
            head = block
        digest.update(block)
        decoder.feed(block)
        last = block
    decoder.finish()
    text = codecs.getincrementaldecoder(decoder.encoding)("strict").decode(head).lstrip("\ufeff")
    separator, header, rows = _table(text, head is last, contract, separator, header_row, name)
    after = [row for row in rows[header.last + 1 :] if any(cell.strip() for cell in row)]
    if head is last and not after:
        raise NoRows(file=name) if any(cell.strip() for row in rows for cell in row) else EmptyFile(file=name)
    width = _width(header.cells, after)
    if width > MOST_COLUMNS:
        raise TooManyColumns(file=name, columns=width, limit=MOST_COLUMNS)
    headers = column_names(header.cells, width)
    return FileShape(
        decoder.encoding,
        separator,
        headers,
        digest.hexdigest(),
        path.stat().st_size,
        last.rstrip(b"\x00").endswith((b"\n", b"\r")),
        skipped=header.first,
        header_rows=header.last - header.first + 1,
        repeated=repeated_names(header.cells, headers),
    )


def sheet_shape(sheet: SheetText, name: str, contract: str) -> FileShape:
    """The shape of a sheet that was written as text. It may be larger than its workbook."""
    shape = read_shape(sheet.path, UNLIMITED_MB, "utf-8", ",", name, contract=contract, header_row=sheet.header_row)
    return replace(shape, sheet=sheet.sheet, sheets=tuple(one.name for one in sheet.sheets), numeric=sheet.numeric)


def _blocks(path: Path, name: str) -> Iterator[bytes]:
    rows = 1
    try:
        with path.open("rb") as file:
            whole = unpacked(file)
            while block := whole.read(BLOCK):
                rows += block.count(b"\n")
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CutOff(file=name, row=rows) from error


def _refuse_binary(block: bytes, name: str) -> None:
    if block.startswith(SIGNATURES) or (b"\x00" in block and not marked(block).startswith("utf-16")):
        raise NotText(file=name)


def _table(
    text: str, whole: bool, contract: str, separator: str | None, header_row: int | None, name: str
) -> tuple[str, Header, Rows]:
    """The separator, the header and the first rows. A line `sep=;` says which separator it is, and is no row."""
    told = _SEPARATOR_LINE.fullmatch(text[:20].splitlines()[0]) if text.strip() else None
    if separator is not None:
        _require_separator(text, separator, name)
    elif told and told.group(1) in SEPARATORS:
        separator = told.group(1)
    tried = []
    for candidate in [separator] if separator else SEPARATORS:
        rows = _rows(text, candidate, whole, max(SEEN_ROWS, (header_row or 0) + SEEN_ROWS))
        if told:
            rows[0] = []
        header = find_header(contract, rows) if header_row is None else header_at(contract, rows, header_row)
        if header is None:
            raise BadHeaderRow(file=name, row=header_row)
        columns = _agreement(rows[header.last + 1 :])
        tried.append((max(header.fit, 0.0) if columns else 0.0, columns, candidate, header, rows))
    return max(tried, key=lambda item: item[:2])[2:]


def _require_separator(text: str, separator: str, name: str) -> None:
    """Raise BadSeparator for what is no single sign, and for one that nothing in the file is separated by."""
    if len(separator) != 1 or separator in '"\r\n\0' or separator not in text + ",":
        raise BadSeparator(file=name, separator=separator)


def _rows(text: str, separator: str, whole: bool, most: int) -> list[list[str]]:
    """The first rows that are complete. One in quotes that never end is left to whoever reads all of the file."""
    rows: list[list[str]] = []
    try:
        rows.extend(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), most))
    except csv.Error:
        return rows
    return rows if whole or len(rows) == most else rows[:-1]


def _agreement(rows: Sequence[Sequence[str]]) -> float:
    """How many columns most rows have, and how many rows have so many; 0 where nothing is separated."""
    widths = Counter(len(row) for row in rows if row)
    return max(
        (width * count / sum(widths.values()) for width, count in widths.items() if width > 1),
        default=0.0,
    )


def _width(cells: Sequence[str], after: Rows) -> int:
    """Columns of the table: those of the header, with further ones that have no name where rows usually have them
    empty, and without such where rows usually lack them."""
    named = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    data = [row for row in after if sum(bool(cell.strip()) for cell in row) > 1] or after
    usual = Counter(len(row) for row in data).most_common(1)[0][0] if data else len(cells)
    filled = any(cell.strip() for row in after if len(row) == usual for cell in row[len(cells) :])
    return len(cells) if cells and filled else max(named, usual)
