"""An import as the page and the API show it: what was understood of the file, what is still open, what came of it.

Texts are in the reader's language; figures, days and answers are for programs.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from ml_insights.sources.facts import Answer
from ml_insights.sources.tables import ImportStatus


class Uploaded(BaseModel):
    """A file that is stored and waits to be checked."""

    id: int
    name: str


class Cell(BaseModel):
    """A cell of the file. `shown` is what was read from it; empty where nothing could be."""

    raw: str = Field(examples=["$ 12.990"])
    shown: str = Field(examples=["$12.990"])


class ColumnRead(BaseModel):
    """A column of the contract and the header that feeds it, if any does. `first` is its first value."""

    name: str = Field(examples=["unit_price"])
    title: str = Field(examples=["Unit price"])
    description: str
    required: bool
    numeric: bool
    header: str = Field(examples=["Precio Unitario"])
    read: bool = Field(description="Whether the first rows have values for it.")
    needed: bool = Field(description="Whether nothing feeds it although something must.")
    first: Cell


class UnusedColumn(BaseModel):
    """A column of the file that no column of the contract takes; `kept` where it is stored all the same, and
    `keepable` where it would be unless somebody leaves it out."""

    header: str = Field(examples=["Status"])
    distinct: int
    examples: list[str]
    kept: bool = False
    keepable: bool = False


class Meaning(BaseModel):
    """What an option can be taken for."""

    value: str = Field(examples=["sale"])
    label: str = Field(examples=["Sale"])


class OptionShown(BaseModel):
    """One answer to a decision; where it has `meanings`, each option needs one of them as `answer`."""

    value: str = Field(examples=["Cancelled"])
    label: str
    rows: int | None = None
    money: float | None = None
    meanings: list[Meaning] = []
    rated: bool = Field(default=False, description="Whether it can be answered by a number: what one unit is worth.")
    answer: str = ""


class DecisionShown(BaseModel):
    """Something that can be read in two ways. While it is `open`, the file cannot be checked.

    `answer` is what holds at present: what somebody said, else what the file suggests; `complete` says whether it
    leaves nothing out, and `told` has it in words.
    """

    name: str = Field(examples=["dates"])
    question: str
    why: str
    examples: list[Cell]
    options: list[OptionShown]
    answer: Answer
    told: str
    complete: bool
    open: bool
    asked: bool = Field(description="Whether the file leaves it open, so that somebody has to answer it, or had to.")
    foreign: str = Field(default="", description="The one currency of all amounts, where it is not the company's.")
    typed: bool = Field(default=False, description="Whether it takes answers that no option names.")
    meant: bool = Field(description="Whether every option needs an answer of its own.")


class FileRead(BaseModel):
    """How the file is written."""

    name: str
    encoding: str
    separator: str
    sheet: str = ""
    sheets: list[str] = []
    header_row: int = Field(default=1, description="The row that names the columns, counted from 1.")
    zone: str = Field(description="The zone of times that name none.")


class Counted(BaseModel):
    """How many rows, and why."""

    code: str = Field(examples=["not-a-date"])
    label: str = Field(examples=["is not a date in the format of this file"])
    rows: int


class SummaryShown(BaseModel):
    """What the rows amount to. `whole` is false while only the first ones were looked at. What cannot be told before
    an open decision is answered is null."""

    whole: bool
    rows: int
    accepted: int | None
    refused: int
    refused_by: list[Counted] = []
    set_aside: list[Counted] = []
    first: str | None = Field(default=None, description="First day, in the company's zone.")
    last: str | None = None
    orders: int | None = None
    customers: int | None = None
    products: int | None = None
    units: float | None = None
    revenue: float | None = None
    currency: str = ""
    refunds: float = 0
    order_totals: float | None = Field(default=None, description="What the file itself says that its orders cost.")
    declared: float | None = Field(default=None, description="A grand total that the file ends with.")
    agrees: bool | None = Field(default=None, description="Whether the rows add up to it.")
    sums: dict[str, float] = {}
    returns: int = 0
    zero_prices: int = 0
    negative_prices: int = 0
    anonymous: int = 0
    cancelled_rows: int = Field(default=0, description="Lines that are sales here and that this file says are none.")
    cancelled_orders: int = Field(default=0, description="How many orders they belong to.")
    cancelled_revenue: float = Field(default=0, description="What they were worth; it goes with the import.")


class Outcome(BaseModel):
    """What became of the rows that were read: the five add up to `read`."""

    read: int
    added: int
    known: int
    updated: int
    kept: int
    refused: int


class FirstRow(BaseModel):
    """One of the first rows: a cell per column that is fed, and why it would be refused."""

    number: int
    cells: list[Cell]
    reasons: list[str]


class ImportDocument(BaseModel):
    """An import as it stands."""

    id: int
    contract: str = Field(examples=["orders"])
    title: str = Field(examples=["Orders"], description="What its rows are.")
    status: ImportStatus
    version: int = Field(description="Grows with every change; give it back, to be told if somebody else changed it.")
    changed_by: str = ""
    changed_at: datetime | None = None
    remembered: dict[str, str] = Field(default={}, description="Whose reading of the same layout this began with.")
    share: float | None = Field(default=None, description="How far the work on it is, from 0 to 1.")
    error: str = ""
    file: FileRead
    headers: list[str] = []
    columns: list[ColumnRead] = []
    first_rows: list[FirstRow] = []
    unused: list[UnusedColumn] = []
    decisions: list[DecisionShown] = []
    remarks: list[str] = []
    missing: list[str] = Field(default=[], description="Columns that still need a header.")
    ready: bool = Field(default=False, description="Whether nothing is open, so that it can be checked.")
    summary: SummaryShown | None = None
    outcome: Outcome | None = None


class Undoing(BaseModel):
    """What undoing an import takes back, or has taken back. `computed` is what goes because no row is left."""

    id: int
    file: str
    contract: str
    removed: int
    restored: int
    first: date | None = None
    last: date | None = None
    revenue: float | None = None
    later_imports: int = 0
    later_known_rows: int = 0
    emptied: bool = False
    computed: dict[str, int] = {}
