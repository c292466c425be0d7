"""Undoing an import: what it would take back, and taking it back. Callers commit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col, select

from ml_insights.commerce import undoing
from ml_insights.commerce.service import hold
from ml_insights.commerce.tables import Dataset
from ml_insights.commerce.writing import Target
from ml_insights.core import audit, clock, datasets
from ml_insights.core.company import company
from ml_insights.sources import errors, queries
from ml_insights.sources.facts import UndoFact
from ml_insights.sources.pipeline import target_of, targets
from ml_insights.sources.policy import require_undoable
from ml_insights.sources.tables import ImportBatch, ImportStatus


def outlook(session: Session, batch_id: int) -> UndoFact:
    """What undoing the import would take back. Raises NotFound, and what keeps it from being undone."""
    batch = queries.batch(session, batch_id)
    _require_possible(session, batch)
    target = target_of(batch.contract)
    effect = undoing.effect_of(session, batch_id, target)
    emptied = not effect.restored and not _others(session, batch, target)
    later = queries.found_known(session, batch)
    return UndoFact(
        batch_id=batch_id,
        file=batch.file_name,
        contract=batch.contract,
        removed=effect.removed,
        restored=effect.restored,
        first=_day(effect.first),
        last=_day(effect.last),
        revenue=effect.revenue,
        later=len(later),
        known=sum(later),
        emptied=emptied,
        computed=_computed(session, batch.dataset) if emptied else {},
    )


def undo(session: Session, batch_id: int, actor: str) -> UndoFact:
    """Take the import back, in the caller's transaction. Raises as `outlook` does.

    What was learnt from its rows is taken out of use; what was computed is to be computed again, or goes where no row
    of the data set is left.
    """
    batch = queries.batch(session, batch_id)
    hold(session, batch.dataset)
    claimed = _claim(session, batch_id, actor)
    session.refresh(batch)
    _require_possible(session, batch, claimed)
    done = undoing.undo_rows(session, batch_id, batch.dataset, target_of(batch.contract))
    batch.undone = {"removed": done.removed, "restored": done.restored}
    session.add(batch)
    emptied = not _others(session, batch, None)
    computed: dict[str, int] = {}
    if emptied:
        computed = datasets.clear(session, batch.dataset.value)
    elif done.removed or done.restored:
        datasets.withdraw(session, batch.dataset.value, batch.data_count or 0)
    told = {"import": batch_id, "contract": batch.contract, **batch.undone, "computed": computed}
    audit.record(session, actor, "import-undone", batch.file_name, **told)
    session.flush()
    return UndoFact(
        batch_id, batch.file_name, batch.contract, done.removed, done.restored, emptied=emptied, computed=computed
    )


def _claim(session: Session, batch_id: int, actor: str) -> bool:
    """Mark the import undone, which one of two who ask at once can do."""
    done = (col(ImportBatch.id) == batch_id, col(ImportBatch.status) == ImportStatus.DONE)
    values = {"status": ImportStatus.UNDONE, "undone_by": actor, "undone_at": clock.now()}
    return session.connection().execute(update(ImportBatch).where(*done).values(**values)).rowcount == 1


def _require_possible(session: Session, batch: ImportBatch, claimed: bool = False) -> None:
    status = ImportStatus.DONE if claimed else batch.status
    require_undoable(status, batch.actor, batch.data_count is not None, batch.undone_by)
    later = undoing.later_import(session, batch.id or 0)
    if later is None and batch.summary.get("cancelled_rows"):
        later = undoing.brought_again(session, batch.id or 0, target_of(batch.contract))
    if later:
        by = queries.batch(session, later.batch_id)
        day = (by.finished_at or by.created_at).astimezone(company().zone).date()
        raise errors.ChangedSince(later=later.batch_id, file=by.file_name, day=day, rows=later.rows)


def _others(session: Session, batch: ImportBatch, own: Target | None) -> bool:
    """Whether the data set has any row, beside those that `own` says this import owns."""
    for target in targets():
        table = SQLModel.metadata.tables[target.table]
        query = select(table.c.dataset).where(table.c.dataset == batch.dataset)
        if target == own:
            query = query.where(table.c.batch_id.is_distinct_from(batch.id))
        if session.execute(query.limit(1)).first():
            return True
    return False


def _computed(session: Session, dataset: Dataset) -> dict[str, int]:
    """What is there, by table, beside the rows that imports write."""
    written = {target.table for target in targets()}
    return {table: rows for table, rows in datasets.count(session, dataset.value).items() if table not in written}


def _day(moment: date | datetime | None) -> date | None:
    return moment.astimezone(company().zone).date() if isinstance(moment, datetime) else moment
