"""From a file to rows in the tables: inspect, check, import. The session is the caller's, and so is the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

import pyarrow as pa

from ml.frames import CONTRACTS
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.sources.checking import Checker
from ml_insights.sources.errors import (
    AmbiguousDates,
    AmbiguousDecimal,
    DecisionsOpen,
    NoSheets,
    NoSigns,
    RowsRefused,
    UnknownContract,
)
from ml_insights.sources.facts import CheckedChunk, FileShape, Inspection, Reading, Tally
from ml_insights.sources.mapping import propose_reading, require_complete, with_stand_ins
from ml_insights.sources.reading import read_chunks
from ml_insights.sources.remarks import is_of_values, shape_decisions, shape_remarks, value_remarks
from ml_insights.sources.row_meaning import about_program, decide_rows
from ml_insights.sources.shape import SAMPLE_ROWS, read_shape, require_size, sheet_shape
from ml_insights.sources.values import decide_values
from ml_insights.sources.workbooks import Wanted, sheet_text

if TYPE_CHECKING:
    from sqlmodel import Session

    from ml_insights.commerce.facts import ImportCount
    from ml_insights.commerce.withdrawing import Withdrawn
    from ml_insights.commerce.writing import Target

SAMPLE_BYTES = 1 << 20
OnChunk = Callable[[CheckedChunk], None]


@dataclass(frozen=True)
class Source:
    """A file that was inspected and is to be read in one certain way. `checked_at` is when "now" is for its rows."""

    path: Path
    name: str
    shape: FileShape
    reading: Reading
    checked_at: datetime


def inspect_file(
    path: Path,
    contract: str,
    *,
    limit_mb: int,
    zone: str,
    name: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    folder: Path | None = None,
) -> Inspection:
    """How the file is written, its first rows and a proposed reading.

    What is given is not looked for: `sheet` of a workbook, `encoding` and `separator` of a text, `header_row` from 1
    (0 where no row names the columns). A sheet is written as text to `folder`, or beside the file. Raises the errors
    of `sources.errors`.
    """
    name = name or path.name
    require_size(path, limit_mb, name)
    found = sheet_text(path, name, Wanted(contract, sheet, header_row), folder or path.parent)
    if found is None:
        if sheet is not None:
            raise NoSheets(file=name)
        text, shape = (
            path,
            read_shape(path, limit_mb, encoding, separator, name, contract=contract, header_row=header_row),
        )
    else:
        if encoding or separator:
            raise NoSigns(file=name)
        text, shape = found.path, sheet_shape(found, name, contract)
    first = next(read_chunks(text, shape, name, SAMPLE_BYTES))
    columns = [column.to_pylist() for column in first.table.slice(0, SAMPLE_ROWS).columns]
    sample = [list(row) for row in zip(*columns, strict=True)]
    proposed = propose_reading(CONTRACTS[contract], shape, sample, zone)
    asked = shape_decisions(shape, sample, found, sheet, header_row)
    inspection = replace(
        proposed,
        path=text,
        numbers=tuple(first.numbers.slice(0, SAMPLE_ROWS).to_pylist()),
        remarks=(*about_program(shape.headers), *shape_remarks(shape))
        if contract == "orders"
        else shape_remarks(shape),
        decisions=asked + proposed.decisions,
    )
    return _decided(text, name, inspection)


def with_columns(path: Path, name: str, inspection: Inspection, columns: dict[str, str]) -> Inspection:
    """The inspection with other `columns`; how their values are written, and what rows mean, is decided anew."""
    reading = with_stand_ins(replace(inspection.reading, columns=columns), inspection.shape.headers)
    return _decided(path, name, replace(inspection, reading=reading))


def _decided(path: Path, name: str, inspection: Inspection) -> Inspection:
    currency, now = company().currency, clock.now()
    inspection = decide_values(path, name, inspection, currency, now)
    shape = tuple(one for one in inspection.remarks if not is_of_values(one))
    inspection = replace(inspection, remarks=shape + value_remarks(inspection, currency))
    return decide_rows(path, name, inspection, currency, now)


def require_ready(
    inspection: Inspection, reading: Reading, name: str, date_chosen: bool, decimal_chosen: bool = False
) -> None:
    """Raise what keeps the file from being checked: a column that nothing feeds, dates or numbers that could be
    either."""
    require_complete(inspection, reading, name)
    for decision in inspection.decisions:
        if decision.open and decision.name == "dates" and not date_chosen:
            first, second = (option.value for option in decision.options)
            raise AmbiguousDates(file=name, example=decision.examples[0][0], first=first, second=second)
        if decision.open and decision.name == "decimal" and not decimal_chosen:
            raise AmbiguousDecimal(file=name, example=decision.examples[0][0])
    unanswered = [one.name for one in inspection.decisions if one.open and one.name not in ("dates", "decimal")]
    if unanswered:
        raise DecisionsOpen(file=name, decisions=", ".join(unanswered))


def check_file(source: Source, on_chunk: OnChunk) -> Tally:
    """Validate every row without writing any. Raises the errors of `sources.errors` that only show on the way."""
    return checked(source, on_chunk).finish()


def checked(source: Source, on_chunk: OnChunk) -> Checker:
    """What has validated every row, without writing any. Raises as `check_file` does."""
    checker = Checker(source.reading, source.shape.headers, source.checked_at)
    _look_ahead(source, checker)
    for raw in read_chunks(source.path, source.shape, source.name):
        on_chunk(checker.check(raw))
    return checker


def foreseen(session: Session, checker: Checker, batch_id: int | None) -> Tally:
    """The tally of a check, with the sales that are known here and that the file says are none."""
    from ml_insights.commerce.withdrawing import outlook

    return _less(checker.finish(), outlook(session, batch_id, checker.no_sales))


def _less(tally: Tally, found: Withdrawn) -> Tally:
    """The tally with the sales that the file takes back: its rows about them count as read."""
    rows, summary = sum(found.lines.values()), tally.summary
    tally.rows += rows
    left = {reason: count - found.lines.get(reason, 0) for reason, count in summary.set_aside.items()}
    tally.summary = replace(
        summary,
        rows=summary.rows + rows,
        set_aside={reason: count for reason, count in left.items() if count},
        cancelled_rows=rows,
        cancelled_orders=found.orders,
        cancelled_revenue=found.revenue,
    )
    return tally


def _look_ahead(source: Source, checker: Checker) -> None:
    """Show the checker the whole file where it has to know of an order's last line at its first."""
    if checker.refunds is not None:
        for raw in read_chunks(source.path, source.shape, source.name):
            checker.refunds.add(raw)
        checker.refunds.settle()


