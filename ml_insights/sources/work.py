"""What the import page and the API ask for, each call a piece of work of its own with its own transactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from ml_insights.company import service as company_service
from ml_insights.core import audit, clock
from ml_insights.core import company as known
from ml_insights.core.company import company
from ml_insights.core.company_facts import Company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings
from ml_insights.sources import layouts, pipeline, progress, queries, service, showing, steps, uploads
from ml_insights.sources import undo as taking_back
from ml_insights.sources.answers import proposals, require_known
from ml_insights.sources.documents import ImportDocument
from ml_insights.sources.facts import Answer, CheckedChunk, Choices, Inspection, UndoFact
from ml_insights.sources.refused import RefusedLog
from ml_insights.sources.tables import ImportBatch, ImportStatus
from ml_insights.sources.understanding import look_at, read_as, require_named, require_settled, writing

Change = Callable[[Choices], Choices]


@dataclass(frozen=True)
class Person:
    """Who asks: `actor` for the audit, `name` for the others who work on the same import."""

    actor: str
    name: str


def look(batch_id: int, language: str) -> ImportDocument:
    """The import as it stands. A file seen for the first time is read as the last one of its layout was."""
    batch = _recalled(_batch(batch_id))
    if not _waits(batch):
        return showing.finished(batch, language)
    return showing.understood(batch, _inspected(batch), language)


def choose(batch_id: int, version: int, person: Person, change: Change) -> None:
    """Settle something else of the file. Raises ImportChanged, ImportBusy, ImportOver, UnknownColumn, HeaderTwice,
    UnknownAnswer and UnknownDecision, and the errors of a file that cannot be read so; then nothing is changed."""
    batch = _batch(batch_id)
    steps.require_waiting(batch, version)
    before = Choices.from_json(batch.choices)
    after = change(before)
    inspection = _understood(batch, after)
    chosen = {column: header for column, header in after.columns.items() if before.columns.get(column) != header}
    require_named(inspection, chosen, batch.file_name, before.columns)
    for name, answer in after.answers.items():
        if answer != before.answers.get(name):
            require_known(inspection, name, answer)
    with transaction() as session:
        steps.choose(session, queries.batch(session, batch_id), version, after, person.name)


def count_in(currency: str, actor: str) -> None:
    """Make `currency` the company's. Raises AmountsThere where the company has amounts in another one already."""
    with transaction() as session:
        company_service.count_in(session, currency, actor)
    known.forget()


def accept_proposed(batch_id: int, version: int, person: Person) -> int:
    """Take every proposal of the decisions that are open; the version after that."""
    answers: dict[str, Answer] = proposals(_inspected(_batch(batch_id)))
    if not answers:
        return version
    choose(batch_id, version, person, lambda before: replace(before, answers={**before.answers, **answers}))
    return version + 1


def version_of(batch_id: int, version: int | None) -> int:
    """The version that a caller has seen; the present one for a caller who does not care, and may not have looked."""
    return _recalled(_batch(batch_id)).version if version is None else version


def start_afresh(batch_id: int, version: int, person: Person) -> int:
    """Forget what was settled, and what was remembered of the layout; the version after that."""
    with transaction() as session:
        steps.choose(session, queries.batch(session, batch_id), version, Choices(), person.name, remembered={})
    return version + 1


def check(batch_id: int, version: int) -> None:
    """Check every row and keep the refused ones; at once over where somebody else does so already."""
    batch = _batch(batch_id)
    if batch.version != version:
        raise steps.why_not(batch, version)
    inspection = _inspected(batch)
    require_settled(inspection, batch.file_name)
    with transaction() as session:
        if not steps.begin_check(session, queries.batch(session, batch_id), version):
            return
    try:
        _check(batch, inspection)
    except BaseException as error:
        with transaction() as session:
            service.put_back(session, batch_id, _told(error))
        raise


def _check(batch: ImportBatch, inspection: Inspection) -> None:
    source = pipeline.Source(inspection.path, batch.file_name, inspection.shape, inspection.reading, clock.now())
    with progress.shown(batch.file) as on_share:
        with RefusedLog(uploads.refused_of(batch.file)) as log:

            def on_chunk(chunk: CheckedChunk) -> None:
                log.add(chunk.refused)
                on_share(chunk.share)

            checker = pipeline.checked(source, on_chunk)
        with transaction() as session:
            tally = pipeline.foreseen(session, checker, batch.id)
            service.note_check(session, batch.id or 0, source, tally)


