"""What is known of a file while it is imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

EACH = "each"
"""The decimal sign of a reading whose columns have signs of their own."""


class Day(str):
    """A day as ISO 8601 that is shown in the reader's words."""

    __slots__ = ()


class Total(str):
    """A number with a decimal point and without groups that is shown with the groups of the reader."""

    __slots__ = ()


class Figure(str):
    """A number with a decimal point and without groups that is shown so but with the reader's decimal sign: the sign of
    a group could be taken for a decimal one."""

    __slots__ = ()


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
    """Places of the columns with numbers of a workbook and no text that may be one, so that their decimal sign is a
    point."""
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

    `decimal` is the sign before the decimals, or "each" where columns differ and `decimals` has that of each header;
    headers in `numeric` hold numbers of a workbook, which always have a point.

    `date_format` is "day-first", "month-first" or (where years have two digits) "year-first": every form that is read
    in only one way then, of several in one column. It can be a format in strptime's terms that the reader has typed,
    or None where no date has its day and month in doubt. Naive times are read in `zone`.

    `otherwise` names a second header for a column, used where the first has nothing. `fill` names headers whose empty
    cells take what the line above says within the same order; the order number's own among them, where a line
    without one goes on with the order above. `constants` gives a column that no header feeds the same value in every
    row. With `line_orders` each line is an order of its own; with `moment_orders` the lines of one customer at one
    time are one. Where no header has a price, `amount_header` is what `amount_as` says: the "total" of a line or the
    "unit_price".

    `whole_ids` names columns whose numbers lose the ".0" that spreadsheets add. `spellings` are ids that differ from a
    commoner one in capitals or spaces only, by column; those of the columns in `joined` are read as that one.
    `anonymous` are customers who stand for nobody in particular.

    `states` says of each value under `state_header` whether such rows are a "sale", a "return" or left "out". Rows of
    a "return" are sales that were given back and so count as neither, unless `negative_returns` says that they are
    return documents, whose quantities count negative. Where a second or third header says more, as of the delivery,
    the value is all of them, as `cells.beside` writes them. What has a value under `cancelled_header` is left out.

    `rates` says what one unit of each currency under `currency_header` is worth in `currency`; rows in currencies
    without a rate are left out. Currencies in `file_rates` take the rate that the row has under `rate_header`. Where
    `currency_header` feeds an amount, the currency is the sign that stands beside it, or else what the header names.

    `line_total_header` has amounts of lines that differ from the quantity times the price; it is not used unless it is
    the `amount_header` too, and `line_price_header` is what has the price then. Discounts under `discount_header` are
    taken off as `discount_as` says (a mode of `discounts`), and not at all where that is empty.

    `refund_header` is the amount that an order gave back, which stands once an order. With `totals_out` rows that
    add up others are set aside. Nothing uses the headers `left_out`, also where a
    contract keeps all columns. With `keep_places` stops far from the others are right.
    """

    contract: str
    columns: dict[str, str]
    encoding: str
    separator: str
    decimal: str
    date_format: str | None
    zone: str
    otherwise: dict[str, str] = field(default_factory=dict)
    fill: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    line_orders: bool = False
    moment_orders: bool = False
    amount_header: str = ""
    amount_as: str = "total"
    whole_ids: tuple[str, ...] = ()
    spellings: dict[str, dict[str, str]] = field(default_factory=dict)
    joined: tuple[str, ...] = ()
    anonymous: tuple[str, ...] = ()
    state_header: str = ""
    second_state_header: str = ""
    third_state_header: str = ""
    states: dict[str, str] = field(default_factory=dict)
    negative_returns: bool = False
    cancelled_header: str = ""
    currency_header: str = ""
    currency: str = ""
    rates: dict[str, float] = field(default_factory=dict)
    rate_header: str = ""
    file_rates: tuple[str, ...] = ()
    refund_header: str = ""
    order_total_header: str = ""
    line_total_header: str = ""
    line_price_header: str = ""
    discount_header: str = ""
    discount_as: str = ""
    totals_out: bool = True
    left_out: tuple[str, ...] = ()
    decimals: dict[str, str] = field(default_factory=dict)
    numeric: tuple[str, ...] = ()
    keep_places: bool = False

    def decimal_of(self, header: str) -> str:
        """The decimal sign of a column; where each has its own and it has none, that of the lines' amounts."""
        if header in self.numeric:
            return "."
        if self.decimal != EACH:
            return self.decimal
        amount = self.fed.get("unit_price") or self.fed.get("total", "")
        return self.decimals.get(header) or self.decimals.get(amount, ".")

    @property
    def roles(self) -> dict[str, str]:
        """What a header says of a row besides the contract's columns → that header."""
        named = {
            "state": self.state_header,
            "second_state": self.second_state_header,
            "third_state": self.third_state_header,
            "cancelled": self.cancelled_header,
            "currency": self.currency_header,
            "rate": self.rate_header,
            "refund": self.refund_header,
            "order_total": self.order_total_header,
            "discount": self.discount_header if self.discount_as else "",
        }
        return {role: header for role, header in named.items() if header}

    @property
    def state_headers(self) -> tuple[str, ...]:
        """Every header that says a part of the state, the first one first."""
        return tuple(filter(None, (self.state_header, self.second_state_header, self.third_state_header)))

    @property
    def fed(self) -> dict[str, str]:
        """Column of the contract → the header that feeds it, the amount included that stands in for a price."""
        return self.columns | ({self.amount_as: self.amount_header} if self.amount_header else {})

    @property
    def made(self) -> tuple[str, ...]:
        """Columns of the contract that are fed although no header was chosen for them."""
        orders = ("order_id",) if self.line_orders or self.moment_orders else ()
        amount = ("unit_price",) if self.amount_header else ()
        return (*(name for name in self.constants if name not in self.columns), *orders, *amount)

    @property
    def headers(self) -> set[str]:
        """Every header that something is taken from."""
        return {*self.fed.values(), *self.otherwise.values(), *self.roles.values()}

    def as_json(self) -> dict[str, Any]:
        """For the table of imports."""
        return asdict(self)


