"""The registry's part of removing the demo company: versions trained on it, their history and their files."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.registry.service import remove_after_commit
from ml_insights.registry.tables import ModelVersion, Promotion

TABLES = (Promotion, ModelVersion)


def count(session: Session) -> dict[str, int]:
    """How many versions were trained on the demo company, and how often one replaced another."""
    return {
        str(table.__tablename__): session.exec(
            select(func.count()).where(col(table.dataset) == Dataset.DEMO.value)
        ).one()
        for table in TABLES
    }


def clear(session: Session) -> dict[str, int]:
    """Remove them; incidents go with their version, files once the transaction is through."""
    versions = select(ModelVersion.path).where(col(ModelVersion.dataset) == Dataset.DEMO.value)
    remove_after_commit(session, session.exec(versions).all())
    return {
        str(table.__tablename__): session.connection()
        .execute(delete(table).where(col(table.dataset) == Dataset.DEMO.value))
        .rowcount
        for table in TABLES
    }
