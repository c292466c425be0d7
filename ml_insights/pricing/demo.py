"""The prices' part of removing the demo company: what was computed from its orders, and decided about its products."""

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.pricing.tables import PriceDecision, PriceLimits, PriceObservation, PriceRelease

TABLES: tuple[type[SQLModel], ...] = (PriceRelease, PriceDecision, PriceLimits, PriceObservation)


def count(session: Session) -> dict[str, int]:
    """Rows of the demo company by table."""
    return {str(table.__tablename__): session.exec(_counted(table)).one() for table in TABLES}


def clear(session: Session) -> dict[str, int]:
    """Remove them; products go with their release."""
    removed = count(session)
    for table in TABLES:
        session.connection().execute(delete(table).where(table.dataset == Dataset.DEMO))  # pyright: ignore[reportAttributeAccessIssue]
    return removed


def _counted(table: type[SQLModel]) -> object:
    return select(func.count()).where(table.dataset == Dataset.DEMO)  # pyright: ignore[reportAttributeAccessIssue]