Answer = str | dict[str, str]
"""The value of an option; where every option needs one of its own, the option's value → what it means."""


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
    `question` and `why` are messages to be translated, with `values`; `wording.in_words` gives days and figures the
    reader's form. `examples` are cells of the file: as written, and as read under the proposal. `proposed` is the
    answer that the file itself suggests, empty where nothing does. An `open` decision keeps the file from being
    imported until it is answered; the others hold unless changed.
    """

    name: str
    question: str
    options: tuple[Option, ...]
    values: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    proposed: str = ""
    open: bool = True
    answer: Answer = ""
    """What somebody has said; `proposed` stays what the file itself suggests."""
    asked: bool = False
    """Whether it was open before it was answered."""


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
    the row numbers of `sample`.
    """

    shape: FileShape
    sample: list[list[str]]
    reading: Reading
    decisions: tuple[Decision, ...] = ()
    path: Path = Path()
    numbers: tuple[int, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def date_choices(self) -> tuple[str, ...]:
        """The ways to read the dates, where only a person can tell."""
        asked = (one for one in self.decisions if one.name == "dates" and one.open)
        return next((tuple(option.value for option in one.options) for one in asked), ())


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
    summary: Summary = field(default_factory=lambda: Summary())  # noqa: PLW0108 (it is defined below)


@dataclass(frozen=True)
class Unused:
    """A column of the file that nothing will use: how many different values it has, and some of them."""

    header: str
    distinct: int
    examples: tuple[str, ...]


@dataclass
class Summary:
    """What was understood of a file, before it counts. Days are those of the company's zone, ISO 8601.

    `rows` were read as data and are accepted or refused; `set_aside` were not data or are left out, by reason (a key
    of `problems.ASIDE`). Order figures are None for other contracts. `revenue` is quantity × price over the accepted
    rows, returns and `refunds` taken off, in `currency`. `order_totals` is what the file itself says that the orders
    of the accepted rows cost, refunds taken off: it knows of shipping and taxes that are on no line. `declared` is a
    grand total that the file ends with, and `agrees` whether the rows add up to it. `sums` are those of other
    contracts' number columns.

    `cancelled_rows` are lines that the company has as sales and that this file says are none: they are taken back, and
    are among `rows` and not among those set aside. `cancelled_orders` is how many orders they belong to, and
    `cancelled_revenue` what they were worth.
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
    refunds: float = 0.0
    order_totals: float | None = None
    declared: float | None = None
    agrees: bool | None = None
    currency: str = ""
    sums: dict[str, float] = field(default_factory=dict)
    unused: tuple[Unused, ...] = ()
    cancelled_rows: int = 0
    cancelled_orders: int = 0
    cancelled_revenue: float = 0.0


@dataclass(frozen=True)
class UndoFact:
    """What undoing an import takes back, or has taken back: rows that go, and rows that get their values back.

    `first` and `last` are the days of those rows in the company's zone, `revenue` what goes with them, in the company's
    currency; both None where rows have none. `later` imports of the same kind found `known` of their rows here
    already: those that this one brought go, although a later file had them too. `computed` is what goes, by table,
    because no row of the company is left to compute it from.
    """

    batch_id: int
    file: str
    contract: str
    removed: int
    restored: int
    first: date | None = None
    last: date | None = None
    revenue: float | None = None
    later: int = 0
    known: int = 0
    emptied: bool = False
    computed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceStatus:
    """How a source of rows is doing.

    `stale_since` is the time of the rows that stand in while it cannot be read, or None. `reason` says why it cannot,
    `warning` what a person should look at although it can: messages to be translated, with their values. `read_at` is
    when the rows that are used were read, `full_at` when all of them last were. `outcome` counts the last reading's
    rows: read, added, updated, refused, and the import's number as "batch".
    """

    source: str
    ok: bool
    checked_at: datetime
    stale_since: datetime | None
    reason: str
    reason_values: dict[str, Any] = field(default_factory=dict)
    warning: str = ""
    warning_values: dict[str, Any] = field(default_factory=dict)
    read_at: datetime | None = None
    full_at: datetime | None = None
    outcome: dict[str, int] = field(default_factory=dict)
