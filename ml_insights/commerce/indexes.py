"""Indexes that a bulk import leaves for later, because making them takes longer than the rows themselves."""

from sqlalchemy import Table, inspect
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import OrderLine


def missing_indexes(session: Session) -> set[str]:
    """Names of the indexes of order lines that are not there."""
    there = {index["name"] for index in inspect(session.connection()).get_indexes(_lines().name)}
    return {str(index.name) for index in _lines().indexes} - there


def make_missing_indexes(session: Session) -> None:
    """Make them. Whoever else writes waits meanwhile: some seconds for a million lines."""
    missing = missing_indexes(session)
    for index in _lines().indexes:
        if str(index.name) in missing:
            index.create(session.connection())


def _lines() -> Table:
    return SQLModel.metadata.tables[str(OrderLine.__tablename__)]
