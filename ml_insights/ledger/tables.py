"""The decision ledger: what was predicted, what was done about it, what came of it. Rows are added and never changed.

Every write is a block, and the blocks of a data set form a chain: each names the digest of the one before. A row's
`id` is made of its block's and its place there (`rows_of`), so that no row can move between blocks unnoticed, and a
block's of its data set and its number there (`block_id`), so that both databases, and a restored one, count alike.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ml_insights.commerce.tables import DATASET, Dataset
from ml_insights.core.append_only import protect
from ml_insights.core.database import UtcDateTime

PLACES = 20
"""Bits of a row's number that count its place in its block."""
BLOCK_ROWS = 1 << PLACES
"""Most rows of a block; a larger write makes several."""

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Only as INTEGER is SQLite's primary key the table itself; it holds 64 bits there as well."""


def block_id(dataset: Dataset, number: int) -> int:
    """The id of a data set's block `number` (from 1)."""
    return number * len(Dataset) + list(Dataset).index(dataset)


def dataset_of(row: int) -> Dataset:
    """Whose chain the row with this id is in."""
    return list(Dataset)[(row >> PLACES) % len(Dataset)]


def rows_of(block: int, count: int = BLOCK_ROWS) -> range:
    """The ids of the first `count` rows of a block."""
    return range(block << PLACES, (block << PLACES) + count)


class BlockKind(StrEnum):
    """Which table the rows of a block are in."""

    PREDICTIONS = "predictions"
    DECISIONS = "decisions"
    OUTCOMES = "outcomes"


class LedgerChain(SQLModel, table=True):
    """The end of a data set's chain. Writers lock this row, so that blocks follow one another."""

    __tablename__ = "ledger_chains"  # pyright: ignore[reportAssignmentType]

    dataset: Dataset = Field(sa_column=Column(DATASET, primary_key=True))
    blocks: int = 0
    head: str = Field(default="", sa_column=Column(String(64), nullable=False))


class LedgerBlock(SQLModel, table=True):
    """One write. `digest` is the SHA-256 over all other fields, hence over `previous` and over every value of its rows.

    `number` counts the blocks of the chain from 1. `made_at` is when the predictions were made, the decisions taken or
    the outcomes found. Predictions name their model, `purpose` (live or evaluation), the digest of their features and
    the first and last moment at which one matures, outcomes the `zone` whose weeks they are scored by. Where the
    digest no longer fits, `column_digests` (SHA-256 by column) and `row_checks` (8 bytes a row) tell what was changed.
    """

    __tablename__ = "ledger_blocks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("dataset", "number"),
        Index("ledger_blocks_by_model", "dataset", "model_name", "kind"),
    )

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    dataset: Dataset = Field(sa_column=Column(DATASET, nullable=False))
    number: int
    kind: BlockKind = Field(sa_column=Column(String(16), nullable=False))
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    model_name: str | None = None
    model_version: str | None = None
    purpose: str | None = None
    features_digest: str | None = None
    first_target: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    last_target: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    zone: str | None = None
    row_count: int
    column_digests: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    row_checks: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    previous: str = Field(sa_column=Column(String(64), nullable=False))
    digest: str = Field(sa_column=Column(String(64), nullable=False))


class LedgerPrediction(SQLModel, table=True):
    """What a model said about a subject. `target_at` is the moment from which the truth can be known.

    `value` is in the model's unit (NULL where it gives a probability alone), with its bounds. `scale` is what an
    absolute error is divided by for MASE, `baseline` what the naive method said. `reasons` is JSON, or words.
    """

    __tablename__ = "ledger_predictions"  # pyright: ignore[reportAssignmentType]

    id: int = Field(sa_column=Column(ROW_NUMBER, primary_key=True, autoincrement=False))
    subject: str = Field(index=True)
    target_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    value: float | None = None
    lo_80: float | None = None
    hi_80: float | None = None
    lo_95: float | None = None
    hi_95: float | None = None
    probability: float | None = None
    scale: float | None = None
    baseline: float | None = None
    reasons: str | None = Field(default=None, sa_column=Column(Text))


class LedgerDecision(SQLModel, table=True):
    """What was done about a subject: `decided_by` an e-mail address, or a rule ("rule:…"). `detail` is JSON."""

    __tablename__ = "ledger_decisions"  # pyright: ignore[reportAssignmentType]

    id: int = Field(sa_column=Column(ROW_NUMBER, primary_key=True, autoincrement=False))
    subject: str = Field(index=True)
    action: str
    decided_by: str
    prediction_id: int | None = Field(default=None, sa_column=Column(ROW_NUMBER, index=True))
    model: str | None = None
    detail: str = Field(sa_column=Column(Text, nullable=False))


class LedgerOutcome(SQLModel, table=True):
    """What came true of a prediction, once. `actual` is NULL where that cannot be known; `reason` then says why."""

    __tablename__ = "ledger_outcomes"  # pyright: ignore[reportAssignmentType]

    id: int = Field(sa_column=Column(ROW_NUMBER, primary_key=True, autoincrement=False))
    prediction_id: int = Field(sa_column=Column(ROW_NUMBER, nullable=False, unique=True))
    actual: float | None = None
    reason: str | None = None


class LedgerScore(SQLModel, table=True):
    """Sums over the outcomes that one block found for the predictions of another, by week of their target.

    Derived from the rows and checked against them by `verify`; accuracy over time adds these up instead of a million
    rows. `week` is its Monday. `closed` outcomes have no actual and count in no score. Errors
    are value minus actual; `scaled` ones are divided by the prediction's scale. `probability_bins` is a histogram:
    {thousandth: [predictions, of which came true, sum of probabilities]}.
    """

    __tablename__ = "ledger_scores"  # pyright: ignore[reportAssignmentType]

    prediction_block: int = Field(primary_key=True, foreign_key="ledger_blocks.id")
    outcome_block: int = Field(primary_key=True, foreign_key="ledger_blocks.id", index=True)
    week: date = Field(primary_key=True)
    outcomes: int
    closed: int = 0
    valued: int = 0
    error: float = 0.0
    absolute_error: float = 0.0
    absolute_actual: float = 0.0
    scaled: int = 0
    scaled_error: float = 0.0
    baselines: int = 0
    baseline_error: float = 0.0
    bands_80: int = 0
    inside_80: int = 0
    bands_95: int = 0
    inside_95: int = 0
    probabilities: int = 0
    brier: float = 0.0
    log_loss: float = 0.0
    probability_bins: dict[str, list[float]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def _chained(block: str) -> str:
    """Whether the chain of the row's block still has its end: a chain goes as a whole, its end first."""
    return (
        "EXISTS (SELECT 1 FROM ledger_blocks AS block JOIN ledger_chains AS chain ON chain.dataset = block.dataset "  # noqa: S608
        f"WHERE block.id = {block})"
    )


KEEP_WHILE = {
    "ledger_predictions": _chained(f"OLD.id >> {PLACES}"),
    "ledger_decisions": _chained(f"OLD.id >> {PLACES}"),
    "ledger_outcomes": _chained(f"OLD.id >> {PLACES}"),
    "ledger_scores": _chained("OLD.outcome_block"),
    "ledger_blocks": "EXISTS (SELECT 1 FROM ledger_chains AS chain WHERE chain.dataset = OLD.dataset)",
}
for _name, _condition in KEEP_WHILE.items():
    protect(SQLModel.metadata.tables[_name], keep_while=_condition)
protect(SQLModel.metadata.tables["ledger_chains"], keep_while="OLD.dataset <> 'demo'", allow_update=True)
