"""The prices' part of removing the demo company: what was computed from its orders, and decided about its products."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.pricing.tables import PriceDecision, PriceLimits, PriceObservation, PriceRelease

TABLES: tuple[type[SQLModel], ...] = (PriceRelease, PriceDecision, PriceLimits, PriceObservation)


def count(session: Session) -> dict[str, int]:
    """Rows of the demo company by table."""
    return {str(table.__tablename__): int(session.scalar(_counted(table)) or 0) for table in TABLES}


def clear(session: Session) -> dict[str, int]:
    """Remove them; products go with their release."""
    removed = count(session)
    for table in TABLES:
        session.connection().execute(delete(table).where(table.dataset == Dataset.DEMO))  # pyright: ignore[reportAttributeAccessIssue]
    return removed


def _counted(table: type[SQLModel]) -> Any:
    return select(func.count()).select_from(table).where(table.dataset == Dataset.DEMO)  # pyright: ignore[reportAttributeAccessIssue]
