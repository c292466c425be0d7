"""The routes' part of removing a data set: its trips and everything estimated from them."""

from sqlalchemy import delete, func, select
from sqlmodel import Session, SQLModel

from ml_insights.logistics.tables import Delivery, RouteEstimate, RouteRelease, RouteStop

TABLES = tuple(
    SQLModel.metadata.tables[str(kind.__tablename__)] for kind in (Delivery, RouteStop, RouteRelease, RouteEstimate)
)


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the data set's trips and everything estimated from them."""
    return {
        table.name: session.connection().execute(delete(table).where(table.c.dataset == dataset)).rowcount
        for table in TABLES
    }


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows of the data set's trips there are."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table).where(table.c.dataset == dataset)) or 0
        for table in TABLES
    }
