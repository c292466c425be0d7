"""Bring the tables up to what Supabase holds, as the job and the command do. Each contract is its own transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from ml_insights.commerce.queries import CONTRACT_TABLES, has_rows
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources import pipeline, service, uploads
from ml_insights.sources.currencies import CURRENCIES
from ml_insights.sources.facts import CheckedChunk, Reading
from ml_insights.sources.policy import REFRESHED_BY
from ml_insights.sources.refused import RefusedLog
from ml_insights.sources.supabase import connections, snapshot
from ml_insights.sources.supabase.client import Project
from ml_insights.sources.supabase.errors import (
    CurrencyUnsaid,
    CurrencyUnused,
    ManyGone,
    NothingReturned,
    StateUnused,
)
from ml_insights.sources.supabase.extract import Extraction, Extractor
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.removal import Mirror, too_many
from ml_insights.sources.supabase.schema import STATE_NAMES, named, table_of_rows
from ml_insights.sources.supabase.understanding import inspected, read_as, require_read
from ml_insights.sources.tables import SourceState

FULL_EVERY = timedelta(days=1)
"""How often a table that is mirrored is read as a whole: what was deleted shows nowhere else."""
OnStep = Callable[[float, str, int], None]
"""Share done, table, rows fetched."""


@dataclass(frozen=True)
class Refreshed:
    """What a reading brought. `error` says why there was none; `stood_in` that the snapshot was used instead.
    `warning` is something that a person should look at although nothing failed. Of a table that is mirrored `removed`
    rows went with it; `gone` ones would, but are so many that a person has to say so."""

    contract: str
    fetched: int = 0
    added: int = 0
    updated: int = 0
    refused: int = 0
    removed: int = 0
    gone: int = 0
    error: ProductError | None = None
    warning: ProductError | None = None
    stood_in: bool = False


@dataclass(frozen=True)
class _Begun:
    """Where a reading goes on. `full` where the whole table is read."""

    since: str
    full: bool
    full_at: datetime | None
    snapshot_at: datetime | None


def source_of(contract: str) -> str:
    """The name under which the state of a source is kept."""
    return f"{connections.KIND}:{contract}"


def refresh(on_step: OnStep, full: bool = False, remove: bool = False) -> list[Refreshed]:
    """Read every mapped table. A table that cannot be read leaves its rows as they are and the others unharmed.

    With `remove` rows of mirrored tables that are no longer there go however many they are. Raises NotConfigured,
    NoTables, BadMapping or CredentialUnreadable where nothing can be read at all.
    """
    with reading() as session:
        connection = connections.current(session)
    tables, project = connection.require_tables(), Project(connection.require_access())
    results = []
    for place, (contract, mapping) in enumerate(tables.items()):

        def on_rows(rows: int, place: int = place, table: str = mapping.table) -> None:
            on_step(place / len(tables), table, rows)

        try:
            results.append(_read(project, contract, mapping, full or remove, remove, on_rows))
        except ProductError as error:
            results.append(_stand_in(contract, error))
    return results


def _read(
    project: Project, contract: str, mapping: TableMapping, full: bool, remove: bool, on_rows: Callable[[int], None]
) -> Refreshed:
    begun = _begin(contract, mapping, full)
    folder_of_all = settings().data_dir
    folder_of_all.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder_of_all) as folder:
        path = Path(folder) / f"{contract}.csv"
        extraction = Extractor(project, mapping).write(path, begun.since, on_rows)
        if not extraction.rows:
            return _nothing(contract, mapping, extraction, begun)
        odd = _unsaid(project, contract, mapping, extraction, begun.full)
        refreshed = _import(contract, mapping, path, extraction, begun, remove, odd)
    changed = refreshed.added or refreshed.updated or refreshed.removed
    if contract in CONTRACT_TABLES and (changed or not snapshot.taken_at(contract)):
        with reading() as session:
            snapshot.write(session, contract)
    return refreshed


def _begin(contract: str, mapping: TableMapping, full: bool) -> _Begun:
    with reading() as session:
        state = session.get(SourceState, source_of(contract))
    overdue = mapping.mirror and (state is None or state.full_at is None or state.full_at < clock.now() - FULL_EVERY)
    since = state.cursor if state and mapping.cursor and not (full or overdue) else ""
    return _Begun(since, not since, state.full_at if state else None, state.snapshot_at if state else None)


def _unsaid(
    project: Project, contract: str, mapping: TableMapping, extraction: Extraction, full: bool
) -> ProductError | None:
    """What to say of states and currencies of orders that nobody has looked at: their rows must not count, or be left
    out, in silence."""
    if contract != "orders":
        return None
    own = company().currency
    unnamed = sorted(extraction.currencies - {"", own, *mapping.rates})
    if unnamed:
        return CurrencyUnsaid(table=mapping.table, currencies=", ".join(unnamed))
    if not full or (mapping.state is not None and mapping.currency is not None):
        return None
    extractor, used = Extractor(project, mapping), {*mapping.columns.values(), *mapping.keys}
    table = table_of_rows(mapping.table, [extractor.first_row()])
    state, currency = (named(table, names) for names in (STATE_NAMES, CURRENCIES))
    if mapping.state is None and state and state not in used:
        return StateUnused(table=mapping.table, column=state)
    if mapping.currency is None and currency and currency not in used and (others := extractor.foreign(currency, own)):
        return CurrencyUnused(table=mapping.table, column=currency, currencies=", ".join(others), company=own)
    return None


def _nothing(contract: str, mapping: TableMapping, extraction: Extraction, begun: _Begun) -> Refreshed:
    """No row came: nothing has changed, or the table shows none at all, which a person should look at."""
    warning = None if extraction.visible else NothingReturned(table=mapping.table)
    result = Refreshed(contract, warning=warning)
    with transaction() as session:
        session.merge(_good(result, extraction.cursor, replace(begun, full=False)))
    return result


def _import(
    contract: str,
    mapping: TableMapping,
    path: Path,
    extraction: Extraction,
    begun: _Begun,
    remove: bool,
    odd: ProductError | None,
) -> Refreshed:
    """The rows and the place to go on from enter together, or not at all."""
    source, key = _source(contract, mapping, path, extraction), token_hex(16)
    with RefusedLog(uploads.refused_of(key)) as log, transaction() as session:
        mirror = Mirror(session, contract, mapping.table, REFRESHED_BY) if mapping.mirror and begun.full else None
        place = source.shape.headers.index(mapping.fed[mirror.names[0]]) if mirror else 0

        def on_chunk(chunk: CheckedChunk) -> None:
            log.add(chunk.refused)
            if mirror:
                mirror.see(chunk.valid, chunk.refused, place)

        batch = service.import_recorded(session, source, REFRESHED_BY, skip_bad=True, update=True, on_chunk=on_chunk)
        batch.file = key if batch.tally["refused"] else ""
        counts, refused = batch.counts, batch.tally["refused"]
        result = Refreshed(contract, extraction.rows, counts["added"], counts["updated"], refused, warning=odd)
        if mirror:
            result = _mirrored(mirror, mapping, result, batch.id or 0, remove)
        session.merge(_good(result, extraction.cursor, begun, batch.id or 0))
    if not batch.file:
        uploads.discard(key)
    return result


def _mirrored(mirror: Mirror, mapping: TableMapping, result: Refreshed, batch: int, remove: bool) -> Refreshed:
    """What became of the rows that are no longer there."""
    gone, known = mirror.count()
    if gone and too_many(gone, known) and not remove:
        result = replace(result, gone=gone, warning=ManyGone(gone=gone, known=known, table=mapping.table))
    elif gone:
        result = replace(result, removed=mirror.remove(batch))
    mirror.close()
    return result


def _source(contract: str, mapping: TableMapping, path: Path, extraction: Extraction) -> pipeline.Source:
    """The rows as the mapping reads them. Raises AmbiguousDates where a column of text could be read in two ways."""
    found = inspected(path, contract, mapping.headers, extraction.numbers)
    settled = read_as(path, found, mapping)
    require_read(settled, mapping.table)
    return pipeline.Source(path, f"supabase-{path.name}", settled.shape, settled.reading, clock.now())


def _of_snapshot(contract: str) -> pipeline.Source:
    """A snapshot's header is the contract's, its numbers and times are ISO."""
    path = snapshot.path_of(contract)
    inspection = pipeline.inspect_file(path, contract, limit_mb=1 << 20, zone=company().timezone, encoding="utf-8")
    shape = inspection.shape
    columns = {header: header for header in shape.headers}
    plain = Reading(contract, columns, shape.encoding, shape.separator, ".", None, company().timezone)
    return pipeline.Source(path, f"supabase-{path.name}", shape, plain, clock.now())


def _stand_in(contract: str, error: ProductError) -> Refreshed:
    """Note the failure, and fill an empty table from the last snapshot."""
    stood_in = False
    taken = snapshot.taken_at(contract)
    with transaction() as session:
        if taken and not has_rows(session, Dataset.COMPANY, contract):
            source = _of_snapshot(contract)
            service.import_recorded(
                session, source, REFRESHED_BY, skip_bad=True, update=False, on_chunk=lambda chunk: None
            )
            stood_in = True
        state = session.get(SourceState, source_of(contract)) or SourceState(
            source=source_of(contract), tried_at=clock.now()
        )
        state.ok, state.tried_at, state.outcome = False, clock.now(), {}
        state.reason, state.reason_values = _template(error)
        state.warning, state.warning_values = "", {}
        state.snapshot_at = state.snapshot_at or taken
        session.add(state)
    return Refreshed(contract, error=error, stood_in=stood_in)


def _good(result: Refreshed, cursor: str, begun: _Begun, batch: int = 0) -> SourceState:
    """Read just now, up to `cursor`."""
    now = clock.now()
    outcome = {"read": result.fetched, "added": result.added, "updated": result.updated, "refused": result.refused}
    outcome |= {"removed": result.removed, "gone": result.gone}
    warning, values = _template(result.warning) if result.warning else ("", {})
    return SourceState(
        source=source_of(result.contract),
        cursor=cursor,
        tried_at=now,
        snapshot_at=begun.snapshot_at if result.warning else now,
        full_at=now if begun.full else begun.full_at,
        outcome=outcome | {"batch": batch},
        warning=warning,
        warning_values=values,
    )


def _template(error: ProductError) -> tuple[str, dict[str, Any]]:
    """An error as it is kept: a message to be translated where it is shown, and its values."""
    return " ".join((type(error).__doc__ or "").split()), error.values


def as_json(result: Refreshed) -> dict[str, Any]:
    """For programs."""
    language = settings().language
    told = {"error": result.error, "warning": result.warning}
    return asdict(result) | {name: one.message(language) if one else "" for name, one in told.items()}