def write(batch_id: int, version: int, person: Person, *, update: bool) -> None:
    """Write the rows that the check accepted; at once over where somebody else does so, or has done so."""
    batch = _batch(batch_id)
    with transaction() as session:
        if not steps.begin_write(session, queries.batch(session, batch_id), version, person.actor):
            return
    try:
        _write(batch, person, update)
    except BaseException as error:
        with transaction() as session:
            service.fail(session, batch_id, _told(error))
        raise
    uploads.drop_file(batch.file)


def _write(batch: ImportBatch, person: Person, update: bool) -> None:
    inspection = _inspected(batch)
    with progress.shown(batch.file) as on_share, transaction() as session:
        service.import_checked(
            session,
            batch.id or 0,
            inspection.path,
            inspection.shape,
            update=update,
            on_chunk=lambda chunk: on_share(chunk.share),
        )
        layouts.remember(session, inspection, Choices.from_json(batch.choices), person.name)


def give_up(batch_id: int, actor: str) -> None:
    """Forget an upload whose rows are not in the tables. Raises ImportBusy while somebody works on it."""
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        steps.free_cut_off(session, batch)
        if batch.status in steps.AT_WORK:
            raise steps.why_not(batch, batch.version)
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


def standing(batch_id: int) -> tuple[ImportStatus, float]:
    """How far an import is: its state, and the share of the work that goes on."""
    batch = _batch(batch_id)
    return batch.status, progress.share_of(batch.file) or 0.0


def _batch(batch_id: int) -> ImportBatch:
    """The import; where work on it was cut off, as it was before that."""
    with reading() as session:
        batch = queries.batch(session, batch_id)
    if batch.status in steps.AT_WORK and progress.share_of(batch.file) is None:
        with transaction() as session:
            batch = queries.batch(session, batch_id)
            steps.free_cut_off(session, batch)
    return batch


def _waits(batch: ImportBatch) -> bool:
    return batch.status in steps.WAITING and uploads.path_of(batch.file).is_file()


def _recalled(batch: ImportBatch) -> ImportBatch:
    """A file seen for the first time begins with what was settled for the last one of the same layout, if any was."""
    if batch.version or not _waits(batch):
        return batch
    inspection = _understood(batch, Choices())
    with transaction() as session:
        layout = layouts.recalled(session, batch.contract, inspection.shape.headers)
        if layout is None:
            return batch
        found = queries.batch(session, batch.id or 0)
        remembered = {"at": layout.used_at.isoformat(), "by": layout.actor}
        if found.version == 0:
            choices = layouts.fitting(layout, inspection)
            steps.choose(session, found, 0, choices, layout.actor, remembered=remembered)
        return found


def _inspected(batch: ImportBatch) -> Inspection:
    return _understood(batch, Choices.from_json(batch.choices))


def _understood(batch: ImportBatch, choices: Choices) -> Inspection:
    return _read_as(batch.file, batch.file_name, batch.contract, company(), _Frozen(choices))


class _Frozen:
    """Choices that can be compared, to be remembered by."""

    def __init__(self, choices: Choices) -> None:
        self.choices, self._key = choices, repr(choices)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self._key == other._key


@lru_cache(maxsize=16)
def _looked_at(key: str, name: str, contract: str, ours: Company, frozen: _Frozen) -> Inspection:
    """An upload never changes, so it is looked at once for each way of writing it and each zone and currency that the
    company is given."""
    limit = settings().upload_limit_mb
    return look_at(uploads.path_of(key), contract, frozen.choices, limit_mb=limit, zone=ours.timezone, name=name)


@lru_cache(maxsize=32)
def _read_as(key: str, name: str, contract: str, ours: Company, frozen: _Frozen) -> Inspection:
    looked_at = _looked_at(key, name, contract, ours, _Frozen(writing(frozen.choices)))
    return read_as(name, looked_at, frozen.choices)


def _told(error: BaseException) -> str:
    told = error if isinstance(error, ProductError) else ProductError()
    return told.message(settings().language)
