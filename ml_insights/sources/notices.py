"""The line above every page while a source cannot be read."""

from sqlmodel import Session

from ml_insights.core.capability import Notice
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.sources.queries import source_status


def stale_source(session: Session) -> Notice | None:
    """Whether pages show rows that Supabase could not bring up to date, and how old they are."""
    stale = next((status for status in source_status(session) if not status.ok), None)
    if stale is None:
        return None
    if stale.stale_since is None:
        return Notice(kind="danger", message=N_("Supabase could not be read, and no earlier reading can stand in."))
    since = stale.stale_since.astimezone(company().zone).strftime("%Y-%m-%d %H:%M")
    return Notice(
        kind="warning",
        message=N_("Supabase could not be read: you are looking at the snapshot of {since}."),
        values={"since": since},
    )
