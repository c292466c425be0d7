"""What runs in a worker."""

from __future__ import annotations

from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.core.database import reading
from ml_insights.core.i18n import N_


def refresh_sources(progress: Progress, full: bool = False, remove: bool = False) -> dict[str, Any]:
    """Read every mapped table of Supabase; raises the first error once all have been tried.

    Without a project or tables chosen there is nothing to read, and it says so.
    """
    from ml_insights.sources.supabase import connections
    from ml_insights.sources.supabase.refresh import as_json, refresh

    with reading() as session:
        set_up = connections.is_set_up(session)
    if not set_up:
        progress(1.0, N_("No tables of Supabase are chosen, so there was nothing to read."))
        return {"configured": False}

    def on_step(share: float, table: str, rows: int) -> None:
        progress(share, N_("Reading “{table}”: {rows, plural, one {# row} other {# rows}}"), table=table, rows=rows)

    results = refresh(on_step, full, remove)
    for result in results:
        if result.error:
            raise result.error
    return {result.contract: as_json(result) for result in results}
