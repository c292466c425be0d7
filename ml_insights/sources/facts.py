"""What is known of a file while it is imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
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
    skipped: int = 0
    """Lines before the header: a line `sep=;`, titles, blank ones."""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    """Which sheet of a workbook was read, and those that can be chosen; empty where the file is text."""
    numeric: tuple[int, ...] = ()
    """Places of the columns whose every value is a number of the workbook, so that its decimal sign is a point."""
    header_rows: int = 1
    """Rows that the header takes: 0 where there is none, 2 where the upper one's cells are merged."""
    repeated: tuple[str, ...] = ()
    """Those of `headers` that were numbered because an earlier column has the same name."""

    @property
    def first_row(self) -> int:
        """Number of the first row after the header; the file's first line is row 1."""
        return self.skipped + self.header_rows + 1


@dataclass(frozen=True)
class Reading:
    """How to read a file as rows of a contract: which header feeds which column, and how values are written.

    `date_format` is "day-first" or "month-first" (every form that is read in only one way then, of several in one
    column), a format in strptime's terms that the reader has typed, or None where no date has its day and month in
    doubt. Naive times are read in `zone`.

    `fill` names columns that an empty cell takes from the line above within the same order. `constants` gives a
    column that no header feeds the same value in every row. With `line_orders` each line is an order of its own.
    `states` says of each value under `state_header` whether such rows are a "sale", a "return" or left "out";
    `rates` what one unit of each currency under `currency_header` is worth in `currency`: rows in others are left
    out. `refund_header` is the amount that an order gave back, which stands once an order. With `totals_out` rows
    that add up others are set aside.
    """

    contract: str
    columns: dict[str, str]
    encoding: str
    separator: str
    decimal: str
    date_format: str | None
    zone: str
    fill: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    line_orders: bool = False
    state_header: str = ""
    states: dict[str, str] = field(default_factory=dict)
    currency_header: str = ""
    currency: str = ""
    rates: dict[str, float] = field(default_factory=dict)
    refund_header: str = ""
    totals_out: bool = True

    def as_json(self) -> dict[str, Any]:
        """For the table of imports."""
        return asdict(self)


@dataclass(frozen=True)
class Option:
    """One answer to a decision. `label` is a message to be translated, with `values`; `rows` and `money` say how much
    of the file it concerns, where that tells something."""

    value: str
    label: str
    values: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    money: float | None = None
    meanings: tuple[str, ...] = ()
    """Where every option needs an answer of its own (a state: sale, return, out), those that it can have."""
    proposed: str = ""
    """Which of `meanings` is proposed."""


@dataclass(frozen=True)
class Decision:
    """Something in a file that can be read in two ways, put to whoever imports it.

    `name` is what an answer is given by: "decimal", "dates", "states", "currency", "fill", "order", "quantity" …
    `question` and `why` are messages to be translated, with `values`. `examples` are cells of the file: as written,
    and as read under the proposal. `proposed` is the answer that the file itself suggests, empty where nothing does.
    An `open` decision keeps the file from being imported until it is answered; the others hold unless changed.
    """

    name: str
    question: str
    options: tuple[Option, ...]
    values: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    proposed: str = ""
    open: bool = True
    answered: bool = False
    """Whether somebody has answered it: `proposed` is then what they said."""


Answer = str | dict[str, str]
"""The value of an option; where every option needs one of its own, the option's value → what it means."""


@dataclass(frozen=True)
class Choices:
    """What whoever imports a file has settled, kept apart from what is guessed: it holds whatever else changes.

    `columns` says of a contract's columns which header feeds them, "" for none; those that it does not name are
    proposed. `answers` go by a decision's name. `left_out` are headers that nothing shall use. What is empty is found
    in the file.
    """

    columns: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_row: int | None = None
    left_out: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the table of imports."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Choices:
        """What `as_json` wrote; what this version does not know is passed over."""
        known = {item.name for item in fields(cls)}
        kept: dict[str, Any] = {name: value for name, value in stored.items() if name in known}
        kept["left_out"] = tuple(kept.get("left_out", ()))
        return cls(**kept)


@dataclass(frozen=True)
class Remark:
    """Something about a file that was settled without asking and that its reader should see: a message to be
    translated, with `values`."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspection:
    """A file before its import: its shape, its first rows, the proposed reading and what only a person can decide.

    `path` is what is to be read as text: the file itself, or what a sheet of a workbook was written to. `numbers` are
    the row numbers of `sample`. `date_choices` holds two formats where the dates could be either; the reader must
    choose. `total_header` is the header that looks like the amount of a line, where no price was found.
    """

    shape: FileShape
    sample: list[list[str]]
    reading: Reading
    date_choices: tuple[str, ...] = ()
    total_header: str | None = None
    decisions: tuple[Decision, ...] = ()
    path: Path = Path()
    numbers: tuple[int, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: what is wrong with which value. `code` is a key of `ml_insights.sources.problems`."""

    column: str
    value: str
    code: str


@dataclass(frozen=True)
class RefusedRow:
    """A row that breaks the contract. `row` is its number in a spreadsheet, where the file's first line is row 1."""

    row: int
    problems: tuple[Problem, ...]
    cells: tuple[str, ...]
    occurrence: int | None = None


@dataclass(frozen=True)
class AsideRow:
    """A row that is not data, and why: "notes" (a footer, a rule of dashes) or "headers" (the header once more)."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RawChunk:
    """Some rows as text. `numbers` are their row numbers; `malformed` rows have too few or too many values; `aside`
    are those that are plainly not data. `share` of the file was read so far."""

    table: pa.Table
    numbers: pa.Array
    malformed: list[RefusedRow]
    share: float
    aside: tuple[AsideRow, ...] = ()


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
class Unused:
    """A column of the file that nothing will use: how many different values it has, and some of them."""

    header: str
    distinct: int
    examples: tuple[str, ...]


@dataclass
class Summary:
    """What was understood of a file, before it counts. Days are those of the company's zone, ISO 8601.

    `rows` were read as data and are accepted or refused; `set_aside` were not data or are left out, by reason
    ("totals", "state", "currency"). Order figures are None for other contracts. `revenue` is quantity × price over
    the accepted rows, returns and refunds taken off, in `currency`.
    """

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    first: str | None = None
    last: str | None = None
    orders: int | None = None
    customers: int | None = None
    products: int | None = None
    units: float | None = None
    revenue: float | None = None
    currency: str = ""
    unused: tuple[Unused, ...] = ()


@dataclass(frozen=True)
class SourceStatus:
    """How a source of rows is doing. `stale_since` is the time of the snapshot that stands in, or None."""

    source: str
    ok: bool
    checked_at: datetime
    stale_since: datetime | None
    reason: str
