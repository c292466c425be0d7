"""What the import page shows of a file before it is checked: pure, from an inspection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from ml.frames import CONTRACTS
from ml_insights.core.i18n import gettext
from ml_insights.sources.checking import Checker
from ml_insights.sources.facts import Inspection, RawChunk
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.refused import sentence

SHOWN_ROWS = 6
SHOWN_PROBLEMS = 3


@dataclass(frozen=True)
class Preview:
    """The columns to map, the first rows as the file has them, and what the first rows tell of the mapping."""

    columns: list[dict[str, str]]
    rows: list[list[str]]
    missing: list[str]
    tried: int
    refused: int
    examples: list[str]


def preview(inspection: Inspection, now: datetime, language: str) -> Preview:
    """Try the reading on the sample, so that a wrong mapping shows at once."""
    contract, reading = CONTRACTS[inspection.reading.contract], inspection.reading
    missing = missing_columns(contract, [*reading.columns, *reading.made])
    refused = [] if missing or not inspection.sample else _try(inspection, now)
    sentences = [f"{row.row}: {sentence(problem, language)}" for row in refused for problem in row.problems]
    return Preview(
        columns=[_column(inspection, name, language) for name in contract.names],
        rows=inspection.sample[:SHOWN_ROWS],
        missing=missing,
        tried=0 if missing else len(inspection.sample),
        refused=len(refused),
        examples=sentences[:SHOWN_PROBLEMS],
    )


def _column(inspection: Inspection, name: str, language: str) -> dict[str, str]:
    column = CONTRACTS[inspection.reading.contract].column(name)
    header = inspection.reading.columns.get(name, "")
    place = inspection.shape.headers.index(header) if header else -1
    examples = [row[place] for row in inspection.sample[:50] if row[place].strip()] if header else []
    return {
        "name": name,
        "required": "yes" if column.required else "",
        "description": gettext(column.description, language),
        "header": header,
        "example": examples[0] if examples else "",
    }


def _try(inspection: Inspection, now: datetime) -> list:
    rows = inspection.sample
    columns = {str(place): pa.array([row[place] for row in rows], pa.string()) for place in range(len(rows[0]))}
    raw = RawChunk(pa.table(columns), pa.array(inspection.numbers, pa.int64()), [], 1.0)
    return Checker(inspection.reading, inspection.shape.headers, now).check(raw).refused
