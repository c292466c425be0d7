"""How rows that came from a table are read: a CSV that we wrote ourselves, whose header is the table's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ml.frames import CONTRACTS, Kind
from ml_insights.core.company import company
from ml_insights.sources import pipeline
from ml_insights.sources.facts import Inspection
from ml_insights.sources.mapping import require_complete
from ml_insights.sources.supabase.mapping import TableMapping

LIMIT_MB = 1 << 20
"""Of a file that was just written here."""
ISO = "iso"


def inspected(path: Path, contract: str, headers: tuple[str, ...], numbers: Iterable[str]) -> Inspection:
    """The CSV at `path` with columns proposed; `numbers` are those that the service holds as numbers."""
    inspection = pipeline.inspect_file(
        path, contract, limit_mb=LIMIT_MB, zone=company().timezone, encoding="utf-8", separator=",", header_row=1
    )
    known = set(numbers)
    places = tuple(place for place, header in enumerate(headers) if header in known)
    return replace(inspection, shape=replace(inspection.shape, numeric=places))


def read_as(path: Path, inspection: Inspection, mapping: TableMapping, contract: str) -> Inspection:
    """The inspection with the mapping's columns and what it says of values; the rest is found in them."""
    inspection = pipeline.with_columns(path, path.name, inspection, mapping.columns)
    decimal = "." if _numeric(inspection, contract) else mapping.decimal or inspection.reading.decimal
    reading = replace(
        inspection.reading,
        decimal=decimal,
        state_header=mapping.state or "",
        states=dict(mapping.states),
        currency_header=mapping.currency or "",
        currency=company().currency if mapping.currency else "",
        rates=dict(mapping.rates),
    )
    if not mapping.dates:
        return replace(inspection, reading=reading)
    format_ = None if mapping.dates == ISO else mapping.dates
    return replace(inspection, reading=replace(reading, date_format=format_), date_choices=())


def require_read(inspection: Inspection, table: str) -> None:
    """Raise MissingColumns or AmbiguousDates where rows could be read in two ways."""
    require_complete(inspection, inspection.reading, table)
    pipeline.require_ready(inspection, inspection.reading, table, date_chosen=not inspection.date_choices)


def _numeric(inspection: Inspection, contract: str) -> bool:
    """Whether every amount came as a number, so that its decimal sign is a point."""
    headers, columns = inspection.shape.headers, inspection.reading.columns
    amounts = [header for name, header in columns.items() if CONTRACTS[contract].column(name).kind is Kind.NUMBER]
    return all(headers.index(header) in inspection.shape.numeric for header in amounts)
