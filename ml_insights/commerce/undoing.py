"""Takes an import back: rows that it added go, rows that it changed say again what they said before. Callers commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.facts import Batch
from ml_insights.commerce.service import hold, mark_undone
from ml_insights.commerce.tables import Dataset
from ml_insights.commerce.writing import Target, writer

CHANGES = SQLModel.metadata.tables["import_changes"].c


@dataclass(frozen=True)
class Effect:
    """What undoing an import takes back. `first` and `last` are when the rows' events were; `revenue` is what goes."""

    removed: int
    restored: int
    first: date | datetime | None = None
    last: date | datetime | None = None
    revenue: float | None = None


@dataclass(frozen=True)
class Later:
    """An import that changed rows after another one had written them."""

    batch_id: int
    rows: int


def later_import(session: Session, batch_id: int) -> Later | None:
    """The last import that changed rows of this one and still stands; None where there is none."""
    query = select(CHANGES.batch_id, func.count()).where(CHANGES.earlier_batch == batch_id).group_by(CHANGES.batch_id)
    row = session.execute(query.order_by(func.max(CHANGES.id).desc()).limit(1)).first()
    return Later(*row) if row else None


def brought_again(session: Session, batch_id: int, target: Target) -> Later | None:
    """The last import that brought rows again which this one had taken away; None where there is none."""
    made = writer(session, Batch(batch_id, Dataset.COMPANY, ()), target)
    made.stage_earlier(batch_id)
    made.cursor.execute(
        f"SELECT {target.table}.batch_id, count(*) {made.staged_of_others()} "
        f"AND {target.table}.batch_id > {batch_id} GROUP BY 1 ORDER BY 1 DESC LIMIT 1"
    )
    row = made.cursor.fetchone()
    made.close()
    return Later(*row) if row else None


def _changes(session: Session, batch_id: int) -> int:
    return session.scalar(select(func.count()).where(CHANGES.batch_id == batch_id)) or 0


def effect_of(session: Session, batch_id: int, target: Target) -> Effect:
    """What undoing would do to the rows of `target` as they are now."""
    table = SQLModel.metadata.tables[target.table]
    moment = table.c[target.moment] if target.moment else None
    figures: list[Any] = [func.count()]
    figures += [func.min(moment), func.max(moment)] if moment is not None else []
    figures += [func.sum(literal_column(target.money))] if target.money else []
    owned, *told = session.execute(select(*figures).where(table.c.batch_id == batch_id)).one()
    restored = _changes(session, batch_id)
    changed, money = _earlier(session, batch_id, target) if restored else (0, 0.0)
    revenue = (told.pop() or 0.0) - money if target.money else None
    first, last = told or (None, None)
    return Effect(owned - changed, restored, first, last, revenue)


def _earlier(session: Session, batch_id: int, target: Target) -> tuple[int, float]:
    """How many of the rows that the import changed it owns now, and what all of them were worth before."""
    made = writer(session, Batch(None, Dataset.COMPANY, ()), target)
    made.stage_earlier(batch_id)
    money = made.asked(f"SELECT sum({target.money}) FROM {made.staging}") if target.money else None  # noqa: S608
    changed = made.asked(f"SELECT count(*) {made.staged_of_others()} AND {target.table}.batch_id = {batch_id}")
    made.close()
    return int(changed), float(money or 0.0)


def undo_rows(session: Session, batch_id: int, dataset: Dataset, target: Target) -> Effect:
    """Take back what the import did to the rows of `target`. No later import may have changed them (`later_import`)."""
    hold(session, dataset)
    made = writer(session, Batch(batch_id, dataset, ()), target)
    restored = made.put_back(batch_id)
    removed = made.remove(batch_id)
    made.close()
    if removed or restored:
        mark_undone(session, dataset)
    return Effect(removed, restored)
