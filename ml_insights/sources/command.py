"""What `import` does, step by step: understand the file, answer its decisions, check it, write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import copy_context
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_insights.core.company import company, fixed
from ml_insights.core.settings import settings
from ml_insights.sources.facts import Choices

if TYPE_CHECKING:
    from ml_insights.sources.facts import CheckedChunk, Inspection
    from ml_insights.sources.pipeline import Source
    from ml_insights.sources.refused import RefusedLog
    from ml_insights.sources.tables import ImportBatch, ImportLayout

ACTOR = "command line"
OnShare = Callable[[float], None]


@dataclass(frozen=True)
class Wanted:
    """What the command was asked for. `choices` hold what its options settle; `decided` are NAME=VALUE.
    Sheets of workbooks are written to `folder` as text. `count_in` is the currency that the company shall have from
    this import on, empty for the one that it has."""

    file: Path
    folder: Path
    contract: str
    choices: Choices
    decided: Sequence[str] = ()
    accept_proposed: bool = False
    afresh: bool = False
    skip_bad: bool = False
    update: bool = False
    count_in: str = ""


@dataclass(frozen=True)
class Understood:
    """The file as it is read, and the layout whose reading it began with, where there was one."""

    inspection: Inspection
    choices: Choices
    layout: ImportLayout | None


@contextmanager
def counting_in(currency: str) -> Iterator[None]:
    """Read files as a company does that counts in `currency`; as it is set up where that is empty. Nothing is changed.

    Raises AmountsThere and UnknownCurrency.
    """
    if not currency:
        yield
        return
    from ml_insights.company import service
    from ml_insights.core.database import reading

    make_tables()
    with reading() as session:
        wanted = service.counting_in(session, currency)
    with fixed(wanted):
        yield


def understood(wanted: Wanted) -> Understood:
    """Look at the file while the database and its libraries, which take as long, are made ready here.

    Raises the errors of `sources.errors`.
    """
    from ml_insights.sources import layouts
    from ml_insights.sources.decide import decided
    from ml_insights.sources.understanding import require_headers, require_named, writing

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(copy_context().run, _look, wanted, wanted.choices)
        known = _layouts(wanted.contract)
        looked_at = looking.result()
    require_named(looked_at, wanted.choices.columns, wanted.file.name)
    require_headers(looked_at, wanted.choices.left_out, wanted.file.name)
    choices = wanted.choices
    layout = None if wanted.afresh else known.get(layouts.fingerprint(wanted.contract, looked_at.shape.headers))
    if layout is not None:
        choices = layouts.under(choices, layouts.fitting(layout, _read(wanted, looked_at, Choices())))
    inspection = _read(wanted, looked_at, choices)
    answers = decided(inspection, wanted.decided, wanted.accept_proposed)
    if answers:
        settled = replace(choices, answers={**choices.answers, **answers})
        if writing(settled) != writing(choices):
            looked_at = _look(wanted, settled)
        choices = settled
        inspection = _read(wanted, looked_at, choices)
    return Understood(inspection, choices, layout)


def _look(wanted: Wanted, choices: Choices) -> Inspection:
    from ml_insights.sources.understanding import look_at

    limit, zone = settings().upload_limit_mb, company().timezone
    return look_at(wanted.file, wanted.contract, choices, limit_mb=limit, zone=zone, folder=wanted.folder)


def _read(wanted: Wanted, looked_at: Inspection, choices: Choices) -> Inspection:
    from ml_insights.sources.understanding import read_as

    return read_as(wanted.file.name, looked_at, choices)


def _layouts(contract: str) -> dict[str, ImportLayout]:
    """Layouts that were imported before, by fingerprint."""
    from sqlmodel import col, select

    from ml_insights.core.database import reading
    from ml_insights.sources.tables import ImportLayout

    make_tables()
    with reading() as session:
        found = session.exec(select(ImportLayout).where(col(ImportLayout.contract) == contract))
        return {layout.fingerprint: layout for layout in found}


def make_tables() -> None:
    """An import may be the first thing that anybody does."""
    from sqlalchemy import inspect

    from ml_insights.core.database import engine

    if not inspect(engine()).has_table("import_batches"):
        from ml_insights.core import migrations

        migrations.upgrade(engine())


def source_of(wanted: Wanted, found: Understood) -> Source:
    """What is to be checked or written. Raises what keeps it from being so."""
    from ml_insights.core import clock
    from ml_insights.sources.pipeline import Source
    from ml_insights.sources.understanding import require_settled

    require_settled(found.inspection, wanted.file.name)
    return Source(
        found.inspection.path, wanted.file.name, found.inspection.shape, found.inspection.reading, clock.now()
    )


def tried(source: Source, log: RefusedLog, on_share: OnShare) -> dict[str, Any]:
    """Check every row without writing any; the tally."""
    from ml_insights.core.database import reading
    from ml_insights.sources.pipeline import checked, foreseen

    checker = checked(source, _noting(log, on_share))
    with reading() as session:
        return asdict(foreseen(session, checker, None))


def tried_each_way(wanted: Wanted, found: Understood) -> list[dict[str, Any]]:
    """Check every row in each way that the open decisions allow; the tallies. None where the file cannot be checked yet
    because a column is missing, or because it is open which rows it has."""
    from ml_insights.core import clock
    from ml_insights.sources.alternatives import alternatives
    from ml_insights.sources.mapping import is_complete
    from ml_insights.sources.pipeline import Source, check_file

    inspection, now = found.inspection, clock.now()
    if not is_complete(inspection.reading):
        return []
    asked = [one for one in inspection.decisions if one.open]
    sources = (
        Source(inspection.path, wanted.file.name, inspection.shape, reading, now)
        for reading in alternatives(inspection, asked)
    )
    return [asdict(check_file(source, lambda chunk: None)) for source in sources]


def written(wanted: Wanted, found: Understood, source: Source, log: RefusedLog, on_share: OnShare) -> ImportBatch:
    """Check and write in one pass: all enters together, or nothing. The layout is remembered with it."""
    from ml_insights.company import service as company_service
    from ml_insights.core.database import transaction
    from ml_insights.sources import layouts
    from ml_insights.sources.pipeline import Checked
    from ml_insights.sources.service import import_recorded

    with closing(Checked(source)) as chunks, transaction() as session:
        if wanted.count_in:
            company_service.count_in(session, wanted.count_in, ACTOR)
        batch = import_recorded(
            session,
            source,
            ACTOR,
            skip_bad=wanted.skip_bad,
            update=wanted.update,
            on_chunk=_noting(log, on_share),
            chunks=chunks,
        )
        layouts.remember(session, found.inspection, found.choices, ACTOR)
    return batch


def _noting(log: RefusedLog, on_share: OnShare) -> Callable[[CheckedChunk], None]:
    def on_chunk(chunk: CheckedChunk) -> None:
        on_share(chunk.share)
        log.add(chunk.refused)

    return on_chunk
