"""The first rows of a table and what would become of them: what an admin sees before it is read."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ml.frames import CONTRACTS, FreeColumns
from ml_insights.core import clock
from ml_insights.core.settings import settings
from ml_insights.sources import preview
from ml_insights.sources.documents import ColumnRead, DecisionShown, FirstRow
from ml_insights.sources.facts import Answer, Inspection
from ml_insights.sources.labels import column_title
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.refused import sentence
from ml_insights.sources.supabase import understanding
from ml_insights.sources.supabase.client import Access, Project, Row
from ml_insights.sources.supabase.errors import NothingReturned
from ml_insights.sources.supabase.extract import as_text, is_number
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.schema import (
    FarTable,
    proposed_cursor,
    proposed_key,
    repeated,
    table_of_rows,
    tables_of,
)

ROWS = 500
SHOWN_PROBLEMS = 3


@dataclass(frozen=True)
class Sample:
    """A table and its first rows."""

    table: FarTable
    rows: list[Row]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that come as numbers."""
        return tuple(name for name in self.table.names if self._numeric(name))

    def _numeric(self, name: str) -> bool:
        values = [row.get(name) for row in self.rows if row.get(name) is not None]
        return bool(values) and all(map(is_number, values))

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """Column of an enum → the values that it can have."""
        return {column.name: column.choices for column in self.table.columns if column.choices}


@dataclass(frozen=True)
class Tried:
    """The first rows under a mapping, which is `mapping` with what is proposed or was answered about them.

    `examples` say what some of the `refused` ones of those `tried` are refused for. `missing` are the titles of columns
    that still need one of the table's. `repeated` where the key does not tell the rows apart.
    """

    mapping: TableMapping
    columns: list[ColumnRead]
    first_rows: list[FirstRow] = field(default_factory=list)
    decisions: list[DecisionShown] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    tried: int = 0
    refused: int = 0
    examples: list[str] = field(default_factory=list)
    repeated: bool = False


@lru_cache(maxsize=8)
def sample(access: Access, name: str, visit: str) -> Sample:
    """The first rows of a table, once a `visit`. Raises NothingReturned, and what `Project` raises."""
    project = Project(access)
    rows = project.rows(name, lambda table: table.select("*").limit(ROWS))
    described = [table for table in tables_of(project.description() or {}) if table.name == name and table.columns]
    if not rows:
        raise NothingReturned(table=name)
    return Sample(described[0] if described else table_of_rows(name, rows), rows)


def proposed(found: Sample, contract: str) -> TableMapping:
    """A mapping as the table itself suggests it; its columns may be too few."""
    with TemporaryDirectory(dir=_folder()) as folder:
        columns = _inspected(found, contract, Path(folder)).reading.columns
    key = proposed_key(found.table, found.rows)
    used = {*columns.values(), *key}
    keeps = CONTRACTS[contract].free_columns is FreeColumns.FEATURES
    cursor = proposed_cursor(found.table)
    features = tuple(name for name in found.table.names if name not in {*used, cursor}) if keeps else ()
    return TableMapping.model_construct(
        table=found.table.name, key=key, cursor=cursor or None, columns=columns, features=features
    )


def tried(found: Sample, contract: str, draft: TableMapping, answers: Mapping[str, Answer], language: str) -> Tried:
    """What would become of the first rows."""
    with TemporaryDirectory(dir=_folder()) as folder:
        inspection = _inspected(found, contract, Path(folder))
        inspection = understanding.asked(inspection.path, inspection, draft, answers, found.choices)
    inspection = replace(inspection, numbers=tuple(range(1, len(inspection.sample) + 1)))
    seen = preview.try_sample(inspection, clock.now())
    problems = ["; ".join(sentence(one, contract, language) for one in row.problems) for row in seen.refused]
    missing = missing_columns(CONTRACTS[contract], [*draft.columns, *inspection.reading.made])
    return Tried(
        mapping=understanding.settled_mapping(draft, inspection, answers),
        columns=[
            column.model_copy(update={"needed": column.name in missing})
            for column in preview.columns_read(inspection, seen, language)
        ],
        first_rows=[] if missing else preview.first_rows(inspection, seen, language),
        decisions=preview.decisions_shown(inspection, language),
        missing=[column_title(contract, name, language) for name in missing],
        tried=0 if missing else len(inspection.sample),
        refused=len(seen.refused),
        examples=problems[:SHOWN_PROBLEMS],
        repeated=bool(draft.keys) and repeated(draft.keys, found.rows),
    )


def _inspected(found: Sample, contract: str, folder: Path) -> Inspection:
    path = folder / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(found.table.names)
        writer.writerows([as_text(row.get(name)) for name in found.table.names] for row in found.rows)
    return understanding.inspected(path, contract, found.table.names, found.numbers)


def _folder() -> Path:
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    return settings().data_dir
