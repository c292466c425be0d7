"""How a file is written: one pass over its bytes finds encoding, separator, header and digest, and if it is whole."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from ml_insights.sources.errors import (
    CutOff,
    DuplicateColumns,
    EmptyFile,
    FileMissing,
    FileTooLarge,
    NoRows,
    NotText,
    WrongEncoding,
)
from ml_insights.sources.facts import FileShape

BLOCK = 1 << 20
SAMPLE_ROWS = 1000
SEPARATORS = ",;\t|"
LEGACY = ["cp1252", "latin_1"]
SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"SQLite format 3")
"""How workbooks (new and old), PDF documents, pictures and databases begin."""
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """The bytes of `file`, unpacked where it is gzip (told by its first bytes, not by its name)."""
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if packed else file  # pyright: ignore[reportReturnType]


def read_shape(
    path: Path, limit_mb: int, encoding: str | None = None, separator: str | None = None, name: str | None = None
) -> FileShape:
    """Read the whole file once. `name` is what people call it.

    Raises FileMissing, FileTooLarge (before reading), EmptyFile, NoRows, NotText, WrongEncoding, CutOff or
    DuplicateColumns.
    """
    name = name or path.name
    _refuse_large(path, limit_mb, name)
    digest, head, last = hashlib.sha256(), b"", b""
    decoder = _Decoder(name, encoding)
    for block in _blocks(path, name):
        if not head:
            _refuse_binary(block, name)
            head = block
        digest.update(block)
        decoder.feed(block)
        last = block
    decoder.finish()
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\r\n \t"):
        raise EmptyFile(file=name)
    text = codecs.getincrementaldecoder(decoder.encoding)("strict").decode(head)
    separator = separator or _separator(text)
    headers = _headers(text, separator, name)
    if head is last and len(list(islice(csv.reader(io.StringIO(text), delimiter=separator), 2))) < 2:
        raise NoRows(file=name)
    newline = last.rstrip(b"\x00").endswith((b"\n", b"\r"))
    return FileShape(decoder.encoding, separator, headers, digest.hexdigest(), path.stat().st_size, newline)


def _refuse_large(path: Path, limit_mb: int, name: str) -> None:
    if not path.is_file():
        raise FileMissing(file=name)
    size = path.stat().st_size
    if size > limit_mb << 20:
        raise FileTooLarge(file=name, size_mb=-(-size >> 20), limit_mb=limit_mb)
    if size == 0:
        raise EmptyFile(file=name)


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
    wide = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if block.startswith(SIGNATURES) or (b"\x00" in block and not wide):
        raise NotText(file=name)


class _Decoder:
    """Finds the encoding of a stream: its mark, else UTF-8 while that holds, else the likeliest legacy one."""

    def __init__(self, name: str, encoding: str | None) -> None:
        self.name, self.chosen, self.encoding = name, encoding, encoding or ""
        self._incremental: codecs.IncrementalDecoder | None = None

    def feed(self, block: bytes) -> None:
        """Take the next block."""
        if self._incremental is None:
            self._start(self.chosen or _marked(block))
        try:
            self._decode(block)
        except UnicodeDecodeError as error:
            if self.chosen or self.encoding != "utf-8":
                raise WrongEncoding(file=self.name, encoding=self.encoding) from error
            self._start(_legacy(block, self.name))
            self._decode(block)

    def finish(self) -> None:
        """Complain of a character that the end of the file cuts in two."""
        try:
            self._decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise WrongEncoding(file=self.name, encoding=self.encoding) from error

    def _start(self, encoding: str) -> None:
        try:
            self._incremental = codecs.getincrementaldecoder(encoding)("strict")
        except LookupError as error:
            raise WrongEncoding(file=self.name, encoding=encoding) from error
        self.encoding = encoding

    def _decode(self, block: bytes, final: bool = False) -> None:
        if self._incremental is not None:
            self._incremental.decode(block, final)


def _marked(block: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS.items() if block.startswith(mark)), "utf-8")


def _legacy(block: bytes, name: str) -> str:
    """charset-normalizer's choice between the two encodings that Western spreadsheets still write."""
    import charset_normalizer

    lines = b"\n".join(line for line in block.splitlines() if not line.isascii())[:65536]
    best = charset_normalizer.from_bytes(lines, cp_isolation=LEGACY).best()
    if best is None:
        raise WrongEncoding(file=name, encoding="UTF-8 / Windows-1252")
    return "cp1252" if best.encoding in LEGACY and _decodes(lines, "cp1252") else best.encoding


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """The separator that cuts the first rows into the most columns, all rows alike."""
    lines = text.splitlines(keepends=True)[:SAMPLE_ROWS]
    whole = lines[:-1] if len(lines) > 1 else lines
    return max(SEPARATORS, key=lambda separator: (_agreement(whole, separator), -SEPARATORS.index(separator)))


def _agreement(lines: list[str], separator: str) -> float:
    widths = [len(row) for row in csv.reader(lines[:100], delimiter=separator) if row]
    if not widths or widths[0] < 2:
        return 0
    return widths[0] * sum(width == widths[0] for width in widths) / len(widths)


def _headers(text: str, separator: str, name: str) -> tuple[str, ...]:
    headers = tuple(
        header.strip().lstrip("\ufeff") for header in next(csv.reader(io.StringIO(text), delimiter=separator))
    )
    repeated = sorted({header for header in headers if header and headers.count(header) > 1})
    if repeated:
        raise DuplicateColumns(file=name, columns=", ".join(f"“{header}”" for header in repeated))
    return headers
