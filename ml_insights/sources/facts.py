"""What is known of a file while it is imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class FileShape:
    """How a file is written, as found by reading all of its bytes once."""

    encoding: str
    separator: str
    headers: tuple[str, ...]
    digest: str
    size: int
    ends_with_newline: bool


@dataclass(frozen=True)
class Reading:
    """How to read a file as rows of a contract: which header feeds which column, and how values are written.

    `date_format` is in strptime's terms; None means ISO 8601. Naive times are read in `zone`.
    """

    contract: str
    columns: dict[str, str]
    encoding: str
    separator: str
    decimal: str
    date_format: str | None
    zone: str

    def as_json(self) -> dict[str, Any]:
        """For the table of imports."""
        return asdict(self)


@dataclass(frozen=True)
class Inspection:
    """A file before its import: its shape, its first rows and the proposed reading.

    `date_choices` holds two formats where the dates could be either; the reader must choose. `total_header` is the
    header that looks like the amount of a line, where no price was found.
    """

    shape: FileShape
    sample: list[list[str]]
    reading: Reading
    date_choices: tuple[str, ...] = ()
    total_header: str | None = None


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: what is wrong with which value. `code` is a key of `ml_insights.sources.problems`."""

    column: str
    value: str
    code: str


@dataclass(frozen=True)
class RefusedRow:
    """A row that breaks the contract. `row` is its number in a spreadsheet, where the header is row 1."""

    row: int
    problems: tuple[Problem, ...]
    cells: tuple[str, ...]
    occurrence: int | None = None


@dataclass(frozen=True)
class RawChunk:
    """Some rows as text. `numbers` are their row numbers; `malformed` rows have too few or too many values.
    `share` of the file was read so far."""

    table: pa.Table
    numbers: pa.Array
    malformed: list[RefusedRow]
    share: float


@dataclass(frozen=True)
class CheckedChunk:
    """Some rows after validation: `valid` has the contract's columns and types, ready to be written."""

    valid: pa.Table
    refused: list[RefusedRow]
    share: float


@dataclass
class Tally:
    """Running totals of a check. The last four describe accepted order lines that deserve a look."""

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    returns: int = 0
    zero_prices: int = 0
    negative_prices: int = 0
    anonymous: int = 0


@dataclass(frozen=True)
class SourceStatus:
    """How a source of rows is doing. `stale_since` is the time of the snapshot that stands in, or None."""

    source: str
    ok: bool
    checked_at: datetime
    stale_since: datetime | None
    reason: str
