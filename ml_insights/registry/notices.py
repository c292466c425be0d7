"""What every page says while a champion cannot be loaded."""

from sqlmodel import Session

from ml_insights.core.capability import Notice
from ml_insights.core.i18n import N_
from ml_insights.registry.queries import incidents
from ml_insights.registry.words import title_of

ROUTE = "/models"


def unloadable(session: Session) -> Notice | None:
    """The latest champion that could not be loaded, for as long as it does not load."""
    known = incidents(session)
    if not known:
        return None
    latest = known[0]
    stood_in = N_("Version {version} of the model “{name}” cannot be loaded; version {answering} answers in its place.")
    nothing = N_("Version {version} of the model “{name}” cannot be loaded, and no other version can stand in.")
    return Notice(
        kind="warning" if latest.answering else "danger",
        message=stood_in if latest.answering else nothing,
        values={"name": title_of(latest.name), "version": latest.version, "answering": latest.answering or ""},
        route=ROUTE,
        action=N_("Open the models"),
    )
