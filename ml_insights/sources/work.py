"""What the import page asks for, each call a piece of work of its own with its own transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from ml_insights.core import audit, clock
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources import pipeline, queries, service, uploads
from ml_insights.sources import undo as taking_back
from ml_insights.sources.facts import CheckedChunk, Inspection, UndoFact
from ml_insights.sources.preview import Preview, preview
from ml_insights.sources.refused import RefusedLog

OnShare = Callable[[float], None]


@dataclass(frozen=True)
class Choices:
    """What the reader has settled; None where the file's own writing is to be guessed."""

    columns: dict[str, str] | None = None
    decimal: str | None = None
    date_format: str | None = None


@dataclass(frozen=True)
class Seen:
    """A file as the page shows it. `date_format` is "iso" for ISO 8601 and empty where it must be chosen."""

    preview: Preview
    headers: list[str]
    encoding: str
    separator: str
    decimal: str
    date_format: str
    date_choices: list[str]
    total_header: str


@dataclass(frozen=True)
class _Upload:
    key: str
    name: str
    contract: str


def look(batch_id: int, choices: Choices, language: str) -> Seen:
    """The first rows under `choices`, and what would become of them."""
    inspection = _chosen(_upload(batch_id), choices)
    reading_ = inspection.reading
    undecided = bool(inspection.date_choices) and not choices.date_format
    return Seen(
        preview(inspection, clock.now(), language),
        list(inspection.shape.headers),
        inspection.shape.encoding,
        inspection.shape.separator,
        reading_.decimal,
        "" if undecided else (reading_.date_format or "iso"),
        list(inspection.date_choices),
        inspection.reading.amount_header,
    )


def check(batch_id: int, choices: Choices, on_share: OnShare) -> dict[str, int]:
    """Check every row and keep the refused ones; the tally."""
    upload = _upload(batch_id)
    inspection = _chosen(upload, choices)
    chosen = bool(choices.date_format), bool(choices.decimal)
    pipeline.require_ready(inspection, inspection.reading, upload.name, *chosen)
    source = pipeline.Source(inspection.path, upload.name, inspection.shape, inspection.reading, clock.now())
    with RefusedLog(uploads.refused_of(upload.key)) as log:

        def on_chunk(chunk: CheckedChunk) -> None:
            log.add(chunk.refused)
            on_share(chunk.share)

        tally = pipeline.check_file(source, on_chunk)
    with transaction() as session:
        batch = service.note_check(session, batch_id, source, tally)
        return {key: value for key, value in batch.tally.items() if isinstance(value, int)}


def write(batch_id: int, update: bool, on_share: OnShare) -> dict[str, int]:
    """Write the rows that the check accepted; what became of them."""
    upload = _upload(batch_id)
    inspected = _inspected(upload.key, upload.name, upload.contract, company().timezone)
    try:
        with transaction() as session:
            batch = service.import_checked(
                session,
                batch_id,
                inspected.path,
                inspected.shape,
                update=update,
                on_chunk=lambda chunk: on_share(chunk.share),
            )
    except ProductError as error:
        with transaction() as session:
            service.fail(session, batch_id, error.message(settings().language))
        raise
    uploads.drop_file(upload.key)
    return batch.counts


def give_up(batch_id: int, actor: str) -> None:
    """Forget an upload whose rows are not in the tables."""
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        if batch.status in queries.OVER:
            return
        audit.record(session, actor, "import-abandoned", batch.file_name)
        session.delete(batch)
    uploads.discard(batch.file)


def undo_outlook(batch_id: int) -> UndoFact:
    """What undoing an import would take back. Raises why it cannot be."""
    with reading() as session:
        return taking_back.outlook(session, batch_id)


def undo(batch_id: int, actor: str) -> UndoFact:
    """Undo an import, all of it or nothing. Raises why it cannot be."""
    with transaction() as session:
        return taking_back.undo(session, batch_id, actor)


def _upload(batch_id: int) -> _Upload:
    with reading() as session:
        batch = queries.batch(session, batch_id)
        return _Upload(batch.file, batch.file_name, batch.contract)


def _chosen(upload: _Upload, choices: Choices) -> Inspection:
    """The upload's inspection with the reader's choices over what was guessed."""
    inspection = _inspected(upload.key, upload.name, upload.contract, company().timezone)
    if choices.columns is not None:
        inspection = pipeline.with_columns(inspection.path, upload.name, inspection, choices.columns)
    reading_ = inspection.reading
    if choices.decimal:
        reading_ = replace(reading_, decimal=choices.decimal)
    if choices.date_format:
        reading_ = replace(reading_, date_format=None if choices.date_format == "iso" else choices.date_format)
    return replace(inspection, reading=reading_)


@lru_cache(maxsize=16)
def _inspected(key: str, name: str, contract: str, zone: str) -> Inspection:
    """An upload never changes, so it is looked at once."""
    path = uploads.path_of(key)
    return pipeline.inspect_file(path, contract, limit_mb=settings().upload_limit_mb, zone=zone, name=name)
