"""The line above every page while the demo company is what pages show."""

from sqlmodel import Session

from ml_insights.commerce import queries
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Notice
from ml_insights.core.demo_company import COMPANY
from ml_insights.core.i18n import N_


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
