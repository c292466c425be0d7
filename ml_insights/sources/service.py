"""The life of an import: uploaded, checked, written, remembered. Callers commit."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from ml_insights.commerce.service import change_count
from ml_insights.core import audit, clock
from ml_insights.sources import pipeline, queries
from ml_insights.sources.facts import FileShape, Reading, Tally
from ml_insights.sources.pipeline import Checked, OnChunk, Source, require_importable
from ml_insights.sources.tables import ImportBatch, ImportStatus

if TYPE_CHECKING:
    from ml_insights.commerce.facts import ImportCount

__all__ = ["Source", "require_importable"]

STALE = timedelta(days=2)
"""How long an upload waits for the person who started it."""


def register_upload(session: Session, key: str, name: str, contract: str, actor: str) -> ImportBatch:
    """Remember a stored upload."""
    batch = ImportBatch(
        contract=contract,
        file_name=name,
        file=key,
        status=ImportStatus.UPLOADED,
        actor=actor,
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    return batch


def note_check(session: Session, batch_id: int, source: Source, tally: Tally) -> ImportBatch:
    """Write down what a check found, and exactly what was checked."""
    batch = queries.batch(session, batch_id)
    batch.status, batch.checked_at = ImportStatus.CHECKED, source.checked_at
    _tell(batch, tally)
    _describe(batch, source)
    session.add(batch)
    return batch


def import_checked(
    session: Session, batch_id: int, path: Path, shape: FileShape, *, update: bool, on_chunk: OnChunk
) -> ImportBatch:
    """Write the rows that a check accepted, in the caller's transaction, as they were when checked."""
    batch = queries.batch(session, batch_id)
    reading = Reading(**batch.reading)
    source = Source(path, batch.file_name, shape, reading, batch.checked_at or clock.now())
    return _write(session, batch, Checked(source), skip_bad=True, update=update, on_chunk=on_chunk)


def import_recorded(
    session: Session,
    source: Source,
    actor: str,
    *,
    skip_bad: bool,
    update: bool,
    on_chunk: OnChunk,
    chunks: Checked | None = None,
) -> ImportBatch:
    """Check and write in one pass, with a row in the history: all enters together, or nothing.

    `chunks` are those of `source`, where the caller has begun to read it.
    """
    batch = ImportBatch(
        contract=source.reading.contract,
        file_name=source.name,
        status=ImportStatus.WRITING,
        actor=actor,
        created_at=source.checked_at,
        checked_at=source.checked_at,
    )
    _describe(batch, source)
    session.add(batch)
    session.flush()
    return _write(session, batch, chunks or Checked(source), skip_bad=skip_bad, update=update, on_chunk=on_chunk)


def put_back(session: Session, batch_id: int, message: str) -> None:
    """Write down why a check came to nothing; the import waits as before."""
    batch = queries.batch(session, batch_id)
    batch.status, batch.error = ImportStatus.UPLOADED, message
    session.add(batch)


def fail(session: Session, batch_id: int, message: str) -> None:
    """Write down why an import came to nothing."""
    batch = queries.batch(session, batch_id)
    batch.status, batch.error, batch.finished_at = ImportStatus.FAILED, message, clock.now()
    session.add(batch)


def drop_stale(session: Session) -> list[str]:
    """Forget uploads that nobody came back for; the keys of their files."""
    stale = [batch for batch in queries.unfinished(session) if batch.created_at < clock.now() - STALE]
    for batch in stale:
        session.delete(batch)
    return [batch.file for batch in stale]


def _describe(batch: ImportBatch, source: Source) -> None:
    batch.reading, batch.headers = source.reading.as_json(), list(source.shape.headers)
    batch.size, batch.digest = source.shape.size, source.shape.digest


def _tell(batch: ImportBatch, tally: Tally) -> None:
    """The tally and the summary each in its column."""
    told = asdict(tally)
    batch.summary = told.pop("summary", {})
    batch.tally = told


def _write(
    session: Session, batch: ImportBatch, chunks: Checked, *, skip_bad: bool, update: bool, on_chunk: OnChunk
) -> ImportBatch:
    tally, count = pipeline.import_file(
        session, chunks, batch_id=batch.id, skip_bad=skip_bad, update=update, on_chunk=on_chunk
    )
    _finish(session, batch, tally, count)
    audit.record(session, batch.actor, "import", batch.file_name, contract=batch.contract, **batch.counts)
    return batch


def _finish(session: Session, batch: ImportBatch, tally: Tally, count: ImportCount) -> None:
    _tell(batch, tally)
    batch.counts = asdict(count)
    batch.status, batch.finished_at = ImportStatus.DONE, clock.now()
    batch.data_count = change_count(session, batch.dataset)
    session.add(batch)
    session.flush()
