"""Appending to a data set's chain: the only way into the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.ledger import rows
from ml_insights.ledger.canonical import GENESIS, Columns, block_digest, column_digests, row_checks
from ml_insights.ledger.tables import BLOCK_ROWS, BlockKind, LedgerBlock, LedgerChain, block_id, rows_of

HEADER = (
    *("dataset", "number", "kind", "made_at", "written_at", "model_name", "model_version", "purpose"),
    *("features_digest", "first_target", "last_target", "zone", "row_count", "column_digests", "previous"),
)
"""What a block's digest covers, besides its row checks."""
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def lock(session: Session, dataset: Dataset) -> tuple[int, str]:
    """Hold the end of a chain until the transaction ends: how many blocks there are, and the last one's digest.

    The first statement takes SQLite's write lock, the second PostgreSQL's lock of the row.
    """
    session.flush()
    made = INSERT[session.get_bind().dialect.name](LedgerChain).values(dataset=dataset, blocks=0, head=GENESIS)
    session.connection().execute(made.on_conflict_do_nothing())
    end = select(col(LedgerChain.blocks), col(LedgerChain.head)).where(col(LedgerChain.dataset) == dataset)
    blocks, head = session.connection().execute(end.with_for_update()).one()
    return blocks, head


def append(
    session: Session, dataset: Dataset, kind: BlockKind, columns: Columns, made_at: datetime, **header: Any
) -> range:
    """Add a block of rows to the end of a chain, in the caller's transaction; their ids.

    Raises ValueError for more than BLOCK_ROWS rows.
    """
    count = len(next(iter(columns.values())))
    if count > BLOCK_ROWS:
        raise ValueError(f"{count} rows: one write takes at most {BLOCK_ROWS}")
    checks, digests = row_checks(columns), column_digests(columns)
    blocks, head = lock(session, dataset)
    block = {
        **dict.fromkeys(HEADER),
        **header,
        "dataset": dataset,
        "number": blocks + 1,
        "kind": kind,
        "made_at": made_at,
        "written_at": clock.now(),
        "row_count": count,
        "column_digests": digests,
        "previous": head,
    }
    digest = digest_of(block, checks)
    new = block_id(dataset, blocks + 1)
    session.connection().execute(insert(LedgerBlock).values(id=new, **block, row_checks=checks, digest=digest))
    end = update(LedgerChain).where(col(LedgerChain.dataset) == dataset)
    session.connection().execute(end.values(blocks=blocks + 1, head=digest))
    rows.insert(session, kind.value, rows_of(new, count), columns)
    return rows_of(new, count)


def digest_of(block: dict[str, Any], checks: bytes) -> str:
    """The digest that a block with these fields must have."""
    return block_digest({name: _written(block[name]) for name in HEADER}, checks)


def _written(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
