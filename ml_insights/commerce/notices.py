"""The lines above every page about whose orders it shows, and how old they are."""

from sqlmodel import Session

from ml_insights.commerce import queries
from ml_insights.commerce.queries.reach import old_orders
from ml_insights.commerce.queries.services import waiting
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Notice
from ml_insights.core.demo_company import COMPANY
from ml_insights.core.formats import day
from ml_insights.core.i18n import LANGUAGES, N_


def demo_shown(session: Session) -> Notice | None:
    """Whether the reader is looking at invented data, and how to change that."""
    if not queries.has_orders(session, Dataset.DEMO) or queries.active_dataset(session) != Dataset.DEMO:
        return None
    return Notice(
        kind="info",
        message=N_("Demo company: you are looking at the invented orders of {company}."),
        values={"company": COMPANY.name},
        route="/demo",
        action=N_("Remove it or learn more"),
    )


def orders_missing(session: Session) -> Notice | None:
    """Whether the company's orders end longer ago than their rhythm lets one expect."""
    last = old_orders(session, Dataset.COMPANY)
    if last is None:
        return None
    return Notice(
        kind="warning",
        message=N_("The newest order is of {day}: what you see is as of that day, and no alerts are raised from it."),
        values={"day": {language: day(last, language) for language in LANGUAGES}},
        route="/import",
        action=N_("Import newer orders"),
    )


def services_waiting(session: Session) -> Notice | None:
    """Whether something of the company's looks like a service and nobody has said what it is."""
    count = waiting(session, Dataset.COMPANY)
    if not count:
        return None
    return Notice(
        kind="info",
        message=N_(
            "{count, plural, one {# thing that is sold looks} other {# things that are sold look}} like a service "
            "(postage, a fee, a discount) and not like a product."
        ),
        values={"count": count},
        route="/services",
        action=N_("Say what they are"),
    )
