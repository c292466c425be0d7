"""The lines above every page while a source cannot be read, or shows nothing."""

from sqlmodel import Session

from ml_insights.core.capability import Notice
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.sources.queries import source_status

ROUTE, ACTION = "/sources", N_("See the sources")


def stale_source(session: Session) -> Notice | None:
    """Whether pages show rows that Supabase could not bring up to date, and how old they are; else what is odd."""
    statuses = source_status(session)
    stale = next((status for status in statuses if not status.ok), None)
    if stale is None:
        odd = next((status for status in statuses if status.warning), None)
        return None if odd is None else Notice("warning", odd.warning, odd.warning_values, ROUTE, ACTION)
    if stale.stale_since is None:
        message = N_("Supabase could not be read, and no earlier reading can stand in.")
        return Notice("danger", message, route=ROUTE, action=ACTION)
    since = stale.stale_since.astimezone(company().zone).strftime("%Y-%m-%d %H:%M")
    message = N_("Supabase could not be read: you are looking at the snapshot of {since}.")
    return Notice("warning", message, {"since": since}, ROUTE, ACTION)
