"""What is done to the commerce tables. Callers commit."""

from sqlmodel import Session

from ml_insights.commerce.errors import NobodyLeft
from ml_insights.commerce.tables import Dataset, DataVersion
from ml_insights.core.computing import data_changed


def mark_changed(session: Session, dataset: Dataset) -> None:
    """Say that rows of `dataset` were added, changed or removed; whoever writes any that can be imported calls this
    once. What is made of the company's rows is computed anew with it, by itself."""
    row = session.get(DataVersion, dataset, with_for_update=True) or DataVersion(dataset=dataset)
    row.version += 1
    session.add(row)
    session.flush()
    if dataset == Dataset.COMPANY:
        data_changed(session, dataset.value)


def remove_demo(session: Session, actor: str) -> dict[str, int]:
    """Remove the demo company, its logins included; rows removed per table. Raises NobodyLeft."""
    from ml_insights.accounts import queries as accounts
    from ml_insights.core import demo

    if not accounts.active_admins(session):
        raise NobodyLeft
    return demo.clear(session, actor)
