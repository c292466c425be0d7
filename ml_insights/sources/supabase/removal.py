"""Rows that are no longer at the source go here too, where an admin wants that: within bounds, counted and kept."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Column, ColumnElement, MetaData, Table, and_, delete, exists, func, insert, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core import audit, clock
from ml_insights.core.company import company
from ml_insights.core.csv_export import defused
from ml_insights.core.settings import settings
from ml_insights.sources.facts import RefusedRow
from ml_insights.sources.pipeline import target_of
from ml_insights.sources.tables import ImportBatch, SourceRemoval

MOST = 0.2
"""Share of the rows of a source that may go without a person having said so."""


class Mirror:
    """What one full reading has seen, beside what is here of the same source. Lives in the caller's transaction."""

    def __init__(self, session: Session, contract: str, far_table: str, actor: str) -> None:
        self.session, self.contract, self.far_table, self.actor = session, contract, far_table, actor
        target = target_of(contract)
        self.table, self.names = SQLModel.metadata.tables[target.table], target.identity
        columns = [Column(name, self.table.c[name].type) for name in self.names]
        self.seen = Table("mirror_seen", MetaData(), *columns, prefixes=["TEMPORARY"])
        self.seen.create(session.connection(), checkfirst=False)
        self._kept: set[str] = set()

    def see(self, valid: pa.Table, refused: Iterable[RefusedRow], place: int) -> None:
        """Note rows that are there: those to be written, and those that are refused, by the cell at `place`."""
        columns = [[_stored(name, value) for value in valid.column(name).to_pylist()] for name in self.names]
        rows = [dict(zip(self.names, values, strict=True)) for values in zip(*columns, strict=True)]
        if rows:
            self.session.connection().execute(insert(self.seen), rows)
        self._kept.update(row.cells[place].strip() for row in refused)

    def count(self) -> tuple[int, int]:
        """How many rows of this source are no longer there, and how many of it are here."""
        owned, gone = (
            select(func.count()).select_from(self.table).where(clause) for clause in (self._owned, self._gone)
        )
        return self.session.scalar(gone) or 0, self.session.scalar(owned) or 0

    def remove(self, batch: int) -> int:
        """Take the rows away that are no longer there, keep them in a file, and note it; how many they were."""
        names = [column.name for column in self.table.c if column.name not in ("id", "dataset", "batch_id")]
        rows = self.session.execute(select(*(self.table.c[name] for name in names)).where(self._gone)).all()
        path = removed_path(self.contract, batch)
        _keep(path, names, rows)
        self.session.connection().execute(delete(self.table).where(self._gone))
        mark_changed(self.session, Dataset.COMPANY)
        self.session.add(
            SourceRemoval(
                contract=self.contract,
                far_table=self.far_table,
                file=path.name,
                rows=len(rows),
                removed_at=clock.now(),
            )
        )
        audit.record(self.session, self.actor, "source.remove", self.contract, rows=len(rows), file=path.name)
        return len(rows)

    def close(self) -> None:
        """Leave no temporary table to a pooled connection."""
        self.seen.drop(self.session.connection())

    @property
    def _owned(self) -> ColumnElement[bool]:
        batches = SQLModel.metadata.tables[str(ImportBatch.__tablename__)].c
        mine = select(batches.id).where(batches.actor == self.actor, batches.contract == self.contract)
        return and_(self.table.c.dataset == Dataset.COMPANY, self.table.c.batch_id.in_(mine))

    @property
    def _gone(self) -> ColumnElement[bool]:
        same = and_(*(self.seen.c[name] == self.table.c[name] for name in self.names))
        refused = self.table.c[self.names[0]].in_(sorted(self._kept))
        return and_(self._owned, ~exists(select(1).select_from(self.seen).where(same)), ~refused)


def too_many(gone: int, known: int) -> bool:
    """Whether so many rows would go that a person has to say so first."""
    return gone > MOST * known


def removed_path(contract: str, batch: int) -> Path:
    """Where the rows are kept that were taken away with an import; a file that can be imported again."""
    return kept_in(f"{contract}-{batch}.csv.gz")


def kept_in(file: str) -> Path:
    """Where a file of rows that were taken away is."""
    return settings().data_dir / "removed" / file


def _keep(path: Path, names: list[str], rows: Iterable[Iterable[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wb") as packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_written(value) for value in row] for row in rows)


def _written(value: Any) -> Any:
    """A cell of a file that somebody may open in a spreadsheet."""
    if isinstance(value, datetime):
        return value.isoformat()
    return defused(value) if isinstance(value, str) else value


def _stored(name: str, value: Any) -> Any:
    """A value of an identity as the tables hold it: a period is a day of the company's zone, no shop is empty text."""
    if isinstance(value, datetime):
        return value.astimezone(company().zone).date()
    return "" if value is None and name == "store" else value
