"""How rows that came from a table are read: a CSV that we wrote ourselves, whose header is the table's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ml_insights.core.company import company
from ml_insights.sources import pipeline
from ml_insights.sources.answers import UNASKED, settle
from ml_insights.sources.facts import Answer, Decision, Inspection
from ml_insights.sources.row_meaning import as_written
from ml_insights.sources.supabase.mapping import TableMapping

LIMIT_MB = 1 << 20
"""Of a file that was just written here."""


def inspected(path: Path, contract: str, headers: tuple[str, ...], numbers: Iterable[str]) -> Inspection:
    """The CSV at `path` with columns proposed; `numbers` are those that the service holds as numbers."""
    inspection = pipeline.inspect_file(
        path, contract, limit_mb=LIMIT_MB, zone=company().timezone, encoding="utf-8", separator=",", header_row=1
    )
    known = set(numbers)
    places = tuple(place for place, header in enumerate(headers) if header in known)
    return replace(inspection, shape=replace(inspection.shape, numeric=places))


def read_as(path: Path, inspection: Inspection, mapping: TableMapping) -> Inspection:
    """The inspection with the mapping's columns and what it says of values; the rest is found in them."""
    inspection = pipeline.with_columns(path, path.name, inspection, mapping.columns)
    said: dict[str, Answer] = {"decimal": mapping.decimal, "dates": mapping.dates, "states": dict(mapping.states)}
    inspection = settle(inspection, {name: answer for name, answer in said.items() if answer})
    told = replace(
        inspection.reading,
        state_header=mapping.state or "",
        states=dict(mapping.states),
        currency_header=mapping.currency or "",
        currency=company().currency if mapping.currency else "",
        rates=dict(mapping.rates),
        cancelled_header="",
        refund_header="",
    )
    return replace(inspection, reading=as_written(told))


def open_decisions(inspection: Inspection) -> tuple[Decision, ...]:
    """What of its texts only a person can decide: in which order dates are written, which sign decimals have."""
    return tuple(one for one in inspection.decisions if one.open and one.name in UNASKED)


def require_read(inspection: Inspection, table: str) -> None:
    """Raise MissingColumns, AmbiguousDates or AmbiguousDecimal where rows could be read in two ways."""
    asked = replace(inspection, decisions=open_decisions(inspection))
    pipeline.require_ready(asked, inspection.reading, table, date_chosen=False)
