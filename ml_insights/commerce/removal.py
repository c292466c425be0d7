"""The trade's part of removing a data set: its orders, products and customers."""

from sqlalchemy import delete, func, select
from sqlmodel import Session, SQLModel, col

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Customer, Dataset, OrderLine, Product, ProductKind

TABLES = tuple(SQLModel.metadata.tables[str(kind.__tablename__)] for kind in (OrderLine, Product, Customer))


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove every row of the data set's trade."""
    removed = {
        table.name: session.connection().execute(delete(table).where(table.c.dataset == dataset)).rowcount
        for table in TABLES
    }
    if dataset == Dataset.DEMO:  # what people have said of their own company's products outlives its rows
        session.connection().execute(delete(ProductKind).where(col(ProductKind.dataset) == dataset))
    mark_changed(session, Dataset(dataset))
    return removed


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows of the data set's trade there are."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table).where(table.c.dataset == dataset)) or 0
        for table in TABLES
    }
