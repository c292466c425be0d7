"""The registry's part of removing a data set: the demo's versions go with their files, the company's are withdrawn."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.commerce.facts import changes_of
from ml_insights.commerce.tables import Dataset
from ml_insights.core.i18n import N_, Message
from ml_insights.registry.service import remove_after_commit, withdraw
from ml_insights.registry.tables import ModelStatus, ModelVersion, Promotion

TABLES = (Promotion, ModelVersion)
ACTOR = "rule:undo"
ROWS_REMOVED = Message(N_("The rows that it learnt from were removed."))


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many versions were trained on the demo and how often one replaced another; of the company's, those left."""
    if dataset == Dataset.DEMO:
        return {
            str(table.__tablename__): session.exec(select(func.count()).where(col(table.dataset) == dataset)).one()
            for table in TABLES
        }
    left = (col(ModelVersion.dataset) == dataset, col(ModelVersion.status) != ModelStatus.WITHDRAWN)
    return {str(ModelVersion.__tablename__): session.exec(select(func.count()).where(*left)).one()}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the demo's, files once the transaction is through. The ledger names the company's, so those stay."""
    if dataset != Dataset.DEMO:
        return {str(ModelVersion.__tablename__): withdraw(session, dataset, lambda version: True, ACTOR, ROWS_REMOVED)}
    versions = select(ModelVersion.path).where(col(ModelVersion.dataset) == dataset)
    remove_after_commit(session, session.exec(versions).all())
    return {
        str(table.__tablename__): session.connection()
        .execute(delete(table).where(col(table.dataset) == dataset))
        .rowcount
        for table in TABLES
    }


def withdraw_since(session: Session, dataset: str, since: int) -> None:
    """Withdraw the versions that learnt from rows which were taken back."""
    withdraw(session, dataset, lambda version: (changes_of(version) or 0) >= since, ACTOR, ROWS_REMOVED)
