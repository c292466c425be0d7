"""The first rows of a table and what would become of them: what an admin sees before it is read."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from babel.dates import format_datetime
from babel.numbers import format_decimal

from ml.frames import CONTRACTS, FreeColumns, Kind
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.i18n import LOCALES
from ml_insights.core.settings import settings
from ml_insights.sources import dates, numbers
from ml_insights.sources.checking import Checker
from ml_insights.sources.facts import Decision, Inspection, RawChunk
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.refused import sentence
from ml_insights.sources.supabase.client import Access, Project, Row
from ml_insights.sources.supabase.errors import NothingReturned
from ml_insights.sources.supabase.extract import as_text, is_number
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.schema import (
    CURRENCY_NAMES,
    STATE_NAMES,
    FarTable,
    named,
    proposed_cursor,
    proposed_key,
    repeated,
    table_of_rows,
    tables_of,
)
from ml_insights.sources.supabase.understanding import inspected, open_decisions, read_as
from ml_insights.sources.wording import in_words

ROWS = 500
SHOWN_ROWS, SHOWN_PROBLEMS, SHOWN_VALUES = 5, 3, 12


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

    def values(self, column: str) -> list[tuple[str, int]]:
        """The values of a column with their number of rows, the commonest first; of an enum those too that none has."""
        counts: dict[str, int] = {}
        for row in self.rows:
            text = as_text(row.get(column))
            counts[text] = counts.get(text, 0) + 1
        choices = next((one.choices for one in self.table.columns if one.name == column), ())
        counts = {**dict.fromkeys(choices, 0), **counts}
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True)
class Question:
    """Something in texts that can be read in two ways: a mapping's field, in words, and (value, label) of answers."""

    name: str
    text: str
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Tried:
    """The first rows under a mapping. `cells` are (raw, read) by row and mapped column; `why` says of each row what it
    would be refused for. `missing` are columns that still need one of the table's."""

    columns: list[str]
    cells: list[list[tuple[str, str]]] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    tried: int = 0
    refused: int = 0
    examples: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
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


def tried(found: Sample, contract: str, mapping: TableMapping, language: str) -> Tried:
    """What would become of the first rows."""
    names = [name for name in CONTRACTS[contract].names if name in mapping.columns]
    missing = missing_columns(CONTRACTS[contract], mapping.columns)
    twice = bool(mapping.keys) and repeated(mapping.keys, found.rows)
    if missing:
        return Tried(names, missing=missing, repeated=twice)
    with TemporaryDirectory(dir=_folder()) as folder:
        path = Path(folder)
        inspection = read_as(path / "sample.csv", _inspected(found, contract, path), mapping)
    checked = Checker(inspection.reading, inspection.shape.headers, clock.now()).check(_chunk(inspection))
    problems = {
        row.row: "; ".join(sentence(one, contract, language) for one in row.problems) for row in checked.refused
    }
    return Tried(
        columns=names,
        cells=_cells(inspection, names, language),
        why=[problems.get(place + 2, "") for place in range(min(SHOWN_ROWS, len(inspection.sample)))],
        tried=len(inspection.sample),
        refused=len(checked.refused),
        examples=list(problems.values())[:SHOWN_PROBLEMS],
        questions=[_question(one, language) for one in open_decisions(inspection)],
        repeated=twice,
    )


def state_column(found: Sample) -> str:
    """The column that says whether an order counts, by its name; empty where there is none."""
    return named(found.table, STATE_NAMES)


def currency_column(found: Sample) -> str:
    """The column that names currencies, where the first rows hold more than one; else empty."""
    column = named(found.table, CURRENCY_NAMES)
    return column if column and len(found.values(column)) > 1 else ""


def _cells(inspection: Inspection, names: list[str], language: str) -> list[list[tuple[str, str]]]:
    """(raw, read) of the first rows by row and column; nothing is read where it says the same."""
    headers, columns = inspection.shape.headers, inspection.reading.columns
    by_column = []
    for name in names:
        raw = [row[headers.index(columns[name])] for row in inspection.sample[:SHOWN_ROWS]]
        by_column.append(list(zip(raw, _read(inspection, name, raw, language), strict=True)))
    return [list(cells) for cells in zip(*by_column, strict=True)]


def _read(inspection: Inspection, name: str, raw: list[str], language: str) -> list[str]:
    reading = inspection.reading
    kind = CONTRACTS[reading.contract].column(name).kind
    locale = LOCALES[language].replace("-", "_")
    texts = pa.array(raw, pa.string())
    if kind is Kind.DATETIME:
        moments = dates.parse_dates(texts, reading.date_format, reading.zone).to_pylist()
        zone = company().zone
        return [format_datetime(one.astimezone(zone), "medium", locale=locale) if one else "" for one in moments]
    if kind in (Kind.NUMBER, Kind.WHOLE):
        amounts = numbers.parse_numbers(texts, reading.decimal).to_pylist()
        return ["" if one is None else format_decimal(one, locale=locale) for one in amounts]
    return [""] * len(raw)


def _question(decision: Decision, language: str) -> Question:
    answers = [(one.value, in_words(one.label, language, one.values)) for one in decision.options]
    return Question(decision.name, in_words(decision.question, language, decision.values), answers)


def _chunk(inspection: Inspection) -> RawChunk:
    cells = list(zip(*inspection.sample, strict=True))
    table = pa.table({str(place): pa.array(column, pa.string()) for place, column in enumerate(cells)})
    return RawChunk(table, pa.array(np.arange(table.num_rows) + 2), [], 1.0)


def _inspected(found: Sample, contract: str, folder: Path) -> Inspection:
    path = folder / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(found.table.names)
        writer.writerows([as_text(row.get(name)) for name in found.table.names] for row in found.rows)
    return inspected(path, contract, found.table.names, found.numbers)


def _folder() -> Path:
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    return settings().data_dir
