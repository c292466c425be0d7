"""An import as one document for the page and the API: from its row in the table and, while it waits, its file."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from ml.frames import CONTRACTS
from ml_insights.core import clock
from ml_insights.core.i18n import gettext
from ml_insights.sources import answers, preview, progress, queries
from ml_insights.sources.alternatives import alternatives, certain
from ml_insights.sources.documents import Counted, FileRead, ImportDocument, Outcome, SummaryShown
from ml_insights.sources.facts import Inspection
from ml_insights.sources.labels import column_title, contract_title, who
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.problems import ASIDE, REASONS
from ml_insights.sources.shape import SAMPLE_ROWS
from ml_insights.sources.tables import ImportBatch, ImportStatus


def understood(batch: ImportBatch, inspection: Inspection, language: str) -> ImportDocument:
    """An import that waits: everything that can still be changed, and what the rows amount to read so."""
    tried, reading = preview.try_sample(inspection, clock.now()), inspection.reading
    missing = missing_columns(CONTRACTS[batch.contract], [*reading.columns, *reading.made])
    document = _document(batch, language)
    document.file = _file(batch, inspection)
    document.headers = list(inspection.shape.headers)
    document.columns = preview.columns_read(inspection, tried, language)
    document.first_rows = preview.first_rows(inspection, tried, language)
    document.unused = preview.others(inspection)
    document.decisions = preview.decisions_shown(inspection, language)
    document.remarks = [gettext(one.message, language, **one.values) for one in inspection.remarks]
    document.missing = [column_title(batch.contract, name, language) for name in missing]
    document.ready = not missing and not any(one.open for one in inspection.decisions)
    if batch.status == ImportStatus.CHECKED:
        document.summary = _summary(batch.tally, batch.summary, True, language)
    elif not missing:
        document.summary = _of_sample(tried, inspection, language)
    return document


def finished(batch: ImportBatch, language: str) -> ImportDocument:
    """An import that somebody works on or that is over: what was found, and what came of it."""
    document = _document(batch, language)
    document.summary = _summary(batch.tally, batch.summary, True, language) if batch.tally else None
    document.outcome = Outcome(**queries.outcome_of(batch)) if batch.status == ImportStatus.DONE else None
    return document


def _document(batch: ImportBatch, language: str) -> ImportDocument:
    return ImportDocument(
        id=batch.id or 0,
        contract=batch.contract,
        title=contract_title(batch.contract, language),
        status=batch.status,
        version=batch.version,
        changed_by=batch.changed_by,
        changed_at=batch.changed_at,
        remembered={key: who(said, language) if key == "by" else said for key, said in batch.remembered.items()},
        share=progress.share_of(batch.file),
        error=batch.error,
        file=FileRead(name=batch.file_name, encoding="", separator="", zone=""),
    )


def _file(batch: ImportBatch, inspection: Inspection) -> FileRead:
    shape = inspection.shape
    return FileRead(
        name=batch.file_name,
        encoding=shape.encoding,
        separator=shape.separator,
        sheet=shape.sheet,
        sheets=list(shape.sheets),
        header_row=shape.first_row - 1 if shape.header_rows else 0,
        zone=inspection.reading.zone,
    )


UNCERTAIN = ("accepted", "first", "last", "orders", "customers", "products", "units", "revenue", "order_totals")
"""Figures that can be left open."""


def _of_sample(tried: preview.Tried, inspection: Inspection, language: str) -> SummaryShown:
    """What the first rows amount to; what hangs on a decision for which the file suggests nothing is left open."""
    found = _told(tried, inspection, language)
    asked = [one for one in inspection.decisions if one.open and not answers.whole(answers.standing(one))]
    if not asked:
        return found
    ways = (replace(inspection, reading=reading) for reading in alternatives(inspection, asked))
    each = [_told(preview.try_sample(way, clock.now()), way, language).model_dump() for way in ways]
    known = certain(each) if each else {}
    return found.model_copy(update={"rows": len(tried.data)} | {name: known.get(name) for name in UNCERTAIN})


def _told(tried: preview.Tried, inspection: Inspection, language: str) -> SummaryShown:
    whole = len(inspection.sample) < SAMPLE_ROWS
    tally = asdict(tried.tally)
    return _summary(tally, tally.pop("summary"), whole, language)


def _summary(tally: dict[str, Any], summary: dict[str, Any], whole: bool, language: str) -> SummaryShown:
    known = {name: value for name, value in {**tally, **summary}.items() if name in SummaryShown.model_fields}
    counted = {
        "refused_by": _counted(tally.get("reasons", {}), REASONS, language),
        "set_aside": _counted(summary.get("set_aside", {}), ASIDE, language),
    }
    figures = {name: tally.get(name, 0) for name in ("rows", "accepted", "refused")}
    return SummaryShown.model_validate(known | counted | figures | {"whole": whole})


def _counted(numbers: dict[str, int], labels: dict[str, str], language: str) -> list[Counted]:
    """The most first."""
    return [
        Counted(code=code, label=gettext(labels.get(code, code), language), rows=rows)
        for code, rows in sorted(numbers.items(), key=lambda item: -item[1])
        if rows
    ]
