"""Rows that went because they were deleted at the source come back, as an import of whoever wants them. Callers commit.

They belong to that import from then on, so that no later reading takes them away again, and undoing it does.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Column, TypeDecorator, func, update
from sqlmodel import Session, SQLModel, col, select

from ml_insights.commerce.service import INSERT, change_count, hold, mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core import audit, clock
from ml_insights.core.csv_export import undefused
from ml_insights.core.errors import NotFound
from ml_insights.sources.pipeline import target_of
from ml_insights.sources.supabase.errors import BroughtBack, RowsNotKept
from ml_insights.sources.supabase.removal import kept_in
from ml_insights.sources.tables import ImportBatch, ImportStatus, SourceRemoval

AT_ONCE = 2_000
"""Rows written by one statement."""


def removals(session: Session, limit: int) -> list[tuple[SourceRemoval, bool]]:
    """What went, the latest first, and whether it is gone still: it was not brought back, or that was undone."""
    newest = select(SourceRemoval).order_by(col(SourceRemoval.id).desc()).limit(limit)
    undone = set(session.exec(select(ImportBatch.id).where(ImportBatch.status == ImportStatus.UNDONE)))
    return [(one, one.restored_by is None or one.restored_by in undone) for one in session.exec(newest)]


def bring_back(session: Session, removal_id: int, actor: str) -> ImportBatch:
    """Write the rows again that are not here; the import that has them. Raises NotFound, BroughtBack, RowsNotKept."""
    hold(session, Dataset.COMPANY)
    removal = session.get(SourceRemoval, removal_id)
    if removal is None:
        raise NotFound(kind="removal", name=str(removal_id))
    path = kept_in(removal.file)
    if not path.exists():
        raise RowsNotKept(file=removal.file)
    batch = _import_of(removal, actor)
    session.add(batch)
    session.flush()
    _claim(session, removal_id, batch.id)
    table = SQLModel.metadata.tables[target_of(removal.contract).table]
    for rows in _pages(path):
        _write(session, removal.contract, rows, batch.id)
    added = session.scalar(select(func.count()).where(table.c.batch_id == batch.id)) or 0
    mark_changed(session, Dataset.COMPANY)
    batch.counts = {"added": added, "unchanged": removal.rows - added}
    batch.data_count, batch.finished_at = change_count(session, Dataset.COMPANY), clock.now()
    session.add(batch)
    audit.record(session, actor, "source.bring-back", removal.contract, rows=added, file=removal.file)
    return batch


def _import_of(removal: SourceRemoval, actor: str) -> ImportBatch:
    return ImportBatch(
        contract=removal.contract,
        file_name=removal.file,
        status=ImportStatus.DONE,
        tally={"rows": removal.rows, "accepted": removal.rows, "refused": 0},
        actor=actor,
        created_at=clock.now(),
    )


def _claim(session: Session, removal_id: int, batch: int | None) -> None:
    """Say who brings them back, which one of two who ask at once can do."""
    undone = select(ImportBatch.id).where(ImportBatch.status == ImportStatus.UNDONE)
    free = col(SourceRemoval.restored_by).is_(None) | col(SourceRemoval.restored_by).in_(undone)
    claim = update(SourceRemoval).where(col(SourceRemoval.id) == removal_id, free).values(restored_by=batch)
    if session.connection().execute(claim).rowcount != 1:
        raise BroughtBack


def _write(session: Session, contract: str, rows: list[dict[str, str]], batch: int | None) -> None:
    """Write those of the rows that are not here."""
    target = target_of(contract)
    table = SQLModel.metadata.tables[target.table]
    values = [
        {name: _value(table.c[name], text) for name, text in row.items()}
        | {"dataset": Dataset.COMPANY, "batch_id": batch}
        for row in rows
    ]
    written = INSERT[session.get_bind().dialect.name](table).values(values)
    known = written.on_conflict_do_nothing(index_elements=["dataset", *target.identity])
    session.connection().execute(known)


def _pages(path: Path) -> Iterator[list[dict[str, str]]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        while page := [{name: undefused(cell) for name, cell in row.items()} for row in islice(rows, AT_ONCE)]:
            yield page


def _value(column: Column[Any], text: str) -> Any:
    """A cell as its column holds it; text that may be missing is so where the cell is empty."""
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = stored.python_type
    if kind is str:
        return text or (None if column.nullable else "")
    if not text:
        return None
    return kind.fromisoformat(text) if issubclass(kind, date) else kind(text)
