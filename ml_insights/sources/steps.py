"""The steps of an import, each one conditional UPDATE: whoever comes second is told so, and nothing happens twice.

Callers commit before the work itself begins, so that every other tab sees that it is under way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.errors import ProductError
from ml_insights.sources import progress
from ml_insights.sources.errors import ImportBusy, ImportChanged, ImportOver, NotChecked
from ml_insights.sources.facts import Choices
from ml_insights.sources.tables import ImportBatch, ImportStatus

AT_WORK = {ImportStatus.CHECKING: ImportStatus.UPLOADED, ImportStatus.WRITING: ImportStatus.CHECKED}
"""States in which somebody works on an import, and what each goes back to where the work was cut off."""
WAITING = (ImportStatus.UPLOADED, ImportStatus.CHECKED, ImportStatus.FAILED)
"""States in which an import waits for a person; one that failed can be tried again."""


def choose(session: Session, batch: ImportBatch, version: int, choices: Choices, name: str, **values: Any) -> None:
    """Settle something of an import that waits, in the name of a person; what was checked must be checked anew.

    Raises ImportChanged, ImportBusy or ImportOver.
    """
    changed = {
        "choices": choices.as_json(),
        "version": version + 1,
        "changed_by": name,
        "changed_at": clock.now(),
        "status": ImportStatus.UPLOADED,
        "summary": {},
        "tally": {},
        "error": "",
    }
    if not _moved(session, batch, version, WAITING, changed | values):
        raise why_not(batch, version)


def require_waiting(batch: ImportBatch, version: int) -> None:
    """Raise what keeps an import from being changed, before any work goes into it."""
    if batch.status not in WAITING or batch.version != version:
        raise why_not(batch, version)


def begin_check(session: Session, batch: ImportBatch, version: int) -> bool:
    """Take an import to be checked; False where that is under way or done. Raises ImportChanged or ImportOver."""
    if _moved(session, batch, version, WAITING, {"status": ImportStatus.CHECKING, "error": ""}):
        progress.begin(batch.file)
        return True
    if batch.version == version and batch.status == ImportStatus.CHECKING:
        return False
    raise why_not(batch, version)


def begin_write(session: Session, batch: ImportBatch, version: int, actor: str) -> bool:
    """Take a checked import to be written; False where that is under way or done.

    Raises ImportChanged, ImportBusy, ImportOver or NotChecked.
    """
    if _moved(session, batch, version, (ImportStatus.CHECKED,), {"status": ImportStatus.WRITING, "actor": actor}):
        progress.begin(batch.file)
        return True
    if batch.version == version and batch.status in (ImportStatus.WRITING, ImportStatus.DONE):
        return False
    raise why_not(batch, version)


def free_cut_off(session: Session, batch: ImportBatch) -> None:
    """Give an import back that somebody worked on when the process ended: none of its rows are in the tables."""
    before = AT_WORK.get(batch.status)
    if before is not None and progress.share_of(batch.file) is None:
        _moved(session, batch, batch.version, (batch.status,), {"status": before})


def why_not(batch: ImportBatch, version: int) -> ProductError:
    """What keeps a step from being taken, in the order that tells most."""
    if batch.status not in (*WAITING, *AT_WORK):
        return ImportOver(file=batch.file_name)
    if batch.version != version and batch.changed_at:
        return ImportChanged(who=batch.changed_by, at=_clock(batch.changed_at))
    return ImportBusy() if batch.status in AT_WORK else NotChecked(file=batch.file_name)


def _clock(moment: datetime) -> str:
    """The time of day in the company's zone, with the day where that is another one."""
    local, today = moment.astimezone(company().zone), clock.now().astimezone(company().zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"


def _moved(
    session: Session, batch: ImportBatch, version: int, allowed: tuple[ImportStatus, ...], values: dict[str, Any]
) -> bool:
    """Whether the row was as expected and has its new values; `batch` is as the database has it then.

    What is known to be otherwise is not tried: a database that is being written to would let nobody else write.
    """
    if batch.version != version or batch.status not in allowed:
        return False
    as_expected = (
        (col(ImportBatch.id) == batch.id) & (col(ImportBatch.version) == version) & col(ImportBatch.status).in_(allowed)
    )
    moved = session.connection().execute(update(ImportBatch).where(as_expected).values(**values)).rowcount
    session.refresh(batch)
    return bool(moved)
