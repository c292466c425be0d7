"""The prices' part of removing a data set: what was computed from its orders, and decided about its products."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.pricing.tables import PriceDecision, PriceLimits, PriceObservation, PriceRelease, PriceRules


def count(session: Session, dataset: str) -> dict[str, int]:
    """Rows of the data set by table."""
    return {str(table.__tablename__): int(session.scalar(_counted(table, dataset)) or 0) for table in _own(dataset)}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove them; products go with their release."""
    removed = count(session, dataset)
    for table in _own(dataset):
        session.connection().execute(delete(table).where(table.dataset == dataset))  # pyright: ignore[reportAttributeAccessIssue]
    return removed


def _own(dataset: str) -> tuple[type[SQLModel], ...]:
    """Limits that people have set for their own company outlive its rows: the next suggestions keep to them."""
    return (
        PriceRelease,
        PriceDecision,
        PriceObservation,
        *((PriceLimits, PriceRules) if dataset == Dataset.DEMO else ()),
    )


def _counted(table: type[SQLModel], dataset: str) -> Any:
    return select(func.count()).select_from(table).where(table.dataset == dataset)  # pyright: ignore[reportAttributeAccessIssue]