class Checked(Iterator[CheckedChunk]):
    """The checked chunks of a source, the next one made in a thread while one is used. Reading starts at once.

    Errors of the thread come out of the iteration. Whoever stops early calls `close`.
    """

    def __init__(self, source: Source) -> None:
        self.checker = Checker(source.reading, source.shape.headers, source.checked_at)
        self._source = source
        self._queue: Queue[CheckedChunk | BaseException | None] = Queue(maxsize=1)
        self._stopped = Event()
        self._thread = Thread(target=self._produce, name="read-ahead", daemon=True)
        self._thread.start()

    def __next__(self) -> CheckedChunk:
        item = self._queue.get()
        if item is None:
            raise StopIteration
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        """End the thread."""
        self._stopped.set()
        while self._thread.is_alive():
            if not self._queue.empty():
                self._queue.get()
            self._thread.join(timeout=0.05)

    def _produce(self) -> None:
        source = self._source
        try:
            _look_ahead(source, self.checker)
            for raw in read_chunks(source.path, source.shape, source.name):
                self._queue.put(self.checker.check(raw))
                if self._stopped.is_set():
                    return
            self._queue.put(None)
        except BaseException as error:
            self._queue.put(error)


def import_file(
    session: Session, chunks: Checked, *, batch_id: int | None, skip_bad: bool, update: bool, on_chunk: OnChunk
) -> tuple[Tally, ImportCount]:
    """Write what is being checked, and take back the sales that it says are none, in the caller's transaction.

    Raises RowsRefused at the end where rows were refused and not to be skipped; the caller's roll-back then leaves
    the tables as they were.
    """
    from ml_insights.commerce.facts import Batch, ImportCount
    from ml_insights.commerce.tables import Dataset
    from ml_insights.commerce.withdrawing import Withdrawn, withdraw

    checker = chunks.checker

    def valid() -> Iterator[pa.Table]:
        for chunk in chunks:
            on_chunk(chunk)
            if skip_bad or not checker.tally.refused:
                yield chunk.valid

    batch = Batch(batch_id, Dataset.COMPANY, valid(), update, checker.distinct)
    with closing(chunks):
        count = writer_of(checker.contract.name)(session, batch)
    if checker.tally.refused and not skip_bad:
        raise RowsRefused(refused=checker.tally.refused, rows=checker.tally.rows)
    found = withdraw(session, batch_id, checker.no_sales) if batch_id is not None else Withdrawn()
    tally = _less(checker.finish(), found)
    return tally, count + ImportCount(updated=tally.summary.cancelled_rows)


def importable() -> tuple[str, ...]:
    """Names of the contracts that some capability can write."""
    from ml_insights.capabilities import capabilities

    return tuple(target.contract for part in capabilities() for target in part.imports)


def require_importable(contract: str) -> None:
    """Raise UnknownContract where no capability can write rows of `contract`."""
    if contract not in importable():
        raise UnknownContract(contract=contract, choices=", ".join(importable()))


def writer_of(contract: str) -> Callable[..., ImportCount]:
    """The function that writes rows of `contract`, as some capability registered it."""
    from ml_insights.capabilities import capabilities
    from ml_insights.core.capability import load

    targets = {target.contract: target.write for part in capabilities() for target in part.imports}
    return load(targets[contract])


def targets() -> tuple[Target, ...]:
    """The tables that imports write into."""
    from ml_insights.capabilities import capabilities
    from ml_insights.core.capability import load

    declared = [target for part in capabilities() for target in part.imports]
    for target in declared:
        load(target.table)  # a command has loaded no other slice's tables
    return tuple(load(target.target) for target in declared)


def target_of(contract: str) -> Target:
    """The table that rows of `contract` are written into. Raises UnknownContract."""
    require_importable(contract)
    return dict(zip(importable(), targets(), strict=True))[contract]
