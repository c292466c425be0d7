"""Reads of the imports and of the state of the sources."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from ml_insights.core.errors import NotFound
from ml_insights.sources.facts import SourceStatus
from ml_insights.sources.tables import ImportBatch, ImportStatus, SourceState

OVER = (ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.UNDONE)


def batch(session: Session, batch_id: int) -> ImportBatch:
    """One import. Raises NotFound."""
    found = session.get(ImportBatch, batch_id)
    if found is None:
        raise NotFound(kind="import", name=str(batch_id))
    return found


def history(session: Session, limit: int, offset: int = 0) -> tuple[list[ImportBatch], int]:
    """Imports that are over, the latest first, and how many there are."""
    over = col(ImportBatch.status).in_(OVER)
    newest = select(ImportBatch).where(over).order_by(col(ImportBatch.id).desc()).offset(offset).limit(limit)
    return list(session.exec(newest)), session.exec(select(func.count()).select_from(ImportBatch).where(over)).one()


def found_known(session: Session, batch: ImportBatch) -> list[int]:
    """Of every later import of the same kind of rows that found some here already, how many it found."""
    later = (
        select(ImportBatch.counts)
        .where(ImportBatch.dataset == batch.dataset, ImportBatch.contract == batch.contract)
        .where(ImportBatch.status == ImportStatus.DONE, col(ImportBatch.finished_at) > batch.finished_at)
    )
    return [known for counts in session.exec(later) if (known := counts.get("unchanged", 0) + counts.get("kept", 0))]


def outcome_of(batch: ImportBatch) -> dict[str, int]:
    """What became of the rows that were read as data: `read` is the sum of the others."""
    counts, tally = batch.counts, batch.tally
    return {
        "read": tally.get("rows", 0),
        "added": counts.get("added", 0),
        "known": counts.get("unchanged", 0),
        "updated": counts.get("updated", 0),
        "kept": counts.get("kept", 0),
        "refused": tally.get("refused", 0),
    }


def unfinished(session: Session) -> list[ImportBatch]:
    """Uploads whose import never came to an end."""
    return list(session.exec(select(ImportBatch).where(col(ImportBatch.status).not_in(OVER))))


def source_status(session: Session) -> list[SourceStatus]:
    """How every source was when it was last read, worst first."""
    states = session.exec(select(SourceState).order_by(col(SourceState.ok), col(SourceState.source)))
    return [_status(state) for state in states]


def _status(state: SourceState) -> SourceStatus:
    return SourceStatus(
        source=state.source,
        ok=state.ok,
        checked_at=state.tried_at,
        stale_since=None if state.ok else state.snapshot_at,
        reason=state.reason,
        reason_values=state.reason_values,
        warning=state.warning,
        warning_values=state.warning_values,
        read_at=state.snapshot_at,
        full_at=state.full_at,
        outcome=state.outcome,
    )
