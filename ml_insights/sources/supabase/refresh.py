"""Bring the tables up to what Supabase holds, as the job and the command do. Each contract is its own transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from ml_insights.commerce.queries import has_rows
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources import pipeline, service, uploads
from ml_insights.sources.facts import CheckedChunk
from ml_insights.sources.refused import RefusedLog
from ml_insights.sources.supabase import snapshot
from ml_insights.sources.supabase.errors import NotConfigured
from ml_insights.sources.supabase.extract import Extraction, Extractor, connect
from ml_insights.sources.supabase.mapping import Mapping, TableMapping, read_mapping
from ml_insights.sources.tables import SourceState

ACTOR = "supabase"
OnStep = Callable[[float, str, int], None]
"""Share done, contract, rows fetched."""


@dataclass(frozen=True)
class Refreshed:
    """What a reading brought. `error` says why there was none; `stood_in` that the snapshot was used instead."""

    contract: str
    fetched: int = 0
    added: int = 0
    updated: int = 0
    refused: int = 0
    error: ProductError | None = None
    stood_in: bool = False


def source_of(contract: str) -> str:
    """The name under which the state of a source is kept."""
    return f"supabase:{contract}"


def configured() -> Mapping:
    """The mapping. Raises NotConfigured or BadMapping."""
    chosen = settings()
    if not chosen.supabase_url:
        raise NotConfigured(missing="SUPABASE_URL")
    if not chosen.supabase_service_key.get_secret_value():
        raise NotConfigured(missing="SUPABASE_SERVICE_KEY")
    if chosen.supabase_mapping is None:
        raise NotConfigured(missing="SUPABASE_MAPPING")
    return read_mapping(chosen.supabase_mapping)


def refresh(on_step: OnStep, full: bool = False) -> list[Refreshed]:
    """Read every mapped table. A table that cannot be read leaves its rows as they are and the others unharmed."""
    tables = configured().tables
    results = []
    for place, (contract, mapping) in enumerate(tables.items()):

        def on_rows(rows: int, place: int = place, contract: str = contract) -> None:
            on_step(place / len(tables), contract, rows)

        try:
            results.append(_read(contract, mapping, full, on_rows))
        except ProductError as error:
            results.append(_stand_in(contract, error))
    return results


def _read(contract: str, mapping: TableMapping, full: bool, on_rows: Callable[[int], None]) -> Refreshed:
    with reading() as session:
        state = session.get(SourceState, source_of(contract))
        since = state.cursor if state and not full else ""
    chosen = settings()
    client = connect(
        chosen.supabase_url, chosen.supabase_service_key.get_secret_value(), chosen.supabase_timeout_seconds
    )
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=chosen.data_dir) as folder:
        path = Path(folder) / f"{contract}.csv"
        extraction = Extractor(client, mapping).write(path, since, on_rows)
        refreshed = _import(contract, path, extraction)
    if refreshed.added or refreshed.updated or snapshot.taken_at(contract) is None:
        with reading() as session:
            snapshot.write(session, contract)
    return refreshed


def _import(contract: str, path: Path, extraction: Extraction) -> Refreshed:
    """The rows and the place to go on from enter together, or not at all."""
    if not extraction.rows:
        with transaction() as session:
            session.merge(_good(contract, extraction.cursor))
        return Refreshed(contract)
    source, key = _source(contract, path), token_hex(16)
    with RefusedLog(uploads.refused_of(key)) as log, transaction() as session:

        def on_chunk(chunk: CheckedChunk) -> None:
            log.add(chunk.refused)

        batch = service.import_recorded(session, source, ACTOR, skip_bad=True, update=True, on_chunk=on_chunk)
        batch.file = key if batch.tally["refused"] else ""
        session.merge(_good(contract, extraction.cursor))
    if not batch.file:
        uploads.discard(key)
    counts = batch.counts
    return Refreshed(contract, extraction.rows, counts["added"], counts["updated"], batch.tally["refused"])


def _source(contract: str, path: Path) -> pipeline.Source:
    """A CSV that we wrote ourselves: its header is the contract's, its numbers and times are ISO."""
    inspection = pipeline.inspect_file(path, contract, limit_mb=1 << 20, zone=company().timezone, encoding="utf-8")
    columns = {header: header for header in inspection.shape.headers}
    settled = pipeline.with_columns(path, path.name, inspection, columns)
    return pipeline.Source(path, f"supabase-{path.name}", inspection.shape, settled.reading, clock.now())


def _stand_in(contract: str, error: ProductError) -> Refreshed:
    """Note the failure, and fill an empty table from the last snapshot."""
    stood_in = False
    taken = snapshot.taken_at(contract)
    with transaction() as session:
        if taken and not has_rows(session, Dataset.COMPANY, contract):
            source = _source(contract, snapshot.path_of(contract))
            service.import_recorded(session, source, ACTOR, skip_bad=True, update=False, on_chunk=lambda chunk: None)
            stood_in = True
        state = session.get(SourceState, source_of(contract)) or SourceState(
            source=source_of(contract), tried_at=clock.now()
        )
        state.ok, state.reason, state.tried_at = False, error.message("en"), clock.now()
        state.snapshot_at = state.snapshot_at or taken
        session.add(state)
    return Refreshed(contract, error=error, stood_in=stood_in)


def _good(contract: str, cursor: str) -> SourceState:
    """Read just now, up to `cursor`."""
    return SourceState(source=source_of(contract), cursor=cursor, tried_at=clock.now(), snapshot_at=clock.now())


def as_json(result: Refreshed) -> dict[str, Any]:
    """For programs."""
    told = asdict(result)
    return told | {"error": result.error.message(settings().language) if result.error else ""}
