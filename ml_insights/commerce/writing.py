"""Bulk writes of validated rows. Everything happens in the caller's transaction: all rows of a batch enter, or none."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.commerce.bulk import Target, Writer
from ml_insights.commerce.bulk_postgres import PostgresWriter
from ml_insights.commerce.bulk_sqlite import SqliteWriter
from ml_insights.commerce.facts import Batch, ImportCount
from ml_insights.commerce.service import hold, mark_changed

__all__ = ["Target", "write_rows", "writer"]


def write_rows(session: Session, batch: Batch, target: Target) -> ImportCount:
    """Add the rows of a batch to the table of `target`, for this slice and for those above it.

    Of rows of a chunk that share an identity one is written: the first, or the last where the batch updates. Every
    row is counted.
    """
    hold(session, batch.dataset)
    total, bulk = ImportCount(), writer(session, batch, target)
    for chunk in batch.chunks:
        if chunk.num_rows:
            total += bulk.write(chunk)
    bulk.close()
    if total.added or total.updated:
        mark_changed(session, batch.dataset)
    return total


def writer(session: Session, batch: Batch, target: Target) -> Writer:
    """The writer of the session's database."""
    made = SqliteWriter if session.get_bind().dialect.name == "sqlite" else PostgresWriter
    return made(session, batch, target)
