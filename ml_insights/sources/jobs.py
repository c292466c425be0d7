"""What runs in a worker."""

from __future__ import annotations

from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.core.i18n import N_
from ml_insights.core.settings import settings


def refresh_sources(progress: Progress, full: bool = False) -> dict[str, Any]:
    """Read every mapped table of Supabase; raises the first error once all have been tried.

    Without a Supabase there is nothing to read, and it says so.
    """
    if not settings().supabase_url:
        progress(1.0, N_("No Supabase is configured, so there was nothing to read."))
        return {"configured": False}
    from ml_insights.sources.supabase.refresh import as_json, refresh

    def on_step(share: float, contract: str, rows: int) -> None:
        progress(share, N_("Reading {contract}: {rows} rows"), contract=contract, rows=rows)

    results = refresh(on_step, full)
    for result in results:
        if result.error:
            raise result.error
    return {result.contract: as_json(result) for result in results}
