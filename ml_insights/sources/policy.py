"""What may be done with an import. Pure."""

from __future__ import annotations

from ml_insights.sources.errors import BeingWritten, FromSource, NoRecord, NothingToUndo, UndoneAlready
from ml_insights.sources.tables import ImportStatus

REFRESHED_BY = "supabase"
"""Who imports what a source was read for."""


def require_undoable(status: ImportStatus, actor: str, recorded: bool, undone_by: str) -> None:
    """Raise why an import cannot be undone: it has been, it is not done, or what it changed cannot be known."""
    if status == ImportStatus.UNDONE:
        raise UndoneAlready(by=undone_by)
    if status == ImportStatus.WRITING:
        raise BeingWritten
    if status != ImportStatus.DONE:
        raise NothingToUndo
    if actor == REFRESHED_BY:
        raise FromSource
    if not recorded:
        raise NoRecord
